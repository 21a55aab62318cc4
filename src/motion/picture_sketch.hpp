#pragma once
#include <span>
#include <vector>

#include "image/image_view.hpp"

namespace invisiblur {

/// A small copy of a picture, without faces, by which shots are told apart.
struct PictureSketch {
    int width = 0;
    int height = 0;
    std::vector<float> cells;  ///< means of luma, row by row; -1 where a core touches

    bool same_size(const PictureSketch& other) const { return width == other.width && height == other.height; }
    /// The standard deviation of its cells, in 8-bit steps.
    float contrast() const;
    /// Whether it shows nothing: black, white, the end of a fade.
    bool is_flat() const;
};

/// In: luma, a block mean of the picture; cores, in its pixels, rounded outward.
PictureSketch sketch_of(const GrayImage& luma, std::span<const Rect> cores);

/// How unlike the scenes of two pictures of one size are: 1 - correlation after the best shift, so that neither exposure nor a pan counts; 0 where there is nothing to compare.
/// In: recognised, of pictures that differ by less than this the search need not find the best shift.
float scene_difference(const PictureSketch& before, const PictureSketch& after, float recognised);

}  // namespace invisiblur
