#include "media/libav/format_converter.hpp"

#include <fmt/format.h>

#include "media/libav/pixel_layout.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace invisiblur::av {

YuvColour yuv_colour_of(const AVFrame& frame) {
    const bool untold = frame.colorspace == AVCOL_SPC_UNSPECIFIED || frame.colorspace == AVCOL_SPC_RGB;
    const int usual = frame.height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
    const bool full = frame.color_range == AVCOL_RANGE_JPEG || format_name(frame.format).starts_with("yuvj");
    return {untold ? usual : static_cast<int>(frame.colorspace), full};
}

ScalerPtr make_scaler(const AVFrame& frame, const FrameSize& size, AVPixelFormat to, const YuvColour& colour) {
    constexpr int kExact = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;
    const auto from = static_cast<AVPixelFormat>(frame.format);
    ScalerPtr scaler(sws_getContext(frame.width, frame.height, from, size.width, size.height, to, kExact, nullptr, nullptr, nullptr));
    if (!scaler) throw std::runtime_error(fmt::format("cannot convert {} to {}", format_name(from), format_name(to)));
    const YuvColour own = yuv_colour_of(frame);
    sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(own.matrix), own.full_range, sws_getCoefficients(colour.matrix), colour.full_range, 0,
                             1 << 16, 1 << 16);  // refuses what needs no colours, such as a change of byte order
    return scaler;
}

namespace {

/// The format with whole bytes, or with colours of its own, that holds all that one without has; of floats what fits 16 bits.
AVPixelFormat widened(AVPixelFormat format) {
    const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(format);
    if (!d || d->flags & AV_PIX_FMT_FLAG_HWACCEL || d->nb_components == 0) return AV_PIX_FMT_NONE;
    const bool alpha = d->flags & AV_PIX_FMT_FLAG_ALPHA, rgb = d->flags & AV_PIX_FMT_FLAG_RGB, deep = d->comp[0].depth > 8;
    if (d->flags & AV_PIX_FMT_FLAG_FLOAT) {
        if (d->nb_components == 1) return AV_PIX_FMT_GRAY16;
        return rgb ? (alpha ? AV_PIX_FMT_GBRAP16 : AV_PIX_FMT_GBRP16) : AV_PIX_FMT_NONE;
    }
    if (d->flags & AV_PIX_FMT_FLAG_BAYER || format == AV_PIX_FMT_XYZ12LE || format == AV_PIX_FMT_XYZ12BE) return deep ? AV_PIX_FMT_RGB48 : AV_PIX_FMT_RGB24;
    if (d->nb_components == 2) return deep ? AV_PIX_FMT_RGBA64 : AV_PIX_FMT_RGBA;  // gray with transparency
    if (rgb && d->comp[0].depth < 8) return AV_PIX_FMT_RGB24;
    return AV_PIX_FMT_NONE;
}

}  // namespace

FramePtr FormatConverter::convert(const AVFrame& frame) {
    const auto from = static_cast<AVPixelFormat>(frame.format);
    if (!scaler_ || from != from_ || frame.width != width_ || frame.height != height_) {
        scaler_ = make_scaler(frame, {frame.width, frame.height}, to_, colour_.value_or(yuv_colour_of(frame)));
        from_ = from;
        width_ = frame.width;
        height_ = frame.height;
    }
    FramePtr made = make_frame(to_, frame.width, frame.height);
    check(av_frame_copy_props(made.get(), &frame), "cannot copy a frame's properties");
    check(sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, made->data, made->linesize), "cannot convert a frame");
    return made;
}

AVPixelFormat native_format(AVPixelFormat format) {
    if (find_pixel_layout(format)) return format;
    if (format == AV_PIX_FMT_PAL8) return AV_PIX_FMT_BGRA;
    if (format == AV_PIX_FMT_MONOBLACK || format == AV_PIX_FMT_MONOWHITE) return AV_PIX_FMT_GRAY8;
    if (const AVPixelFormat wide = widened(format); wide != AV_PIX_FMT_NONE) return wide;
    const AVPixelFormat swapped = av_pix_fmt_swap_endianness(format);
    return find_pixel_layout(swapped) ? swapped : AV_PIX_FMT_NONE;
}

}  // namespace invisiblur::av
