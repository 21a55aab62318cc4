#include "detect/detection_size.hpp"

#include <algorithm>
#include <cmath>

#include "base/frame_rate.hpp"
#include "invisiblur/options.hpp"

namespace invisiblur {
namespace {

// Where the smallest faces are no smaller than this in the whole picture, the clear ones among them are found, and tiles would only take
// the time of whole looks.
constexpr double kWholeFacePx = 10;
// So large they are in a tile at least; a finer grid would take longer to go round.
constexpr double kTileFacePx = 13;
// Neighbouring tiles share this much: a face of up to half of it, with the head around it, lies whole in one of them. Larger ones are
// seen in the whole picture.
constexpr int kTileOverlapPx = 96;
// Tiles are worth their time where they show a picture larger by this.
constexpr double kFiner = 1.1;
// Smaller pictures are looked at whole: the network is cheap there, and detail helps with turned faces.
constexpr int kCheapSidePx = 640;
// A network of this longer side takes about a quarter of a second; larger ones gain little for faces of 16 px.
constexpr int kLongestSidePx = 1280;
// Time the network may take per frame, in network pixels: three quarters of a 640x384 look (50 ms on two cores).
constexpr double kPixelsPerFrame = 640.0 * 384 * 0.75;
constexpr double kLongestBlind_s = 0.2;
// Small pictures are looked at enlarged to this: a face of a sixth of the picture has a network's best recall there only.
constexpr int kLeastSidePx = 320;
// A glance takes a seventh of the time: each frame has one, and from pictures of this size on every other frame.
constexpr double kGlancePixelsPerFrame = 200'000;
constexpr double kSeldomestGlance = 2;
// What is left for the other network between them: a look of 1280x720 or the smaller one in its turn every 12 frames. Faces
// that are blurred or turned are often seen by it alone.
constexpr double kDecidePixelsPerFrame = 640.0 * 384 / 4.7;
constexpr double kLongestUndecided_s = 1;

// Every other look is taken at this scale, in pictures from this size on.
constexpr double kSecondScale = 0.6;
constexpr int kLeastForSecond = 576;
// A glance sees best at this part of the size that is best for a look.
constexpr double kGlanceScale = 0.8;

/// The longer side fills the network's grid, so that no computed pixel is padding.
DetectionSize grid_size(int width, int height, double side) {
    const double scale = std::max(1.0, std::round(side / kNetworkGridPx)) * kNetworkGridPx / std::max({width, height, 1});
    return {std::max(1, static_cast<int>(std::lround(width * scale))), std::max(1, static_cast<int>(std::lround(height * scale)))};
}

}  // namespace

DetectionSize detection_size(int width, int height, const Options& options) {
    const double longer = std::max({width, height, 1});
    double side = options.detect_size_px;
    if (side <= 0) {
        const double needed = longer * kNetworkFacePx / std::max(1, options.min_face_px);
        side = std::min<double>(kLongestSidePx, std::max({needed, std::min<double>(longer, kCheapSidePx), double{kLeastSidePx}}));
    }
    return grid_size(width, height, side);
}

DetectionSize second_size(DetectionSize size, const Options& options) {
    const int longer = std::max(size.width, size.height);
    if (options.detect_size_px > 0 || longer < kLeastForSecond) return size;
    return grid_size(size.width, size.height, longer * kSecondScale);
}

DetectionSize glance_size(DetectionSize look, const Options& options) {
    const int longer = std::max(look.width, look.height);
    if (options.detect_size_px > 0 || longer < kLeastForSecond) return look;
    return grid_size(look.width, look.height, longer * kGlanceScale);
}

Rect TileGrid::at(int index) const {
    const auto place = [](int i, int number, int part, int whole) { return number < 2 ? 0 : (whole - part) * i / (number - 1); };
    const int x = place(index % columns, columns, tile.width, picture.width), y = place(index / columns, rows, tile.height, picture.height);
    return {x, y, x + std::min(tile.width, picture.width), y + std::min(tile.height, picture.height)};
}

namespace {

/// Tiles of this size, as few as show the picture enlarged by `least`; then enlarged by up to `most`, as far as they reach.
TileGrid grid_of(int width, int height, DetectionSize tile, double least, double most) {
    const auto needed = [](double length, int part) {
        return std::max(1, static_cast<int>(std::ceil((length - kTileOverlapPx) / std::max(1, part - kTileOverlapPx))));
    };
    const auto reach = [](int count, int part) { return static_cast<double>(count) * part - (count - 1.0) * kTileOverlapPx; };
    TileGrid grid{.picture = {}, .tile = tile, .columns = needed(width * least, tile.width), .rows = needed(height * least, tile.height)};
    const double scale = std::min({most, reach(grid.columns, tile.width) / width, reach(grid.rows, tile.height) / height});
    grid.picture = {static_cast<int>(std::lround(width * scale)), static_cast<int>(std::lround(height * scale))};
    return grid;
}

}  // namespace

TileGrid tile_grid(int width, int height, DetectionSize whole, const Options& options) {
    const double fine = kNetworkFacePx / std::max(1, options.min_face_px), coarse = kTileFacePx / std::max(1, options.min_face_px);
    const double enough = std::max(width, height) * kWholeFacePx / std::max(1, options.min_face_px);
    if (options.detect_size_px > 0 || enough <= std::max(whole.width, whole.height)) return {};
    return grid_of(width, height, whole, coarse, fine);
}

TileGrid crowd_grid(int width, int height, DetectionSize whole, const Options& options) {
    const TileGrid usual = tile_grid(width, height, whole, options);
    if (usual.columns > 0 || options.detect_size_px > 0 || width < whole.width * kFiner) return usual;
    return grid_of(width, height, whole, 1, 1);
}

namespace {

double mean_pixels(DetectionSize a, DetectionSize b) {
    return (static_cast<double>(a.width) * a.height + static_cast<double>(b.width) * b.height) / 2;
}

}  // namespace

int detect_every(DetectionSize size, DetectionSize second, bool tiles, bool glances, double frame_rate, const Options& options) {
    if (options.detect_every > 0) return options.detect_every;
    const double rate = frame_rate_or_usual(frame_rate);
    const double whole = static_cast<double>(size.width) * size.height;
    const double two = mean_pixels(size, second), pixels = tiles ? (two + whole) / 2 : two;
    const int affordable = glances ? static_cast<int>(std::lround(std::min(kSeldomestGlance, std::ceil(pixels / kGlancePixelsPerFrame)) * rate / kUsualFrameRate))
                                   : static_cast<int>(std::ceil(pixels / kPixelsPerFrame * rate / kUsualFrameRate));
    const int blind = std::max(1, static_cast<int>(kLongestBlind_s * rate));
    return std::clamp(affordable, 1, blind);
}

int decide_every(DetectionSize size, DetectionSize second, int every, double frame_rate) {
    const double rate = frame_rate_or_usual(frame_rate);
    const double affordable = std::ceil(mean_pixels(size, second) / kDecidePixelsPerFrame * rate / kUsualFrameRate);
    const double pairs = std::min(affordable, kLongestUndecided_s * rate) / (2.0 * every);
    return 2 * std::max(1, static_cast<int>(pairs));
}

}  // namespace invisiblur
