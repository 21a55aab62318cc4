#include "erase/mask/body_mask.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "erase/fill/light.hpp"
#include "erase/fill/patch_samples.hpp"
#include "erase/region/body_reach.hpp"
#include "image/connected.hpp"
#include "image/summed_area.hpp"

namespace invisiblur {
namespace {

/// Colours differ by less than luma, and are less noisy: this part of its threshold.
constexpr double kColourPart = 2.0 / 3;
/// What differs by this part of a threshold belongs to what differs by all of it and touches it.
constexpr double kWeakPart = 0.6;
/// As far apart, in statures, parts of one person hang together: a belt's width.
constexpr double kGapPart = 0.02;
/// A piece in the column by itself is a leg behind a table from this side on, in statures; smaller ones are noise.
constexpr double kPieceSide = 0.015;

/// How much a pixel differs from its plate.
enum Level : std::uint8_t { kSame, kWeak, kStrong };

/// Where a pixel of a patch may belong to somebody.
enum Place : std::uint8_t { kBeyond, kReach, kColumn };

/// Differences of picture and plate in one component, or in luma, at the component's own size.
class ComponentChange {
public:
    /// In: c, the component; none for luma, which RGB has to be made of.
    ComponentChange(const ImageView& image, const MaskPatch& patch, const Plate& plate, int c, int radius_px)
        : sx_(c < 0 ? 0 : image.layout.log2_width(c)),
          sy_(c < 0 ? 0 : image.layout.log2_height(c)),
          radius_x_(std::max(1, radius_px >> sx_)),
          radius_y_(std::max(1, radius_px >> sy_)),
          bounds_(size_of(image, patch, c)),
          change_(change_of(image, patch, plate, c)) {}

    /// The mean around a pixel of the patch; 0 where none of its window may be looked at.
    double mean(int x, int y) const { return change_.mean(window(x >> sx_, y >> sy_, radius_x_, radius_y_)); }
    /// Of the 3 x 3 samples around.
    double mean_here(int x, int y) const { return change_.mean(window(x >> sx_, y >> sy_, 1, 1)); }

private:
    Rect window(int x, int y, int rx, int ry) const { return intersect({x - rx, y - ry, x + rx + 1, y + ry + 1}, bounds_); }

    static Rect size_of(const ImageView& image, const MaskPatch& patch, int c) {
        const Rect where = c < 0 ? patch.area : in_component(patch.area, image.layout, c);
        return {0, 0, where.width(), where.height()};
    }

    CountedArea change_of(const ImageView& image, const MaskPatch& patch, const Plate& plate, int c) const {
        const std::size_t count = static_cast<std::size_t>(bounds_.width()) * static_cast<std::size_t>(bounds_.height());
        std::vector<float> here(count), behind(count);
        if (c < 0) {
            read_luma(image, patch.area, here.data());
            read_luma(plate.image.view(), {0, 0, patch.area.width(), patch.area.height()}, behind.data());
        } else {
            read_component(image, c, in_component(patch.area, image.layout, c), here.data());
            read_component(plate.image.view(), c, bounds_, behind.data());
        }
        // Cores lie on the chroma grid, and what is known of a plate is so for all that share a chroma sample: one of them speaks for the others.
        const auto row = static_cast<std::size_t>(bounds_.width()), width = static_cast<std::size_t>(patch.area.width());
        const auto luma_of = [&](std::size_t i) { return ((i / row) << sy_) * width + ((i % row) << sx_); };
        return {bounds_.x1, bounds_.y1,
                [&](std::size_t i) { return patch.cells[luma_of(i)] != Cell::core && plate.known[luma_of(i)] != 0; },
                [&](std::size_t i) { return static_cast<double>(here[i]) - behind[i]; }};
    }

    int sx_, sy_, radius_x_, radius_y_;
    Rect bounds_;
    CountedArea change_;
};

/// Picture against plate in all that can be seen.
class Change {
public:
    Change(const ImageView& image, const MaskPatch& patch, const Plate& plate, const MaskRule& rule)
        : threshold_(rule.threshold * (1 << (image.layout.depth() - 8))), luma_(image, patch, plate, -1, rule.radius_px) {
        for (int c = image.layout.rgb ? 0 : 1; c < image.layout.component_count; ++c) {
            if (!is_alpha(image.layout, c)) colours_.emplace_back(image, patch, plate, c, rule.radius_px);
        }
        light_ = light(patch, plate);
        colour_light_ = image.layout.rgb ? light_ : 0;
    }

    Level level(int x, int y) const {
        double most = std::abs(luma_.mean(x, y) - light_) / threshold_;
        for (const ComponentChange& colour : colours_) most = std::max(most, std::abs(colour.mean(x, y) - colour_light_) / (kColourPart * threshold_));
        return most > 1 ? kStrong : most > kWeakPart ? kWeak : kSame;
    }

    /// Whether a pixel itself differs, and not only something near it.
    bool differs_here(int x, int y) const { return std::abs(luma_.mean_here(x, y) - light_) > threshold_; }

private:
    /// By how much all of the patch is brighter than its plate.
    double light(const MaskPatch& patch, const Plate& plate) const {
        constexpr int kStepPx = 4;
        std::vector<double> changes;
        for (int y = 0; y < patch.area.height(); y += kStepPx) {
            for (int x = 0; x < patch.area.width(); x += kStepPx) {
                const std::size_t i = static_cast<std::size_t>(y) * static_cast<std::size_t>(patch.area.width()) + static_cast<std::size_t>(x);
                if (patch.cells[i] != Cell::core && plate.known[i] != 0) changes.push_back(luma_.mean(x, y));
            }
        }
        return light_within_shot(std::move(changes), threshold_);
    }

    double threshold_, light_ = 0, colour_light_ = 0;
    ComponentChange luma_;
    std::vector<ComponentChange> colours_;
};

template <class Function>
void for_each_pixel(const Rect& r, const Rect& area, Function function) {
    const Rect part = intersect(r, area);
    for (int y = part.y0; y < part.y1; ++y)
        for (int x = part.x0; x < part.x1; ++x) function(static_cast<std::size_t>(y - area.y0) * static_cast<std::size_t>(area.width()) + static_cast<std::size_t>(x - area.x0), x, y);
}

std::vector<std::uint8_t> places_of(const PatchPlan& plan) {
    std::vector<std::uint8_t> places(static_cast<std::size_t>(plan.area.width()) * static_cast<std::size_t>(plan.area.height()), kBeyond);
    for (const FaceArea& face : plan.faces) {
        for_each_pixel(face.body, plan.area, [&](std::size_t i, int, int) { places[i] = std::max<std::uint8_t>(places[i], kReach); });
        if (!face.hides_body()) continue;
        const BodyReach body(face);
        for (int y = std::max(face.body.y0, plan.area.y0); y < std::min(face.body.y1, plan.area.y1); ++y) {
            const auto [left, right] = body.row(y);
            for_each_pixel({left, y, right, y + 1}, plan.area, [&](std::size_t i, int, int) { places[i] = kColumn; });
        }
    }
    return places;
}

/// In: places. The levels of their pixels; unknown ones are as places say.
std::vector<std::uint8_t> levels_of(MaskPatch& patch, const Plate& plate, const Change& change, const std::vector<std::uint8_t>& places) {
    std::vector<std::uint8_t> levels(places.size(), kSame);
    if (patch.foreign.empty()) patch.foreign.assign(places.size(), 0);
    for_each_pixel(patch.area, patch.area, [&](std::size_t i, int x, int y) {
        if (places[i] == kBeyond || patch.cells[i] == Cell::core) return;
        if (plate.known[i] == 0) {
            levels[i] = places[i] == kColumn ? kStrong : kWeak;
            return;
        }
        levels[i] = change.level(x - patch.area.x0, y - patch.area.y0);
        patch.foreign[i] |= change.differs_here(x - patch.area.x0, y - patch.area.y0);
    });
    return levels;
}

/// The same map with each marked pixel grown to a square.
std::vector<std::uint8_t> grown(std::vector<std::uint8_t> map, int width, int height, int by_px) {
    const cv::Mat mat(height, width, CV_8U, map.data());
    cv::dilate(mat, mat, cv::getStructuringElement(cv::MORPH_RECT, {2 * by_px + 1, 2 * by_px + 1}));
    return map;
}

/// What is known of the pieces of a map that hang together.
struct Piece {
    bool has_head = false;
    std::size_t pixels = 0, strong = 0, in_column = 0;
};

/// How far apart parts of one person may be, and from how many pixels on one in the column counts by itself.
struct Scale {
    int gap_px = 1;
    std::size_t least = 1;

    explicit Scale(const PatchPlan& plan) {
        double largest = 0, smallest = 0;
        for (const FaceArea& face : plan.faces) {
            if (!face.hides_body()) continue;
            const double stature = BodyReach(face).stature_px();
            largest = std::max(largest, stature);
            smallest = smallest == 0 ? stature : std::min(smallest, stature);
        }
        gap_px = std::max(1, static_cast<int>(kGapPart * largest / 2));  // each of both sides grows by half of it
        least = static_cast<std::size_t>(kPieceSide * smallest * kPieceSide * smallest) + 1;
    }
};

/// 1 in the cores from which people hang; a head outside the picture lies behind the border beside it.
std::vector<std::uint8_t> seeds_of(const PatchPlan& plan, const Rect& picture) {
    std::vector<std::uint8_t> seeds(static_cast<std::size_t>(plan.area.width()) * static_cast<std::size_t>(plan.area.height()), 0);
    for (const FaceArea& face : plan.faces) {
        if (!face.hides_body()) continue;
        for_each_pixel(face.core, plan.area, [&](std::size_t i, int, int) { seeds[i] = 1; });
        if (!face.core.empty()) continue;
        const BodyReach body(face);
        for_each_pixel(intersect(face.body, picture), plan.area, [&](std::size_t i, int x, int y) { seeds[i] |= body.comes_in_at(x, y, picture); });
    }
    return seeds;
}

}  // namespace

void mark_bodies(MaskPatch& patch, const PatchPlan& plan, const ImageView& image, const Plate& plate, const MaskRule& rule) {
    if (std::ranges::none_of(plan.faces, &FaceArea::hides_body)) return;
    const int width = patch.area.width(), height = patch.area.height();
    const Scale scale(plan);
    const std::vector<std::uint8_t> places = places_of(plan);
    const std::vector<std::uint8_t> levels = levels_of(patch, plate, Change(image, patch, plate, rule), places);
    const std::vector<std::uint8_t> seeds = seeds_of(plan, image.bounds());
    std::vector<std::uint8_t> differs(levels.size());
    for (std::size_t i = 0; i < levels.size(); ++i) differs[i] = levels[i] != kSame || patch.cells[i] == Cell::core;
    const ConnectedComponents parts(grown(differs, width, height, scale.gap_px), width, height);
    std::vector<Piece> pieces(parts.sizes().size());
    for (std::size_t i = 0; i < levels.size(); ++i) {
        if (differs[i] == 0) continue;
        Piece& piece = pieces[parts.label(i)];
        piece.has_head |= seeds[i] != 0;
        ++piece.pixels;
        piece.strong += levels[i] == kStrong;
        piece.in_column += levels[i] != kSame && places[i] == kColumn;
    }
    patch.people.assign(levels.size(), 0);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        if (levels[i] == kSame) continue;
        const Piece& piece = pieces[parts.label(i)];
        const bool large = piece.strong >= scale.least, mostly_there = 2 * piece.in_column >= piece.pixels;
        const bool belongs = piece.has_head ? piece.strong > 0 : large && (mostly_there || places[i] == kColumn);
        if (!belongs) continue;
        patch.people[i] = 1;
        if (patch.cells[i] == Cell::keep) patch.cells[i] = Cell::replace;
    }
}

}  // namespace invisiblur
