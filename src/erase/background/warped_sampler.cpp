#include "erase/background/warped_sampler.hpp"

#include <algorithm>
#include <cmath>

namespace invisiblur {
namespace {

constexpr int kPlaceBits = 16;
/// A run's places are rounded; nearer than this to the reach's edge each is looked at by itself.
constexpr double kRoundingReserve = 1.0 / 64;

/// A point and the way to the next one, in 1 / 2^kPlaceBits of a sample.
struct Line {
    std::int32_t x, y, dx, dy;
};

Line line(const Point& first, const Point& last, std::size_t count) {
    const auto fixed = [](double v) { return static_cast<std::int32_t>(std::lround(v * (1 << kPlaceBits))); };
    const double steps = count > 1 ? static_cast<double>(count - 1) : 1;
    return {fixed(first.x), fixed(first.y), fixed((last.x - first.x) / steps), fixed((last.y - first.y) / steps)};
}

/// Bilinear samples along a line, where `wants` says so.
/// Whole: a type that holds a sample times 65536.
template <class Whole, class T, class Wants>
void sample(const ComponentView<T>& view, Line l, std::span<float> values, Wants wants) {
    constexpr float kUnit = 1.0F / 65536;
    for (std::size_t i = 0; i < values.size(); ++i, l.x += l.dx, l.y += l.dy) {
        if (!wants(i)) continue;
        const std::uint8_t* top = view.origin + (l.y >> kPlaceBits) * view.stride_bytes + static_cast<std::ptrdiff_t>(l.x >> kPlaceBits) * view.step_bytes;
        const auto get = [&](const std::uint8_t* at) { return static_cast<Whole>(*reinterpret_cast<const T*>(at) >> view.shift); };
        const Whole fx = (l.x >> (kPlaceBits - 8)) & 255, fy = (l.y >> (kPlaceBits - 8)) & 255;
        const std::uint8_t* bottom = top + view.stride_bytes;
        const Whole upper = (256 - fx) * get(top) + fx * get(top + view.step_bytes);
        const Whole lower = (256 - fx) * get(bottom) + fx * get(bottom + view.step_bytes);
        values[i] = static_cast<float>((256 - fy) * upper + fy * lower) * kUnit;
    }
}

}  // namespace

Homography in_samples(const Homography& map, const PixelLayout& layout, int c) {
    if (!layout.components[c].subsampled) return map;
    // From a component's samples to luma pixels, whose centres lie at (sample + 0.5) * scale - 0.5.
    const double sx = 1 << layout.log2_width(c), sy = 1 << layout.log2_height(c);
    const Homography to_luma{{sx, 0, 0.5 * sx - 0.5, 0, sy, 0.5 * sy - 0.5, 0, 0, 1}};
    return inverse(to_luma) * map * to_luma;
}

WarpedSampler::WarpedSampler(const RegisteredSample& registered, int c, const Rect& area)
    : image_(registered.sample->picture->view()),
      map_(registered.from_target),
      still_(registered.from_target.is_identity()),
      bytes_(component<std::uint8_t>(image_, c)),
      words_(component<std::uint16_t>(image_, c)) {
    const PixelLayout& layout = image_.layout;
    if (!still_) map_ = in_samples(registered.from_target, layout, c);
    const double scale = map_.m[8];
    for (double& m : map_.m) m /= scale;
    affine_ = map_.m[6] == 0 && map_.m[7] == 0;
    block(*registered.sample, c, in_component(area, layout, c));
}

/// A sample is hidden where one of its luma pixels is. The halo lies on the chroma grid, so all of them are inside it, but for those beyond
/// the edge of a picture with an odd size.
void WarpedSampler::mark_halo(const PlateSample& sample, std::size_t face, int c) {
    const FaceArea& area = sample.areas[face];
    const int sx = image_.layout.log2_width(c), sy = image_.layout.log2_height(c);
    const Rect r = intersect(in_component(area.halo, image_.layout, c), reach_);
    const bool known = sample.scene && !sample.scene->maps[face].empty();
    std::vector<std::uint8_t> merged(static_cast<std::size_t>(std::max(0, r.width())));
    for (int y = r.y0; y < r.y1 && r.x0 < r.x1; ++y) {
        const auto map_row = [&](int luma_y) { return sample.scene->row(face, area, std::min(luma_y, area.halo.y1 - 1)); };
        const int first = (r.x0 << sx) - area.halo.x0, last = area.halo.width() - 1;
        const std::uint8_t* shown = known && sx + sy == 0 ? map_row(y) + first : merged.data();
        if (sx + sy > 0) std::fill(merged.begin(), merged.end(), known);
        for (int k = 0; known && sx + sy > 0 && k < 1 << sy; ++k) {
            const std::uint8_t* row = map_row((y << sy) + k);
            for (int l = 0; l < 1 << sx; ++l) {
                const int inside = std::min(r.width(), ((last - first - l) >> sx) + 1);
                for (int i = 0; i < inside; ++i) merged[static_cast<std::size_t>(i)] &= row[first + (i << sx) + l];
            }
        }
        Freedom* free = &free_[index(r.x0, y)];
        for (int i = 0; i < r.width(); ++i) free[i] = std::min(free[i], shown[i] != 0 ? Freedom::scene : Freedom::halo);
    }
}

/// Notes, for all samples that the area can reach, whether they lie in the picture and outside every core and what a halo hides.
void WarpedSampler::block(const PlateSample& sample, int c, const Rect& area) {
    Rect there;
    for (int k = 0; k < 4; ++k) {
        const Point p = apply(map_, {static_cast<double>(k & 1 ? area.x1 : area.x0), static_cast<double>(k >> 1 ? area.y1 : area.y0)});
        there = unite(there, outer_rect({static_cast<float>(p.x) - 1, static_cast<float>(p.y) - 1, 2, 2}));
    }
    reach_ = intersect(grow(there, 2, 2), Rect{0, 0, bytes_.width, bytes_.height});
    if (reach_.empty()) {
        reach_ = {};
        return;
    }
    free_.assign(static_cast<std::size_t>(reach_.width()) * reach_.height(), Freedom::clear);
    const auto mark = [&](const Rect& rect, Freedom freedom) {
        const Rect r = intersect(in_component(rect, image_.layout, c), reach_);
        for (int y = r.y0; y < r.y1 && r.x0 < r.x1; ++y) {
            const auto row = free_.begin() + static_cast<std::ptrdiff_t>(index(r.x0, y));
            std::fill(row, row + r.width(), freedom);
        }
    };
    for (const FaceArea& face : sample.areas) {
        const Hidden hidden{in_component(face.core, image_.layout, c), in_component(unite(face.core, face.halo), image_.layout, c)};
        if (overlap(hidden.halo, reach_)) hidden_.push_back(hidden);
    }
    for (std::size_t k = 0; k < sample.areas.size(); ++k) mark_halo(sample, k, c);
    for (const FaceArea& face : sample.areas) mark(face.core, Freedom::core);
    // Interpolation asks for four neighbours at once.
    square_free_.assign(free_.size(), Freedom::core);
    const std::size_t width = static_cast<std::size_t>(reach_.width());
    for (int y = 0; y + 1 < reach_.height(); ++y) {
        for (std::size_t i = static_cast<std::size_t>(y) * width, end = i + width - 1; i < end; ++i)
            square_free_[i] = std::min({free_[i], free_[i + 1], free_[i + width], free_[i + width + 1]});
    }
}

bool WarpedSampler::inside(const Point& p) const {
    return p.x >= reach_.x0 + kRoundingReserve && p.y >= reach_.y0 + kRoundingReserve && p.x <= reach_.x1 - 1 - kRoundingReserve &&
           p.y <= reach_.y1 - 1 - kRoundingReserve;
}

/// Of a straight run: by the rectangle around it, with the neighbours that interpolation asks for.
WarpedSampler::Sight WarpedSampler::sight(const Point& first, const Point& last) const {
    const Rect around{static_cast<int>(std::min(first.x, last.x) - kRoundingReserve), static_cast<int>(std::min(first.y, last.y) - kRoundingReserve),
                      static_cast<int>(std::max(first.x, last.x) + kRoundingReserve) + 2, static_cast<int>(std::max(first.y, last.y) + kRoundingReserve) + 2};
    Sight sight = Sight::clear;
    for (const Hidden& face : hidden_) {
        if (intersect(face.core, around) == around) return Sight::nothing;
        if (overlap(face.halo, around)) sight = Sight::some;
    }
    return sight;
}

WarpedSampler::Sight WarpedSampler::run_one_by_one(int x0, int y, int stride, std::span<float> values, std::span<Freedom> freedom) const {
    std::size_t seen_count = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto seen = at(x0 + static_cast<int>(i) * stride, y);
        freedom[i] = seen ? seen->freedom : Freedom::core;
        if (seen) values[i] = seen->value, ++seen_count;
    }
    return seen_count > 0 ? Sight::some : Sight::nothing;
}

WarpedSampler::Sight WarpedSampler::run(int x0, int y, std::span<const bool> wanted, std::span<float> values, std::span<Freedom> freedom, int stride) const {
    const Point first = place(x0, y), last = place(x0 + (static_cast<int>(values.size()) - 1) * stride, y);
    constexpr int kMostPlaces = 1 << (31 - kPlaceBits);
    const bool fits = reach_.x1 < kMostPlaces && reach_.y1 < kMostPlaces;
    if (still_ || !fits || !inside(first) || !inside(last)) return run_one_by_one(x0, y, stride, values, freedom);
    const Sight seen = sight(first, last);
    if (seen == Sight::nothing) return seen;
    const Line l = line(first, last, values.size());
    if (seen == Sight::some) {
        Line at = l;
        bool any = false;
        for (std::size_t i = 0; i < freedom.size(); ++i, at.x += at.dx, at.y += at.dy) {
            freedom[i] = wanted[i] ? square_free_[index(at.x >> kPlaceBits, at.y >> kPlaceBits)] : Freedom::core;
            any |= freedom[i] != Freedom::core;
        }
        if (!any) return Sight::nothing;
    }
    const auto asked = [&](std::size_t i) { return freedom[i] != Freedom::core; };
    const auto in_run = [&](auto wants) {
        if (image_.layout.bytes_per_sample == 1) {
            sample<std::int32_t>(bytes_, l, values, wants);
        } else {
            sample<std::int64_t>(words_, l, values, wants);
        }
    };
    if (seen == Sight::some) {
        in_run(asked);
    } else {
        std::fill(freedom.begin(), freedom.end(), Freedom::clear);
        in_run([&](std::size_t i) { return wanted[i]; });
    }
    return seen;
}

}  // namespace invisiblur
