#pragma once
#include <span>

#include <opencv2/core.hpp>

#include "image/picture.hpp"
#include "invisiblur/detector.hpp"

namespace invisiblur {

/// A square cut out around a face for a closer look: the face's middle is the tile's, turned clockwise, then mirrored.
/// Units: tile_px, its side; scale, pixels of it in one of the picture's.
/// Returns: the map from the picture's pixels to the tile's.
cv::Matx33d tile_map(double centre_x, double centre_y, double scale, double degrees, bool mirrored, int tile_px);

/// The tile itself; beyond the picture it is black. In: picture, RGB; map, as above.
cv::Mat cut_tile(const RgbImage& picture, const cv::Matx33d& map, int tile_px);

/// By how much a picture may be shrunk before tiles are cut out of it: the smallest face stays larger than face_px, its size in a tile, or as large as it is.
float scale_for_tiles(std::span<const Box> boxes, float face_px);

/// A picture shrunk so. In: width, height, its own in pixels.
RgbImage shrunk_for_tiles(const Picture& picture, int width, int height, float scale);

}  // namespace invisiblur
