#include "media/libav/frame_fitter.hpp"

#include <algorithm>
#include <cmath>

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

namespace invisiblur::av {
namespace {

/// Bars narrower than this in all come of rounding: the picture is stretched over them.
constexpr int kRoundingPx = 4;

int shrunk(int side, double scale, int whole) {
    const int inner = std::max(2, static_cast<int>(std::lround(side * scale)) & ~1);
    return whole - inner < kRoundingPx ? whole : inner;
}

}  // namespace

void FrameFitter::set_up(const AVFrame& frame) {
    from_size_ = {frame.width, frame.height};
    from_format_ = frame.format;
    const double scale = std::min(static_cast<double>(size_.width) / frame.width, static_cast<double>(size_.height) / frame.height);
    inner_ = {shrunk(frame.width, scale, size_.width), shrunk(frame.height, scale, size_.height)};
    const AVPixFmtDescriptor& to = *av_pix_fmt_desc_get(format_);
    x_ = (size_.width - inner_.width) / 2 >> to.log2_chroma_w << to.log2_chroma_w;
    y_ = (size_.height - inner_.height) / 2 >> to.log2_chroma_h << to.log2_chroma_h;
    scaler_ = make_scaler(frame, inner_, format_, colour_);
}

FramePtr FrameFitter::fit(const AVFrame& frame) {
    if (from_size_ != FrameSize{frame.width, frame.height} || from_format_ != frame.format) set_up(frame);
    FramePtr made = make_frame(format_, size_.width, size_.height);
    std::ptrdiff_t strides[4];
    std::copy_n(made->linesize, 4, strides);
    const AVColorRange range = colour_.full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    check(av_image_fill_black(made->data, strides, format_, range, size_.width, size_.height), "cannot blank a frame");
    check(av_frame_copy_props(made.get(), &frame), "cannot copy a frame's properties");
    made->color_range = frame.color_range == AVCOL_RANGE_UNSPECIFIED ? AVCOL_RANGE_UNSPECIFIED : range;
    const AVPixFmtDescriptor& to = *av_pix_fmt_desc_get(format_);
    std::uint8_t* inner[4] = {};
    for (int c = 0; c < to.nb_components; ++c) {
        const AVComponentDescriptor& component = to.comp[c];
        if (inner[component.plane]) continue;
        const bool chroma = (c == 1 || c == 2) && !(to.flags & AV_PIX_FMT_FLAG_RGB);
        const int x = chroma ? x_ >> to.log2_chroma_w : x_, y = chroma ? y_ >> to.log2_chroma_h : y_;
        inner[component.plane] = made->data[component.plane] + static_cast<std::ptrdiff_t>(y) * made->linesize[component.plane] + x * component.step;
    }
    check(sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, inner, made->linesize), "cannot scale a frame");
    return made;
}

}  // namespace invisiblur::av
