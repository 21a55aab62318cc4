#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "erase/background/plate.hpp"
#include "motion/camera.hpp"

namespace invisiblur {

/// A rectangle as it lies in another frame, rounded outward; empty where it comes to lie beyond all measure.
Rect carried_rect(const Rect& rect, const Homography& map);

/// Between which four samples of another plane a sample lies.
struct LaidPlace {
    std::size_t index;  ///< of the upper left one
    float fx, fy;
    bool inside;  ///< false up to a sample beyond the plane: it then lies on the plane's edge
};

/// Goes over a plane's samples that lie in another one or up to a sample beyond.
/// In: map, from the target's samples to the source's; source, target, the rectangles that are there of both; each(i, place), i, the target's.
template <class Each>
void lay_plane(const Homography& map, const Rect& source, const Rect& target, Each each) {
    // On so short a run a camera's map is straight.
    constexpr int kRun = 32;
    // A still camera's whole places may come out a hair off.
    constexpr double kHair = 1e-6;
    const auto there = [&](int x, int y) {
        const Point p = apply(map, {static_cast<double>(x), static_cast<double>(y)});
        return Point{p.x - source.x0 + kHair, p.y - source.y0 + kHair};
    };
    const double right = source.width() - 1, bottom = source.height() - 1;
    if (right < 1 || bottom < 1) return;
    for (int y = target.y0; y < target.y1; ++y) {
        std::size_t i = static_cast<std::size_t>(y - target.y0) * target.width();
        for (int x0 = target.x0; x0 < target.x1; x0 += kRun) {
            const int count = std::min(kRun, target.x1 - x0);
            const Point first = there(x0, y), next = there(x0 + count, y);
            const double dx = (next.x - first.x) / count, dy = (next.y - first.y) / count;
            for (int k = 0; k < count; ++k, ++i) {
                const double px = first.x + k * dx, py = first.y + k * dy;
                if (!(px > -1 && py > -1 && px < right + 1 && py < bottom + 1)) continue;
                const double cx = std::clamp(px, 0.0, right), cy = std::clamp(py, 0.0, bottom);
                const int ix = std::min(static_cast<int>(cx), source.width() - 2), iy = std::min(static_cast<int>(cy), source.height() - 2);
                each(i, LaidPlace{static_cast<std::size_t>(iy) * source.width() + ix, static_cast<float>(cx - ix), static_cast<float>(cy - iy),
                                  px >= 0 && py >= 0 && px < right && py < bottom});
            }
        }
    }
}

/// Whether all, or any, that a place is mixed from is marked. In: width, of the marks' rows.
bool all_marked(const std::vector<std::uint8_t>& marks, std::size_t width, const LaidPlace& p);
bool any_marked(const std::vector<std::uint8_t>& marks, std::size_t width, const LaidPlace& p);

/// Lays one component of a plate over another frame's. In: map, from the target's luma pixels to the source's; light, what is added.
void lay_component(const Plate& from, int c, const Homography& map, float light, Plate& to);

}  // namespace invisiblur
