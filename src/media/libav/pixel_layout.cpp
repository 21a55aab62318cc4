#include "media/libav/pixel_layout.hpp"

#include <bit>
#include <stdexcept>

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
}

namespace invisiblur::av {
namespace {

bool is_foreign(const AVPixFmtDescriptor& d) {
    constexpr std::uint64_t kRefused =
        AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BAYER;
    if (d.flags & kRefused || d.nb_components == 0) return true;
    const bool big = d.flags & AV_PIX_FMT_FLAG_BE;
    if (d.comp[0].depth > 8 && big != (std::endian::native == std::endian::big)) return true;
    const bool gray_with_alpha = d.nb_components == 2;  // its second component is no chroma
    return gray_with_alpha || std::string_view(d.name).starts_with("xyz");
}

/// The weights of red and blue in luma (ITU-T H.273, table 4). Untagged video counts as BT.601, as swscale has it.
void set_matrix(PixelLayout& layout, AVColorSpace matrix) {
    switch (matrix) {
        case AVCOL_SPC_BT709: layout.kr = 0.2126F, layout.kb = 0.0722F; break;
        case AVCOL_SPC_BT2020_NCL:
        case AVCOL_SPC_BT2020_CL: layout.kr = 0.2627F, layout.kb = 0.0593F; break;
        case AVCOL_SPC_SMPTE240M: layout.kr = 0.212F, layout.kb = 0.087F; break;
        case AVCOL_SPC_FCC: layout.kr = 0.30F, layout.kb = 0.11F; break;
        default: break;
    }
}

bool is_full_range(AVPixelFormat format, const AVPixFmtDescriptor& d) {
    return std::string_view(d.name).starts_with("yuvj") || d.flags & AV_PIX_FMT_FLAG_RGB || format == AV_PIX_FMT_GRAY8;
}

}  // namespace

std::optional<PixelLayout> find_pixel_layout(AVPixelFormat format) {
    const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(format);
    if (!d || is_foreign(*d)) return std::nullopt;
    PixelLayout layout;
    layout.component_count = d->nb_components;
    layout.plane_count = av_pix_fmt_count_planes(format);
    layout.log2_chroma_width = d->log2_chroma_w;
    layout.log2_chroma_height = d->log2_chroma_h;
    layout.bytes_per_sample = d->comp[0].depth > 8 ? 2 : 1;
    layout.rgb = d->flags & AV_PIX_FMT_FLAG_RGB;
    layout.full_range = is_full_range(format, *d);
    for (int c = 0; c < d->nb_components; ++c) {
        const AVComponentDescriptor& k = d->comp[c];
        const int word = layout.bytes_per_sample;
        if (k.depth < 8 || k.depth != d->comp[0].depth || k.shift + k.depth > 8 * word) return std::nullopt;
        if (k.step % word || k.offset % word) return std::nullopt;
        const bool chroma = !layout.rgb && (c == 1 || c == 2);
        layout.components[c] = {k.plane, k.step, k.offset, k.shift, k.depth, chroma && (d->log2_chroma_w || d->log2_chroma_h)};
    }
    return layout;
}

PixelLayout pixel_layout(AVPixelFormat format) {
    const auto layout = find_pixel_layout(format);
    if (!layout) throw std::invalid_argument("pixel format " + format_name(format) + " is not handled: convert the video first");
    return *layout;
}

PixelLayout pixel_layout(const AVFrame& frame) {
    PixelLayout layout = pixel_layout(static_cast<AVPixelFormat>(frame.format));
    if (frame.color_range == AVCOL_RANGE_JPEG) layout.full_range = true;
    if (frame.color_range == AVCOL_RANGE_MPEG) layout.full_range = false;
    set_matrix(layout, frame.colorspace);
    return layout;
}

ImageView view_of(const AVFrame& frame) {
    ImageView view;
    view.layout = pixel_layout(frame);
    view.width = frame.width;
    view.height = frame.height;
    for (int p = 0; p < 4; ++p) {
        view.data[p] = frame.data[p];
        view.stride_bytes[p] = frame.linesize[p];
    }
    return view;
}

AVPixelFormat without_range(AVPixelFormat format) {
    const std::string name = format_name(format);
    return name.starts_with("yuvj") ? av_get_pix_fmt(("yuv" + name.substr(4)).c_str()) : format;
}

std::string format_name(int format) {
    const char* name = av_get_pix_fmt_name(static_cast<AVPixelFormat>(format));
    return name ? name : "number " + std::to_string(format);
}

}  // namespace invisiblur::av
