#include "erase/background/laid_plate.hpp"

#include <algorithm>
#include <cmath>

#include "erase/background/warped_sampler.hpp"
#include "erase/fill/poisson.hpp"
#include "image/summed_area.hpp"

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
    std::vector<float> samples(static_cast<std::size_t>(source.width()) * source.height()), laid(static_cast<std::size_t>(target.width()) * target.height());
    read_component(from.image.view(), c, {0, 0, source.width(), source.height()}, samples.data());
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

namespace {

/// What differs by more 8-bit steps from what most of the surroundings say is something else.
constexpr float kMostApart = 24;

/// 1 for the known pixels of the scene beside those that are laid which the other plate knows, too.
std::vector<std::uint8_t> known_around(const Plate& from, const Laying& laying, const std::vector<std::uint8_t>& which, std::span<const std::uint8_t> scene, const Plate& to) {
    /// So far the surroundings are looked at: one pixel's noise must not run into the piece.
    constexpr int kReachPx = 3;
    const std::size_t width = static_cast<std::size_t>(from.area.width());
    const Rect bounds{0, 0, to.area.width(), to.area.height()};
    const SummedArea near(bounds.x1, bounds.y1, [&](std::size_t i) { return which[i]; });
    std::vector<std::uint8_t> around(which.size(), 0);
    lay(laying.from_target, from.area, to.area, [&](std::size_t i, const Place& p) {
        if (which[i] != 0 || scene[i] == 0 || to.known[i] == 0 || !p.inside || !all_marked(from.known, width, p)) return;
        const int x = static_cast<int>(i) % bounds.x1, y = static_cast<int>(i) / bounds.x1;
        around[i] = near.sum(intersect(grow(Rect{x, y, x + 1, y + 1}, kReachPx, kReachPx), bounds)) > 0;
    });
    return around;
}

/// Light changes slowly over a picture: what texture that is laid a little off makes of it is no light.
void even_out(std::vector<float>& change, const std::vector<PoissonKind>& kinds, const Rect& all) {
    /// To each side.
    constexpr int kReach = 8;
    const CountedArea given(all.width(), all.height(), [&](std::size_t i) { return kinds[i] == PoissonKind::given; }, [&](std::size_t i) { return change[i]; });
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i] != PoissonKind::given) continue;
        const int x = static_cast<int>(i) % all.width(), y = static_cast<int>(i) / all.width();
        change[i] = static_cast<float>(given.mean(intersect(grow(Rect{x, y, x + 1, y + 1}, kReach, kReach), {0, 0, all.width(), all.height()})));
    }
}

/// Adds to a component of what is laid the membrane of what its surroundings are off by.
/// In:      which, around, 1 for the pixels that are laid and for those beside them that both plates know.
/// Returns: false where most of the surroundings show something else.
bool meet(const Plate& to, int c, const std::vector<std::uint8_t>& which, const std::vector<std::uint8_t>& around, Plate& laid) {
    const PixelLayout& layout = to.image.view().layout;
    const Rect all = in_component({0, 0, to.area.width(), to.area.height()}, layout, c);
    std::vector<float> values(static_cast<std::size_t>(all.width()) * static_cast<std::size_t>(all.height())), change(values.size());
    read_component(laid.image.view(), c, all, values.data());
    read_component(to.image.view(), c, all, change.data());
    std::vector<PoissonKind> kinds(values.size(), PoissonKind::outside);
    const int sx = layout.log2_width(c), sy = layout.log2_height(c);
    for (std::size_t i = 0; i < which.size(); ++i) {
        if (which[i] == 0 && around[i] == 0) continue;
        const std::size_t x = i % static_cast<std::size_t>(to.area.width()), y = i / static_cast<std::size_t>(to.area.width());
        PoissonKind& kind = kinds[(y >> sy) * static_cast<std::size_t>(all.width()) + (x >> sx)];
        if (which[i] != 0 || kind == PoissonKind::outside) kind = which[i] != 0 ? PoissonKind::wanted : PoissonKind::given;
    }
    std::vector<float> off;
    for (std::size_t i = 0; i < values.size(); ++i) {
        change[i] -= values[i];
        if (kinds[i] == PoissonKind::given) off.push_back(change[i]);
    }
    if (off.empty()) return true;
    const auto middle = off.begin() + static_cast<std::ptrdiff_t>(off.size() / 2);
    std::nth_element(off.begin(), middle, off.end());
    const float light = *middle, most = kMostApart * static_cast<float>(1 << (layout.depth() - 8));
    std::size_t meets = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (kinds[i] != PoissonKind::given) continue;
        if (std::abs(change[i] - light) <= most) {
            ++meets;
        } else {
            kinds[i] = PoissonKind::outside;
        }
    }
    if (2 * meets < off.size()) return false;
    even_out(change, kinds, all);
    solve_poisson(change, kinds, all.width(), all.height(), light, PoissonBorder::smooth);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (kinds[i] == PoissonKind::wanted) values[i] += change[i];
    }
    write_component(laid.image.view(), c, all, values.data());
    return true;
}

}  // namespace

void lay_made_up(const Plate& from, const Laying& laying, std::span<const std::uint8_t> wanted, std::span<const std::uint8_t> scene, Plate& to) {
    const std::size_t width = static_cast<std::size_t>(from.area.width());
    Plate laid = unknown_plate(to.image.view().layout, to.area);
    laid.made_up.assign(laid.known.size(), 0);
    std::vector<std::uint8_t> which(laid.known.size(), 0);
    bool any = false;
    lay(laying.from_target, from.area, to.area, [&](std::size_t i, const Place& p) {
        if (wanted[i] == 0 || to.known[i] != 0 || !p.inside || !any_marked(from.made_up, width, p) || !all_marked(from.known, width, p)) return;
        laid.known[i] = laid.made_up[i] = which[i] = 1;
        any = true;
    });
    if (!any) return;
    const std::vector<std::uint8_t> around = known_around(from, laying, which, scene, to);
    for (int c = 0; c < laid.image.view().layout.component_count; ++c) {
        lay_component(from, c, laying, laid);
        if (!meet(to, c, which, around, laid)) return;
    }
    lay_over(to, laid, which);
}

}  // namespace invisiblur
