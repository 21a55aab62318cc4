#include "media/write/stand_in.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "media/write/container.hpp"

namespace invisiblur::av {
namespace {

/// Beside MP4's and Matroska's families: those in which players look for H.264.
constexpr std::array<std::string_view, 4> kTakeH264 = {"mpegts", "avi", "flv", "nut"};

}  // namespace

bool is_always_lossless(AVCodecID codec) {
    const AVCodecDescriptor* known = avcodec_descriptor_get(codec);
    return known && known->props & AV_CODEC_PROP_LOSSLESS && !(known->props & AV_CODEC_PROP_LOSSY);
}

std::optional<AVCodecID> stand_in(AVCodecID source, const AVOutputFormat& container) {
    const std::string_view name = container.name;
    if (name == "webm") return AV_CODEC_ID_VP9;
    if (!is_mov_family(container) && !is_matroska(container) && std::ranges::find(kTakeH264, name) == kTakeH264.end()) return std::nullopt;
    const bool archive = is_always_lossless(source) && takes_codec(container, AV_CODEC_ID_FFV1);
    return archive ? AV_CODEC_ID_FFV1 : AV_CODEC_ID_H264;
}

}  // namespace invisiblur::av
