#include "erase/background/plate_disputed.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "image/summed_area.hpp"

namespace invisiblur {
namespace {

/// Of real scenes behind heads up to half was disputed, of crowds two thirds and more.
constexpr double kMostDisputed = 0.6;
/// Rags are so much busier than what is to be seen around them; where all is busy, sharp pieces look better than a blur.
constexpr double kBusier = 1.5;
/// The window reaches this part of a core's shorter side to each side: no feature of a rag is left.
constexpr double kReachPart = 0.3;

/// How much neighbouring pixels of a luma plane differ, where all three may be looked at.
/// In: usable(i), of a pixel of the plane's; luma, width * height.
template <class Usable>
CountedArea unrest(const std::vector<float>& luma, int width, int height, Usable usable) {
    const auto row = static_cast<std::size_t>(width), last = static_cast<std::size_t>(height - 1) * row;
    return {width, height, [&](std::size_t i) { return i < last && (i + 1) % row != 0 && usable(i) && usable(i + 1) && usable(i + row); },
            [&](std::size_t i) { return std::abs(luma[i + 1] - luma[i]) + std::abs(luma[i + row] - luma[i]); }};
}

std::vector<float> luma_of(const ImageView& image, const Rect& where) {
    std::vector<float> luma(static_cast<std::size_t>(where.width()) * static_cast<std::size_t>(where.height()));
    read_luma(image, where, luma.data());
    return luma;
}

/// How much the picture differs from pixel to pixel in an area, outside all cores and halos.
double unrest_around(const ImageView& picture, const Rect& area, std::span<const FaceArea> faces) {
    const std::vector<std::uint8_t> near = near_faces(area, faces, 0);
    const auto steps = unrest(luma_of(picture, area), area.width(), area.height(), [&](std::size_t i) { return near[i] == 0; });
    return steps.mean({0, 0, area.width(), area.height()});
}

/// Gives the marked samples of a component the mean of the known ones around them.
void blur(Plate& plate, int c, const std::vector<int>& reach) {
    const PixelLayout& layout = plate.image.view().layout;
    const Rect where = in_component(plate.area, layout, c), bounds{0, 0, where.width(), where.height()};
    const int log2_width = layout.log2_width(c), log2_height = layout.log2_height(c);
    std::vector<float> values = component_samples(plate.image.view(), c, bounds);
    const auto luma = [&](int x, int y) { return static_cast<std::size_t>(y << log2_height) * plate.area.width() + static_cast<std::size_t>(x << log2_width); };
    const auto width = static_cast<std::size_t>(bounds.x1);
    const auto is_known = [&](std::size_t i) { return plate.known[luma(static_cast<int>(i % width), static_cast<int>(i / width))] != 0; };
    const CountedArea known(bounds.x1, bounds.y1, is_known, [&](std::size_t i) { return values[i]; });
    std::size_t i = 0;
    for (int y = 0; y < bounds.y1; ++y) {
        for (int x = 0; x < bounds.x1; ++x, ++i) {
            const int r = reach[luma(x, y)];
            if (r == 0) continue;
            const Rect window = intersect(grow(Rect{x, y, x + 1, y + 1}, std::max(1, r >> log2_width), std::max(1, r >> log2_height)), bounds);
            if (known.count(window) > 0) values[i] = static_cast<float>(known.mean(window));
        }
    }
    write_component(plate.image.view(), c, bounds, values.data());
}

/// Decides where a plate is blurred.
class Rags {
public:
    Rags(const ImageView& picture, const Plate& plate, std::span<const std::uint8_t> disputed, std::span<const FaceArea> faces)
        : area_(plate.area), bounds_{0, 0, plate.area.width(), plate.area.height()},
          disputed_(bounds_.x1, bounds_.y1, [&](std::size_t i) { return plate.known[i] != 0; }, [&](std::size_t i) { return disputed[i]; }),
          behind_(unrest(luma_of(plate.image.view(), bounds_), bounds_.x1, bounds_.y1, [&](std::size_t i) { return plate.known[i] != 0; })),
          around_(unrest_around(picture, plate.area, faces)) {}

    /// Marks the pixels of a face's core and halo that are blurred. Returns: whether there are some.
    bool mark(const FaceArea& face, std::vector<int>& reach) const {
        const Rect core = within(face.core, area_), whole = within(unite(face.core, face.halo), area_);
        if (core.empty() || behind_.mean(whole) <= kBusier * around_) return false;
        const bool all = mostly_disputed(core);
        const int own = std::max(1, static_cast<int>(kReachPart * std::min(face.core.width(), face.core.height())));
        bool any = false;
        for (int y = whole.y0; y < whole.y1; ++y) {
            for (int x = whole.x0; x < whole.x1; ++x) {
                if (!all && !mostly_disputed(intersect(grow(Rect{x, y, x + 1, y + 1}, own, own), bounds_))) continue;
                int& here = reach[static_cast<std::size_t>(y) * static_cast<std::size_t>(bounds_.x1) + static_cast<std::size_t>(x)];
                here = std::max(here, own);
                any = true;
            }
        }
        return any;
    }

private:
    bool mostly_disputed(const Rect& r) const { return disputed_.sum(r) > kMostDisputed * disputed_.count(r); }

    Rect area_, bounds_;
    CountedArea disputed_;  ///< of the known pixels
    CountedArea behind_;
    double around_;
};

}  // namespace

void blur_disputed(const ImageView& picture, Plate& plate, std::span<const FaceArea> faces) {
    const std::vector<std::uint8_t> disputed = std::exchange(plate.disputed, {});
    if (std::find(disputed.begin(), disputed.end(), 1) == disputed.end()) return;
    const Rags rags(picture, plate, disputed, faces);
    std::vector<int> reach(plate.known.size(), 0);
    bool any = false;
    for (const FaceArea& face : faces) any |= rags.mark(face, reach);
    if (!any) return;
    for (int c = 0; c < plate.image.view().layout.component_count; ++c) blur(plate, c, reach);
}

}  // namespace invisiblur
