#include "erase/background/plate.hpp"

#include <algorithm>

#include "erase/background/known_share.hpp"
#include "erase/fill/poisson.hpp"
#include "erase/region/face_area.hpp"

namespace invisiblur {
namespace {

class StillPlate : public PlateSource {
public:
    explicit StillPlate(Plate plate) : plate_(std::move(plate)) {}
    Plate plate(std::int64_t, const Rect& area) const override { return crop_plate(plate_, area); }

private:
    Plate plate_;
};

/// Copies `shared`, a part of both plates in picture pixels that lies on the chroma grid.
void copy_pixels(const Plate& from, const Rect& shared, Plate& to) {
    const PixelLayout& layout = from.image.view().layout;
    std::vector<float> samples;
    for (int c = 0; c < layout.component_count; ++c) {
        const Rect source = in_component(moved(shared, -from.area.x0, -from.area.y0), layout, c);
        const Rect target = in_component(moved(shared, -to.area.x0, -to.area.y0), layout, c);
        samples.resize(static_cast<std::size_t>(source.width()) * source.height());
        read_component(from.image.view(), c, source, samples.data());
        write_component(to.image.view(), c, target, samples.data());
    }
    const auto copy_marks = [&](const std::vector<std::uint8_t>& marks, std::vector<std::uint8_t>& copied) {
        for (int y = shared.y0; y < shared.y1; ++y) {
            const auto row = marks.begin() + static_cast<std::ptrdiff_t>(y - from.area.y0) * from.area.width() + (shared.x0 - from.area.x0);
            std::copy(row, row + shared.width(),
                      copied.begin() + static_cast<std::ptrdiff_t>(y - to.area.y0) * to.area.width() + (shared.x0 - to.area.x0));
        }
    };
    copy_marks(from.known, to.known);
    const auto copy_some = [&](const std::vector<std::uint8_t>& marks, std::vector<std::uint8_t>& copied) {
        if (marks.empty()) return;
        copied.assign(to.known.size(), 0);
        copy_marks(marks, copied);
    };
    copy_some(from.disputed, to.disputed);
    copy_some(from.made_up, to.made_up);
}

}  // namespace

float ConfidenceMap::at(float x, float y) const {
    if (parts.empty()) return 1;
    const float px = std::clamp(x * kSide - 0.5F, 0.0F, kSide - 1.0F), py = std::clamp(y * kSide - 0.5F, 0.0F, kSide - 1.0F);
    const int ix = std::min(static_cast<int>(px), kSide - 2), iy = std::min(static_cast<int>(py), kSide - 2);
    const float fx = px - static_cast<float>(ix), fy = py - static_cast<float>(iy);
    const float* p = &parts[static_cast<std::size_t>(iy * kSide + ix)];
    return (1 - fy) * ((1 - fx) * p[0] + fx * p[1]) + fy * ((1 - fx) * p[kSide] + fx * p[kSide + 1]);
}

bool ConfidenceMap::whole() const {
    return std::all_of(parts.begin(), parts.end(), [](float t) { return t >= 1; });
}

bool ConfidenceMap::nothing() const {
    return !parts.empty() && std::all_of(parts.begin(), parts.end(), [](float t) { return t <= 0; });
}

std::unique_ptr<PlateSource> make_still_plate(Plate plate) {
    return std::make_unique<StillPlate>(std::move(plate));
}

Plate unknown_plate(const PixelLayout& layout, const Rect& area) {
    return {area, OwnedImage(layout, area.width(), area.height()),
            std::vector<std::uint8_t>(static_cast<std::size_t>(area.width()) * area.height(), 0), std::nullopt};
}

bool anything_known(const Plate& plate) {
    return std::find(plate.known.begin(), plate.known.end(), 1) != plate.known.end();
}

Plate crop_plate(const Plate& plate, const Rect& area) {
    Plate part = unknown_plate(plate.image.view().layout, area);
    const Rect shared = intersect(plate.area, area);
    if (!shared.empty()) copy_pixels(plate, shared, part);
    return part;
}

void lay_over(Plate& to, const Plate& from, std::span<const std::uint8_t> which) {
    const Rect shared = intersect(to.area, from.area);
    if (shared.empty()) return;
    const PixelLayout& layout = from.image.view().layout;
    const auto place = [](const Plate& plate, int x, int y) {
        return static_cast<std::size_t>(y - plate.area.y0) * static_cast<std::size_t>(plate.area.width()) + static_cast<std::size_t>(x - plate.area.x0);
    };
    for (int c = 0; c < layout.component_count; ++c) {
        const Rect source = in_component(moved(shared, -from.area.x0, -from.area.y0), layout, c), target = in_component(moved(shared, -to.area.x0, -to.area.y0), layout, c);
        const std::vector<float> here = component_samples(from.image.view(), c, source);
        std::vector<float> there = component_samples(to.image.view(), c, target);
        const int sx = layout.log2_width(c), sy = layout.log2_height(c);
        for (int y = shared.y0; y < shared.y1; ++y) {
            for (int x = shared.x0; x < shared.x1; ++x) {
                if (which[place(from, x, y)] == 0) continue;
                const std::size_t i = static_cast<std::size_t>((y - shared.y0) >> sy) * static_cast<std::size_t>(source.width()) + static_cast<std::size_t>((x - shared.x0) >> sx);
                there[i] = here[i];
            }
        }
        write_component(to.image.view(), c, target, there.data());
    }
    if (to.made_up.empty() && !from.made_up.empty()) to.made_up.assign(to.known.size(), 0);
    for (int y = shared.y0; y < shared.y1; ++y) {
        for (int x = shared.x0; x < shared.x1; ++x) {
            const std::size_t i = place(from, x, y), k = place(to, x, y);
            if (which[i] == 0) continue;
            to.known[k] = from.known[i];
            if (!to.made_up.empty()) to.made_up[k] = from.made_up.empty() ? 0 : from.made_up[i];
        }
    }
}

void mix_made_up(Plate& now, const Plate& before, float share) {
    const PixelLayout& layout = now.image.view().layout;
    const int width = now.area.width();
    std::vector<std::uint8_t> mixed(now.known.size());
    for (std::size_t i = 0; i < mixed.size(); ++i) mixed[i] = now.known[i] != 0 && before.known[i] != 0 && (now.is_made_up(i) || before.is_made_up(i));
    for (int c = 0; c < layout.component_count; ++c) {
        const Rect all = in_component({0, 0, width, now.area.height()}, layout, c);
        const int sx = layout.log2_width(c), sy = layout.log2_height(c);
        std::vector<float> samples = component_samples(now.image.view(), c, all);
        const std::vector<float> then = component_samples(before.image.view(), c, all);
        std::size_t i = 0;
        for (int y = 0; y < all.height(); ++y) {
            for (int x = 0; x < all.width(); ++x, ++i) {
                if (mixed[static_cast<std::size_t>(y << sy) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x << sx)] != 0) samples[i] += share * (then[i] - samples[i]);
            }
        }
        write_component(now.image.view(), c, all, samples.data());
    }
}

void drop_speckles(Plate& plate, std::span<const std::uint8_t> wanted) {
    /// A window of 7 x 7: larger than a speckle, smaller than a face's edge.
    constexpr int kReach = 3;
    const KnownShare share(plate, wanted);
    std::size_t i = 0;
    for (int y = 0; y < plate.area.height(); ++y) {
        for (int x = 0; x < plate.area.width(); ++x, ++i) {
            if (!share.mostly_known(x, y, kReach)) plate.known[i] = 0;
        }
    }
}

void fill_unknown(Plate& plate, std::span<const std::uint8_t> wanted) {
    const auto unknown = std::count(plate.known.begin(), plate.known.end(), 0);
    if (unknown == 0 || unknown == static_cast<std::ptrdiff_t>(plate.known.size())) return;
    const PixelLayout& layout = plate.image.view().layout;
    for (int c = 0; c < layout.component_count; ++c) {
        const Rect all = in_component({0, 0, plate.area.width(), plate.area.height()}, layout, c);
        std::vector<float> samples = component_samples(plate.image.view(), c, all);
        std::vector<PoissonKind> kinds(samples.size(), PoissonKind::given);
        const int sx = layout.log2_width(c);
        const int sy = layout.log2_height(c);
        for (int y = 0; y < plate.area.height(); ++y) {
            for (int x = 0; x < plate.area.width(); ++x) {
                const std::size_t i = static_cast<std::size_t>(y) * plate.area.width() + x;
                if (plate.known[i] != 0) continue;
                PoissonKind& kind = kinds[static_cast<std::size_t>(y >> sy) * all.width() + (x >> sx)];
                if (wanted.empty() || wanted[i] != 0) {
                    kind = PoissonKind::wanted;
                } else if (kind == PoissonKind::given) {
                    kind = PoissonKind::outside;
                }
            }
        }
        solve_poisson(samples, kinds, all.width(), all.height(), 0);
        write_component(plate.image.view(), c, all, samples.data());
    }
}

}  // namespace invisiblur
