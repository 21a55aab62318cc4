#include "erase/background/laid_plate.hpp"

#include <algorithm>
#include <cmath>

#include "erase/background/warped_sampler.hpp"

namespace invisiblur {
namespace {

/// Between which four samples of another plane a sample lies.
struct Place {
    std::size_t index;  ///< of the upper left one
    float fx, fy;
    bool inside;  ///< false up to a sample beyond the plane: it then lies on the plane's edge
};

/// Goes over a plane's samples that lie in another one or up to a sample beyond.
/// In: map, from the target's samples to the source's; source, target, the rectangles that are there of both; each(i, place), i, the target's.
template <class Each>
void lay(const Homography& map, const Rect& source, const Rect& target, Each each) {
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
                each(i, Place{static_cast<std::size_t>(iy) * source.width() + ix, static_cast<float>(cx - ix), static_cast<float>(cy - iy),
                              px >= 0 && py >= 0 && px < right && py < bottom});
            }
        }
    }
}

}  // namespace

Rect carried_rect(const Rect& rect, const Homography& map) {
    double x0 = 1e9, y0 = 1e9, x1 = -1e9, y1 = -1e9;
    for (int k = 0; k < 4; ++k) {
        const Point p = apply(map, {static_cast<double>(k & 1 ? rect.x1 : rect.x0), static_cast<double>(k >> 1 ? rect.y1 : rect.y0)});
        x0 = std::min(x0, p.x), x1 = std::max(x1, p.x);
        y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
    }
    constexpr double kFar = 1e8;
    if (!(x0 > -kFar && y0 > -kFar && x1 < kFar && y1 < kFar)) return {};
    return {static_cast<int>(std::floor(x0)), static_cast<int>(std::floor(y0)), static_cast<int>(std::ceil(x1)), static_cast<int>(std::ceil(y1))};
}

void lay_component(const Plate& from, int c, const Laying& laying, Plate& to) {
    const PixelLayout& layout = to.image.view().layout;
    const Rect source = in_component(from.area, layout, c), target = in_component(to.area, layout, c);
    const std::vector<float> samples = component_samples(from.image.view(), c, {0, 0, source.width(), source.height()});
    std::vector<float> laid(static_cast<std::size_t>(target.width()) * target.height());
    const std::size_t width = static_cast<std::size_t>(source.width());
    const float light = c == 0 ? laying.light : 0;
    lay(in_samples(laying.from_target, layout, c), source, target, [&](std::size_t i, const Place& p) {
        const float* s = &samples[p.index];
        laid[i] = light + (1 - p.fy) * ((1 - p.fx) * s[0] + p.fx * s[1]) + p.fy * ((1 - p.fx) * s[width] + p.fx * s[width + 1]);
    });
    write_component(to.image.view(), c, {0, 0, target.width(), target.height()}, laid.data());
}

namespace {

/// Whether all that a place is mixed from is marked.
bool all_marked(const std::vector<std::uint8_t>& marks, std::size_t width, const Place& p) {
    constexpr float kNone = 1e-3F;
    const std::uint8_t* m = &marks[p.index];
    return m[0] && (p.fx < kNone || m[1]) && (p.fy < kNone || m[width]) && (p.fx < kNone || p.fy < kNone || m[width + 1]);
}

/// Whether any of what a place may be mixed from is marked.
bool any_marked(const std::vector<std::uint8_t>& marks, std::size_t width, const Place& p) {
    const std::uint8_t* m = &marks[p.index];
    return (m[0] | m[1] | m[width] | m[width + 1]) != 0;
}

}  // namespace

bool lay_known(const Plate& from, const std::vector<std::uint8_t>& closed, const Homography& from_target, std::span<const std::uint8_t> wanted, Plate& to) {
    const std::size_t width = static_cast<std::size_t>(from.area.width());
    if (!from.made_up.empty()) to.made_up.assign(to.known.size(), 0);
    std::ptrdiff_t reached = 0;
    lay(from_target, from.area, to.area, [&](std::size_t i, const Place& p) {
        if (wanted[i] == 0) return;
        reached += all_marked(closed, width, p);
        to.known[i] = p.inside && all_marked(from.known, width, p);
        if (!from.made_up.empty()) to.made_up[i] = to.known[i] != 0 && any_marked(from.made_up, width, p);
    });
    return reached == std::count(wanted.begin(), wanted.end(), 1);
}

std::optional<LaidPiece> lay_made_up(const Plate& from, const Laying& laying, std::span<const std::uint8_t> wanted, const Plate& to) {
    const std::size_t width = static_cast<std::size_t>(from.area.width());
    LaidPiece piece{unknown_plate(to.image.view().layout, to.area), std::vector<std::uint8_t>(to.known.size(), 0)};
    piece.plate.made_up.assign(to.known.size(), 0);
    lay(laying.from_target, from.area, to.area, [&](std::size_t i, const Place& p) {
        if (!p.inside || !all_marked(from.known, width, p)) return;
        piece.plate.known[i] = 1;
        if (wanted[i] != 0 && to.known[i] == 0 && any_marked(from.made_up, width, p)) piece.plate.made_up[i] = piece.which[i] = 1;
    });
    if (std::ranges::none_of(piece.which, [](std::uint8_t taken) { return taken != 0; })) return std::nullopt;
    for (int c = 0; c < piece.plate.image.view().layout.component_count; ++c) lay_component(from, c, laying, piece.plate);
    return piece;
}

}  // namespace invisiblur
