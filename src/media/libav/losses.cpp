#include "media/libav/losses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include "media/libav/compat.hpp"
#include "media/libav/metadata.hpp"
#include "media/write/container.hpp"

namespace invisiblur::av {
namespace {

bool is_any(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

const char* kind_name(AVMediaType type) {
    const char* name = av_get_media_type_string(type);
    return name ? name : "unknown";
}

bool has_side_data(const AVStream& stream, AVPacketSideDataType type) {
    const auto all = side_data(stream);
    return std::any_of(all.begin(), all.end(), [&](const AVPacketSideData& data) { return data.type == type; });
}

bool has_constant_rate(const AVStream& stream) {
    const double mean = av_q2d(stream.avg_frame_rate), nominal = av_q2d(stream.r_frame_rate);
    return !(mean > 0) || !(nominal > 0) || std::abs(mean - nominal) < 0.005 * nominal;
}

/// What is copied packet by packet.
void add_copies(std::vector<std::string>& losses, const AVFormatContext& source, const AVOutputFormat& container, const Options& options) {
    for (unsigned i = 0; i < source.nb_streams; ++i) {
        const AVStream& stream = *source.streams[i];
        if (stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO) continue;
        if (fate_of(stream, container, options) != Fate::lost) continue;
        losses.push_back(fmt::format("stream {} ({}, {}) is left out: {} cannot hold it", i, kind_name(stream.codecpar->codec_type),
                                     avcodec_get_name(stream.codecpar->codec_id), container.name));
    }
    const bool named = source.nb_chapters > 0 && !drops(options, "metadata");
    if (named && !holds_chapters(container)) losses.push_back(fmt::format("chapters are left out: {} cannot hold them", container.name));
}

void add_video(std::vector<std::string>& losses, const AVStream& stream, const VideoStream& video, const AVOutputFormat& container) {
    if (has_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX) && !holds_rotation(container))
        losses.push_back(fmt::format("stream {} will not be turned upright by players: {} cannot hold its rotation as libav writes it",
                                     video.index, container.name));
    const bool one_rate = is_any(container.name, {"avi", "mxf", "mxf_d10", "mxf_opatom", "gxf", "dv", "yuv4mpegpipe"});
    if (one_rate && !has_constant_rate(stream))
        losses.push_back(fmt::format("stream {} has no constant frame rate: {} knows only one, to which the pictures' times are rounded",
                                     video.index, container.name));
    if (has_side_data(stream, AV_PKT_DATA_DOVI_CONF))
        losses.push_back(fmt::format("stream {} loses its Dolby Vision metadata: they are made for the old pictures; HDR10 or HLG remains",
                                     video.index));
}

void add_encoder(std::vector<std::string>& losses, const VideoStream& video, const AVCodecContext& codec, const Options& options) {
    const std::string_view name = codec.codec->name;
    const AVFrame& first = *video.first;
    if (av_frame_get_side_data(&first, AV_FRAME_DATA_A53_CC) && !options.words.empty())
        losses.push_back(fmt::format("stream {} loses its closed captions: --words cannot take words out of them", video.index));
    else if (av_frame_get_side_data(&first, AV_FRAME_DATA_A53_CC) && !is_any(name, {"libx264", "libx264rgb", "libx265", "mpeg2video"}))
        losses.push_back(fmt::format("stream {} loses its closed captions: the encoder {} cannot carry them", video.index, name));
    if (av_frame_get_side_data(&first, AV_FRAME_DATA_DYNAMIC_HDR_PLUS))
        losses.push_back(fmt::format("stream {} loses its HDR10+ metadata of each scene; those of HDR10 remain", video.index));
}

}  // namespace

std::vector<std::string> find_losses(const Reader& source, const AVOutputFormat& container,
                                     const std::vector<std::unique_ptr<Encoder>>& encoders, const Options& options) {
    std::vector<std::string> losses;
    for (std::size_t i = 0; i < encoders.size(); ++i) {
        const VideoStream& video = source.videos()[i];
        std::ranges::copy(encoders[i]->losses(), std::back_inserter(losses));
        add_video(losses, *source.container().streams[video.index], video, container);
        add_encoder(losses, video, encoders[i]->context(), options);
    }
    add_copies(losses, source.container(), container, options);
    return losses;
}

}  // namespace invisiblur::av
