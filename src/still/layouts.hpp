#pragma once
#include "image/image_view.hpp"

namespace invisiblur::still {

/// Gray: one plane of samples of `depth` bits, full range.
PixelLayout gray_layout(int depth);

/// Packed RGB or RGBA with 8 or 16 bits a sample.
PixelLayout packed_rgb_layout(int depth, bool alpha);

/// Planar RGB, the planes in the order green, blue, red, as libav has it.
PixelLayout planar_rgb_layout(int depth = 8);

/// Planar YUV with BT.601's weights, alpha as a fourth plane.
PixelLayout planar_yuv_layout(int depth, int log2_chroma_width, int log2_chroma_height, bool full_range, bool alpha = false);

/// Copies all samples of one picture to another of the same layout and size; strides may differ.
void copy_samples(const ImageView& from, const ImageView& to);

}  // namespace invisiblur::still
