#include "detect/face_tile.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace invisiblur {
namespace {

cv::Matx33d translate(double x, double y) {
    return {1, 0, x, 0, 1, y, 0, 0, 1};
}

}  // namespace

cv::Matx33d tile_map(double centre_x, double centre_y, double scale, double degrees, bool mirrored, int tile_px) {
    const double angle = degrees * CV_PI / 180, c = std::cos(angle) * scale, s = std::sin(angle) * scale;
    const cv::Matx33d turn(c, -s, 0, s, c, 0, 0, 0, 1), mirror(mirrored ? -1 : 1, 0, 0, 0, 1, 0, 0, 0, 1);
    return translate(tile_px / 2.0, tile_px / 2.0) * mirror * turn * translate(-centre_x, -centre_y);
}

cv::Mat cut_tile(const RgbImage& picture, const cv::Matx33d& map, int tile_px) {
    const cv::Mat whole(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.pixels.data()));
    cv::Mat tile;
    cv::warpAffine(whole, tile, cv::Mat(map).rowRange(0, 2), cv::Size(tile_px, tile_px), cv::INTER_LINEAR, cv::BORDER_CONSTANT);
    return tile;
}

float scale_for_tiles(std::span<const Box> boxes, float face_px) {
    constexpr float kReserve = 1.25F, kLeast = 1.0F / 16;
    float smallest = 1e6F;
    for (const Box& box : boxes) smallest = std::min(smallest, std::max(box.w, box.h));
    return std::clamp(face_px * kReserve / std::max(1.0F, smallest), kLeast, 1.0F);
}

RgbImage shrunk_for_tiles(const Picture& picture, int width, int height, float scale) {
    const auto shrunk = [&](int side) { return std::max(1, static_cast<int>(std::lround(static_cast<float>(side) * scale))); };
    return picture.scaled_rgb(shrunk(width), shrunk(height));
}

}  // namespace invisiblur
