#include "media/write/group_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "media/libav/pixel_layout.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace invisiblur::av {
namespace {

/// Encoders of ours begin a group every 250 pictures at the latest; of a longer one the beginning must do.
constexpr std::size_t kLongestGroup = 300;
constexpr std::int64_t kMostBytes = 1 << 28;

/// Pictures that reorder wait for 16 others at most.
constexpr int kFirstPackets = 100;

CodecPtr open_decoder(const AVCodecParameters& parameters, int threads) {
    const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
    if (!codec) return nullptr;
    CodecPtr decoder = make_codec(codec);
    check(avcodec_parameters_to_context(decoder.get(), &parameters), "cannot set up a decoder");
    decoder->thread_count = threads;
    decoder->skip_loop_filter = AVDISCARD_ALL;  // how the pictures look is not compared
    check(avcodec_open2(decoder.get(), codec, nullptr), "cannot open a decoder");
    return decoder;
}

/// A palette is RGB; what is written with alpha may come back without.
bool is_alike(AVPixelFormat encoded, AVPixelFormat decoded) {
    const AVPixFmtDescriptor& a = *av_pix_fmt_desc_get(encoded);
    const AVPixFmtDescriptor& b = *av_pix_fmt_desc_get(decoded);
    constexpr std::uint64_t kRgb = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL;
    const bool gray = a.nb_components < 3 || b.nb_components < 3;
    if (b.comp[0].depth < a.comp[0].depth) return false;
    if (gray) return true;
    return !(a.flags & kRgb) == !(b.flags & kRgb) && a.log2_chroma_w == b.log2_chroma_w && a.log2_chroma_h == b.log2_chroma_h;
}

}  // namespace

GroupCheck::GroupCheck(const AVStream& stream, std::vector<EncodedPicture> pictures, int threads)
    : pictures_(std::move(pictures)), threads_(threads), parameters_(not_null(avcodec_parameters_alloc())) {
    check(avcodec_parameters_copy(parameters_.get(), stream.codecpar), "cannot copy a stream's parameters");
    first_ = open_decoder(*parameters_, 1);
}

std::string GroupCheck::look_at(const AVFrame& frame, const char* which) const {
    const auto fits = [&](const EncodedPicture& picture) {
        return frame.width == picture.width && frame.height == picture.height && is_alike(picture.format, static_cast<AVPixelFormat>(frame.format));
    };
    if (std::ranges::any_of(pictures_, fits)) return "";
    const EncodedPicture& wanted = pictures_.front();
    return fmt::format("its {} picture is {}x{} {}, and {}x{} {} were encoded", which, frame.width, frame.height, format_name(frame.format), wanted.width,
                       wanted.height, format_name(wanted.format));
}

/// Null at the end of the stream.
void GroupCheck::look_for_first(const AVPacket* packet) {
    if (!first_) return;
    avcodec_send_packet(first_.get(), packet);  // what it cannot decode it gives no picture for
    const FramePtr frame = make_frame();
    if (avcodec_receive_frame(first_.get(), frame.get()) >= 0) {
        lack_ = look_at(*frame, "first");
        first_.reset();
    } else if (!packet || ++tried_ == kFirstPackets) {
        lack_ = "its first picture cannot be decoded";
        first_.reset();
    }
}

void GroupCheck::add(const AVPacket& packet) {
    if (packet.size == 0) return;
    look_for_first(&packet);
    if (packet.flags & AV_PKT_FLAG_KEY) last_.clear(), last_bytes_ = 0;
    else if (last_.empty() || last_.size() == kLongestGroup || last_bytes_ > kMostBytes) return;
    last_bytes_ += packet.size;
    last_.push_back(make_packet_reference(packet));
}

std::string GroupCheck::decode_last() const {
    const CodecPtr decoder = last_.empty() ? nullptr : open_decoder(*parameters_, threads_);
    if (!decoder) return "";
    std::string lack;
    int pictures = 0;
    const FramePtr frame = make_frame();
    const auto take = [&] {
        while (avcodec_receive_frame(decoder.get(), frame.get()) >= 0) {
            if (++pictures; lack.empty()) lack = look_at(*frame, "last");
            av_frame_unref(frame.get());
        }
    };
    for (const PacketPtr& packet : last_) {
        avcodec_send_packet(decoder.get(), packet.get());
        take();
    }
    avcodec_send_packet(decoder.get(), nullptr);
    take();
    return pictures == 0 ? "its last pictures cannot be decoded" : lack;
}

std::string GroupCheck::finish() {
    look_for_first(nullptr);
    return lack_.empty() ? decode_last() : lack_;
}

}  // namespace invisiblur::av
