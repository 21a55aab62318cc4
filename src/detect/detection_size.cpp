#include "detect/detection_size.hpp"

#include <algorithm>
#include <cmath>

#include "invisiblur/options.hpp"

namespace invisiblur {
namespace {

constexpr int kGrid = 32;
// CenterFace still finds faces of about this many network pixels in every pose; below, only clear ones.
constexpr double kNetworkFacePx = 16;
// Smaller pictures are looked at whole: the network is cheap there, and detail helps with turned faces.
constexpr int kCheapSidePx = 640;
// A network of this longer side takes about a quarter of a second; larger ones gain little for faces of 16 px.
constexpr int kLongestSidePx = 1280;
// Time the network may take per frame, in network pixels: three quarters of a 640x384 look (50 ms on two cores).
constexpr double kPixelsPerFrame = 640.0 * 384 * 0.75;
constexpr double kLongestBlind_s = 0.2;
constexpr double kUsualFrameRate = 25;

// Every second look is taken at this scale, in pictures from this size on.
constexpr double kSecondScale = 0.6;
constexpr int kLeastForSecond = 576;

/// The longer side fills the network's grid, so that no computed pixel is padding.
DetectionSize grid_size(int width, int height, double side) {
    const double scale = std::max(1.0, std::round(side / kGrid)) * kGrid / std::max({width, height, 1});
    return {std::max(1, static_cast<int>(std::lround(width * scale))), std::max(1, static_cast<int>(std::lround(height * scale)))};
}

}  // namespace

DetectionSize detection_size(int width, int height, const Options& options) {
    const double longer = std::max({width, height, 1});
    double side = options.detect_size_px;
    if (side <= 0) {
        const double needed = longer * kNetworkFacePx / std::max(1, options.min_face_px);
        side = std::min<double>(kLongestSidePx, std::max(needed, std::min<double>(longer, kCheapSidePx)));
    }
    return grid_size(width, height, side);
}

DetectionSize second_size(DetectionSize size, const Options& options) {
    const int longer = std::max(size.width, size.height);
    if (options.detect_size_px > 0 || longer < kLeastForSecond) return size;
    return grid_size(size.width, size.height, longer * kSecondScale);
}

int detect_every(DetectionSize size, DetectionSize second, double frame_rate, const Options& options) {
    if (options.detect_every > 0) return options.detect_every;
    const double rate = frame_rate > 0 ? frame_rate : kUsualFrameRate;
    const double pixels = (static_cast<double>(size.width) * size.height + static_cast<double>(second.width) * second.height) / 2;
    const int affordable = static_cast<int>(std::ceil(pixels / kPixelsPerFrame * rate / kUsualFrameRate));
    const int blind = std::max(1, static_cast<int>(kLongestBlind_s * rate));
    return std::clamp(affordable, 1, blind);
}

}  // namespace invisiblur
