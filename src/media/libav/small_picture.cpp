#include "media/libav/small_picture.hpp"

#include <algorithm>

#include "media/libav/format_converter.hpp"

namespace invisiblur::av {
namespace {

constexpr int kJpegQuality = 6;  ///< quantiser, 2 to 31

int even(double pixels) {
    return std::max(2, static_cast<int>(pixels / 2 + 0.5) * 2);
}

}  // namespace

FramePtr Shrinker::shrink(const AVFrame& frame) {
    if (!scaler_ || frame.width != from_width_ || frame.height != from_height_ || frame.format != from_format_) {
        const double scale = std::min(1.0, static_cast<double>(longest_px_) / std::max(frame.width, frame.height));
        width_ = even(frame.width * scale);
        height_ = even(frame.height * scale);
        scaler_.reset(sws_getContext(frame.width, frame.height, static_cast<AVPixelFormat>(frame.format), width_, height_, AV_PIX_FMT_YUV420P,
                                     SWS_AREA | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
        if (!scaler_) throw std::runtime_error("cannot make a small copy of a frame");
        const YuvColour own = yuv_colour_of(frame);
        // Players and browsers take small pictures for BT.601.
        sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(own.matrix), own.full_range, sws_getCoefficients(SWS_CS_ITU601), full_range_, 0,
                                 1 << 16, 1 << 16);
        from_width_ = frame.width;
        from_height_ = frame.height;
        from_format_ = frame.format;
    }
    FramePtr small = make_frame(AV_PIX_FMT_YUV420P, width_, height_);
    check(sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, small->data, small->linesize), "cannot scale a frame");
    small->pts = frame.pts;
    small->color_range = full_range_ ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    small->colorspace = AVCOL_SPC_SMPTE170M;
    return small;
}

std::string jpeg_of(const AVFrame& frame, int longest_px) {
    const AVCodec* const codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    if (!codec) throw std::runtime_error("cannot make a preview picture: this libavcodec has no JPEG encoder");
    const FramePtr small = Shrinker(longest_px, true).shrink(frame);
    const CodecPtr encoder = make_codec(codec);
    encoder->width = small->width;
    encoder->height = small->height;
    encoder->pix_fmt = AV_PIX_FMT_YUVJ420P;
    encoder->color_range = AVCOL_RANGE_JPEG;
    encoder->time_base = {1, 25};
    encoder->flags |= AV_CODEC_FLAG_QSCALE;
    encoder->global_quality = kJpegQuality * FF_QP2LAMBDA;
    encoder->thread_count = 1;
    small->format = AV_PIX_FMT_YUVJ420P;
    small->quality = encoder->global_quality;
    small->pts = 0;
    check(avcodec_open2(encoder.get(), codec, nullptr), "cannot make a preview picture");
    check(avcodec_send_frame(encoder.get(), small.get()), "cannot make a preview picture");
    check(avcodec_send_frame(encoder.get(), nullptr), "cannot make a preview picture");
    const PacketPtr packet = make_packet();
    check(avcodec_receive_packet(encoder.get(), packet.get()), "cannot make a preview picture");
    return {reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size)};
}

}  // namespace invisiblur::av
