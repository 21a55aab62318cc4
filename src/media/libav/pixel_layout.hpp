#pragma once
#include <optional>
#include <string>

#include "image/image_view.hpp"

extern "C" {
#include <libavutil/pixfmt.h>
}

struct AVFrame;

namespace invisiblur::av {

/// How a pixel format lays out its samples, or nothing for one that is not handled: hardware surfaces, palettes, bit streams,
/// floats, Bayer patterns, foreign byte order, unequal depths such as rgb565, fewer than 8 bits.
std::optional<PixelLayout> find_pixel_layout(AVPixelFormat format);

/// Errors: std::invalid_argument that names the format where it is not handled.
PixelLayout pixel_layout(AVPixelFormat format);

/// The same for a frame, whose colour range may be said beside the format.
PixelLayout pixel_layout(const AVFrame& frame);

/// Borrows a frame's pixels.
/// Owns: the view is valid as long as the frame refers to these pixels.
ImageView view_of(const AVFrame& frame);

/// yuvj420p is yuv420p with another word for its range; others stay.
AVPixelFormat without_range(AVPixelFormat format);

std::string format_name(int format);

}  // namespace invisiblur::av
