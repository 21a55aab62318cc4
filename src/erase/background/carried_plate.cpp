#include "erase/background/carried_plate.hpp"

#include <cmath>

#include "erase/background/warped_sampler.hpp"

namespace invisiblur {
namespace {

/// A smaller share of a sample is none.
constexpr float kNone = 1e-3F;

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

bool all_marked(const std::vector<std::uint8_t>& marks, std::size_t width, const LaidPlace& p) {
    const std::uint8_t* m = &marks[p.index];
    return m[0] && (p.fx < kNone || m[1]) && (p.fy < kNone || m[width]) && (p.fx < kNone || p.fy < kNone || m[width + 1]);
}

bool any_marked(const std::vector<std::uint8_t>& marks, std::size_t width, const LaidPlace& p) {
    const std::uint8_t* m = &marks[p.index];
    return m[0] || (p.fx >= kNone && m[1]) || (p.fy >= kNone && m[width]) || (p.fx >= kNone && p.fy >= kNone && m[width + 1]);
}

void lay_component(const Plate& from, int c, const Homography& map, float light, Plate& to) {
    const PixelLayout& layout = to.image.view().layout;
    const Rect source = in_component(from.area, layout, c), target = in_component(to.area, layout, c);
    std::vector<float> samples(static_cast<std::size_t>(source.width()) * source.height()), laid(static_cast<std::size_t>(target.width()) * target.height());
    read_component(from.image.view(), c, {0, 0, source.width(), source.height()}, samples.data());
    const std::size_t width = static_cast<std::size_t>(source.width());
    lay_plane(in_samples(map, layout, c), source, target, [&](std::size_t i, const LaidPlace& p) {
        const float* s = &samples[p.index];
        laid[i] = light + (1 - p.fy) * ((1 - p.fx) * s[0] + p.fx * s[1]) + p.fy * ((1 - p.fx) * s[width] + p.fx * s[width + 1]);
    });
    write_component(to.image.view(), c, {0, 0, target.width(), target.height()}, laid.data());
}

}  // namespace invisiblur
