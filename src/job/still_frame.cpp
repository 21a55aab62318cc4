#include "job/still_frame.hpp"

#include <stdexcept>

#include "media/libav/pixel_layout.hpp"
#include "still/layouts.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace invisiblur::av {
namespace {

/// The range is a property of the frame: words such as yuvj420p are old.
AVPixelFormat format_with(const PixelLayout& layout) {
    for (const AVPixFmtDescriptor* d = av_pix_fmt_desc_next(nullptr); d; d = av_pix_fmt_desc_next(d)) {
        const AVPixelFormat format = av_pix_fmt_desc_get_id(d);
        const auto found = find_pixel_layout(format);
        if (found && same_samples(*found, layout)) return format;
    }
    throw std::runtime_error("pictures whose samples lie like this cannot be worked on: convert the picture to PNG first");
}

AVColorSpace matrix_of(const PixelLayout& layout) {
    if (layout.rgb) return AVCOL_SPC_RGB;
    if (layout.kr == 0.2126F) return AVCOL_SPC_BT709;
    return layout.kr == 0.2627F ? AVCOL_SPC_BT2020_NCL : AVCOL_SPC_SMPTE170M;
}

}  // namespace

FramePtr frame_of(const ImageView& picture) {
    FramePtr frame = make_frame(format_with(picture.layout), picture.width, picture.height);
    frame->color_range = picture.layout.full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    frame->colorspace = matrix_of(picture.layout);
    frame->pts = 0;
    still::copy_samples(picture, view_of(*frame));
    return frame;
}

}  // namespace invisiblur::av
