#include "detect/region_of_interest.hpp"

#include <algorithm>

namespace invisiblur {
namespace {

/// Around what has changed; around the faces in it lies more, see below.
constexpr int kSurroundingsPx = 16;
/// A face whose box, grown by this part of its size, holds something new is looked at again.
constexpr float kNearFace = 0.5F;

/// Where a window of this length begins that holds both ends, in a picture of this length.
std::optional<int> window_start(int begin, int end, int window, int picture) {
    const int first = std::max(0, begin - kSurroundingsPx), last = std::min(picture, end + kSurroundingsPx);
    if (last - first > window) return std::nullopt;
    const int start = std::clamp((first + last - window) / 2, 0, picture - window) / kNetworkGridPx * kNetworkGridPx;
    // One that only just fits need not lie on the grid.
    return std::max(start, last - window);
}

}  // namespace

std::optional<RegionOfInterest> region_of_interest(Rect changed, std::span<const Box> known, DetectionSize picture, DetectionSize window) {
    for (bool grown = true; grown;) {
        grown = false;
        for (const Box& face : known) {
            const float mx = kNearFace * face.w, my = kNearFace * face.h;
            const Rect around = outer_rect({face.x - mx, face.y - my, face.w + 2 * mx, face.h + 2 * my});
            if (!overlap(around, changed) || unite(around, changed) == changed) continue;
            changed = unite(around, changed);
            grown = true;
        }
    }
    changed = intersect(changed, Rect{0, 0, picture.width, picture.height});
    const auto x = window_start(changed.x0, changed.x1, window.width, picture.width);
    const auto y = window_start(changed.y0, changed.y1, window.height, picture.height);
    if (!x || !y) return std::nullopt;
    return RegionOfInterest{{*x, *y, *x + window.width, *y + window.height}, changed};
}

}  // namespace invisiblur
