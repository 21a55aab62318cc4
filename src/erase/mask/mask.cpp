#include "erase/mask/mask.hpp"

#include <algorithm>
#include <cmath>

#include "erase/background/person_area.hpp"
#include "erase/fill/light.hpp"
#include "erase/mask/body_mask.hpp"
#include "image/connected.hpp"
#include "image/summed_area.hpp"

namespace invisiblur {
namespace {

/// Box means of picture minus plate, over the pixels that may be looked at.
class ChangeMap {
public:
    ChangeMap(const ImageView& image, const MaskPatch& patch, const Plate& plate, int radius_px)
        : radius_(radius_px),
          bounds_{0, 0, patch.area.width(), patch.area.height()},
          change_(change_of(image, patch, plate, bounds_)) {}

    /// |B - P| > threshold at a pixel of the patch; false where no pixel of the window may be looked at.
    bool exceeds(int x, int y, double threshold) const {
        const Rect window = window_at(x, y);
        return std::abs(change_.sum(window)) > threshold * change_.count(window);
    }

    /// B - P; 0 where no pixel of the window may be looked at.
    double mean(int x, int y) const { return change_.mean(window_at(x, y)); }

    /// As exceeds(), of the 3 x 3 pixels around.
    bool exceeds_here(int x, int y, double threshold) const {
        const Rect window = intersect({x - 1, y - 1, x + 2, y + 2}, bounds_);
        return std::abs(change_.sum(window)) > threshold * change_.count(window);
    }

    /// Picture minus plate at the pixel itself.
    double at(int x, int y) const { return change_.sum({x, y, x + 1, y + 1}); }

private:
    static CountedArea change_of(const ImageView& image, const MaskPatch& patch, const Plate& plate, const Rect& bounds) {
        std::vector<float> luma(patch.cells.size()), behind(patch.cells.size());
        read_luma(image, patch.area, luma.data());
        read_luma(plate.image.view(), bounds, behind.data());
        return {bounds.x1, bounds.y1, [&](std::size_t i) { return patch.cells[i] == Cell::keep && plate.known[i] != 0; },
                [&](std::size_t i) { return static_cast<double>(luma[i]) - behind[i]; }};
    }
    Rect window_at(int x, int y) const { return intersect({x - radius_, y - radius_, x + radius_ + 1, y + radius_ + 1}, bounds_); }

    int radius_;
    Rect bounds_;
    CountedArea change_;
};

template <class Function>
void for_each_cell(const MaskPatch& patch, const Rect& where, Function function) {
    const Rect r = intersect(where, patch.area);
    for (int y = r.y0; y < r.y1; ++y) {
        const std::size_t row = static_cast<std::size_t>(y - patch.area.y0) * patch.area.width();
        for (int x = r.x0; x < r.x1; ++x) function(row + (x - patch.area.x0), x - patch.area.x0, y - patch.area.y0);
    }
}

void mark_cores(MaskPatch& patch, const PatchPlan& plan, const MaskRule& rule) {
    for (const FaceArea& face : plan.faces) {
        if (!rule.core && face.is_head()) continue;
        for_each_cell(patch, face.core, [&](std::size_t i, int, int) { patch.cells[i] = Cell::core; });
    }
}

/// Those in which changes count: of the halo proper, or, by the threshold alone, of the rectangle.
template <class Function>
void for_each_halo_cell(MaskPatch& patch, const FaceArea& face, const MaskRule& rule, Function function) {
    for (int y = face.halo.y0; y < face.halo.y1; ++y) {
        Rect row{face.halo.x0, y, face.halo.x1, y + 1};
        if (rule.core) {
            const auto [first, end] = halo_row(face, y);
            row.x0 = std::max(row.x0, first), row.x1 = std::min(row.x1, end);
        }
        for_each_cell(patch, row, function);
    }
}

void mark_changes(MaskPatch& patch, const PatchPlan& plan, const Plate& plate, const ChangeMap& change, const MaskRule& rule,
                  double threshold) {
    std::vector<Cell> decided = patch.cells;
    patch.foreign.assign(patch.cells.size(), 0);
    for (const FaceArea& face : plan.faces) {
        if (!face.is_head()) continue;
        for_each_halo_cell(patch, face, rule, [&](std::size_t i, int x, int y) {
            if (patch.cells[i] != Cell::keep) return;
            const bool own = !rule.core && face.core.contains(x + patch.area.x0, y + patch.area.y0);
            if (own && plate.is_made_up(i)) {
                decided[i] = Cell::core;  // what is made up tells nothing of what was seen
            } else if (plate.known[i] != 0) {
                if (change.exceeds(x, y, threshold)) decided[i] = Cell::replace;
                patch.foreign[i] = change.exceeds_here(x, y, threshold);
            } else if (own) {
                decided[i] = Cell::core;  // nothing to compare with: the face's own pixel must still go
            } else if (rule.core && !plate.hair.empty() && plate.hair[i] != 0) {
                decided[i] = Cell::replace;
            }
        });
    }
    patch.cells = std::move(decided);
}

void mark_kept(MaskPatch& patch, std::span<const Rect> kept) {
    if (!kept.empty()) patch.held.assign(patch.cells.size(), 0);
    for (const Rect& rect : kept) {
        for_each_cell(patch, rect, [&](std::size_t i, int, int) {
            patch.held[i] = 1;
            if (patch.cells[i] == Cell::core) patch.cells[i] = Cell::untouched;
            if (patch.cells[i] == Cell::replace) patch.cells[i] = Cell::keep;
        });
    }
}

/// Regions set by hand win over kept ones: "always hide" is the safer wish.
void mark_by_hand(MaskPatch& patch, const PatchPlan& plan) {
    for (const FaceArea& face : plan.faces) {
        if (face.by_hand) for_each_cell(patch, face.core, [&](std::size_t i, int, int) { patch.cells[i] = Cell::core; });
    }
}

/// Kept pixels with a replaced neighbour, as indices.
std::vector<std::size_t> border_of(const MaskPatch& patch) {
    std::vector<std::size_t> border;
    const int width = patch.area.width(), height = patch.area.height();
    const auto replaced = [&](std::size_t i) { return is_replaced(patch.cells[i]); };
    std::size_t i = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x, ++i) {
            if (patch.cells[i] == Cell::keep && any_neighbour(x, y, width, height, replaced)) border.push_back(i);
        }
    }
    return border;
}

/// Where less than this part of the border shows the plate, somebody or something else stands there now.
constexpr double kFittingPart = 0.3;
/// Where more than this part of what is replaced is made up, that must be half: what is made up has nothing but its border to be right by.
constexpr double kMadeUpPart = 0.2;
constexpr double kFittingMadeUp = 0.5;

bool is_mostly_seen(const MaskPatch& patch, const Plate& plate) {
    std::ptrdiff_t replaced = 0, made_up = 0;
    for (std::size_t i = 0; i < patch.cells.size() && !plate.made_up.empty(); ++i) {
        replaced += is_replaced(patch.cells[i]);
        made_up += is_replaced(patch.cells[i]) && plate.made_up[i] != 0;
    }
    return static_cast<double>(made_up) <= kMadeUpPart * static_cast<double>(replaced);
}

/// The light change that most of the border shows.
double light_change(const MaskPatch& patch, const Plate& plate, const ChangeMap& change, double threshold) {
    std::vector<double> changes;
    for (const std::size_t i : border_of(patch)) {
        if (plate.known[i] == 0) continue;
        changes.push_back(change.mean(static_cast<int>(i) % patch.area.width(), static_cast<int>(i) / patch.area.width()));
    }
    return light_within_shot(std::move(changes), threshold);
}

/// Where hardly any of a border is beside bodies it all counts: a head that fills the picture has nothing else around it.
constexpr double kLeastBeside = 0.2;

/// Marks the pixels that are not where somebody's body may be.
void mark_beside_bodies(MaskPatch& patch, const PatchPlan& plan) {
    patch.beside_bodies.assign(patch.cells.size(), 1);
    for (const FaceArea& face : plan.faces) {
        if (!face.is_head()) continue;
        const BodyColumn column(face);
        for (int y = patch.area.y0; y < patch.area.y1; ++y) {
            const auto [left, right] = column.row(y);
            for_each_cell(patch, {left, y, right, y + 1}, [&](std::size_t i, int, int) { patch.beside_bodies[i] = 0; });
        }
    }
    const std::vector<std::size_t> border = border_of(patch);
    const auto beside = std::ranges::count_if(border, [&](std::size_t i) { return patch.beside_bodies[i] != 0; });
    if (static_cast<double>(beside) < kLeastBeside * static_cast<double>(border.size())) patch.beside_bodies.assign(patch.cells.size(), 1);
}

/// A kept pixel that shows something else than the plate (the person's shoulder, a hand) says nothing about the light behind the face.
/// In: near, 1 where the plate says anything at all.
void mark_anchors(MaskPatch& patch, const PatchPlan& plan, const Plate& plate, const ChangeMap& change, double threshold, const std::vector<std::uint8_t>& near) {
    /// A single pixel's noise against that of a mean over the window.
    constexpr double kPixelNoise = 4;
    /// What is made up has the shade of the place it comes from: it may be off by as much as light may change within a shot.
    constexpr double kMadeUpNear = 4;
    const double light = light_change(patch, plate, change, threshold);
    mark_beside_bodies(patch, plan);
    patch.anchors.assign(patch.cells.size(), 0);
    const int width = patch.area.width();
    const auto like_plate = [&](std::size_t i, double near_enough) {
        const int x = static_cast<int>(i) % width, y = static_cast<int>(i) / width;
        return std::abs(change.mean(x, y) - light) <= near_enough && std::abs(change.at(x, y) - light) <= kPixelNoise * near_enough;
    };
    // Of what other frames could show of the scene all is known: what is not, below a head, is its body.
    const auto beside_bodies = [&](std::size_t i) { return !plate.is_laid() || patch.beside_bodies[i] != 0; };
    // A still camera's was fitted to what is around it, once: then what differs is another thing, and would make the light jump from frame to frame.
    for (std::size_t i = 0; i < patch.cells.size(); ++i) {
        if (patch.cells[i] != Cell::keep || near[i] == 0) continue;
        patch.anchors[i] = plate.known[i] == 0 ? beside_bodies(i) : like_plate(i, plate.is_laid() && plate.is_made_up(i) ? kMadeUpNear * threshold : threshold);
    }
    std::size_t known = 0, fitting = 0;
    for (const std::size_t i : border_of(patch)) {
        if (plate.known[i] == 0) continue;
        ++known;
        fitting += patch.anchors[i] != 0 || (plate.is_made_up(i) && like_plate(i, kMadeUpNear * threshold));
    }
    const double wanted = is_mostly_seen(patch, plate) ? kFittingPart : kFittingMadeUp;
    patch.plate_fits = static_cast<double>(fitting) >= wanted * static_cast<double>(known);
    if (patch.plate_fits) return;
    if (patch.people.empty()) {
        patch.anchors = near;
    } else {
        patch.plate_fits = true;  // a body that stays would be worse than a plate that does not fit
    }
}

}  // namespace

std::vector<PatchPlan> plan_patches(std::span<const FaceArea> areas, const ImageView& image, bool interlaced, int radius_px) {
    std::vector<PatchPlan> plans;
    for (const FaceArea& face : areas) {
        // One pixel more than the window reaches, so that a border for the fill remains even with radius 0.
        PatchPlan plan{on_chroma_grid(grow(whole_of(face), radius_px + 1, radius_px + 1), image, interlaced), {face}};
        for (std::size_t i = 0; i < plans.size();) {
            if (!overlap(plans[i].area, plan.area)) {
                ++i;
                continue;
            }
            plan.area = unite(plan.area, plans[i].area);
            plan.faces.insert(plan.faces.end(), plans[i].faces.begin(), plans[i].faces.end());
            plans.erase(plans.begin() + static_cast<std::ptrdiff_t>(i));
            i = 0;  // the larger patch may now touch one that was passed
        }
        plans.push_back(std::move(plan));
    }
    return plans;
}

MaskPatch decide_mask(const ImageView& image, const PatchPlan& plan, std::span<const Rect> kept, const Plate& plate, const MaskRule& rule) {
    MaskPatch patch{plan.area, std::vector<Cell>(static_cast<std::size_t>(plan.area.width()) * plan.area.height(), Cell::keep), {}, {}, {}, {}, {}, true};
    const double threshold = rule.threshold * (1 << (image.layout.depth() - 8));
    mark_cores(patch, plan, rule);
    const ChangeMap change(image, patch, plate, rule.radius_px);
    mark_changes(patch, plan, plate, change, rule, threshold);
    mark_bodies(patch, plan, image, plate, rule);
    mark_kept(patch, kept);
    mark_by_hand(patch, plan);
    // Farther away the plate says nothing.
    mark_anchors(patch, plan, plate, change, threshold,
                 patch.people.empty() ? near_faces(plan.area, plan.faces, rule.radius_px + 1) : std::vector<std::uint8_t>(patch.cells.size(), 1));
    return patch;
}

std::vector<Cell> component_cells(const MaskPatch& patch, const PixelLayout& layout, int c, bool interlaced) {
    if (!layout.components[c].subsampled) return patch.cells;
    const Rect area = in_component(patch.area, layout, c);
    std::vector<Cell> cells(static_cast<std::size_t>(area.width()) * area.height(), Cell::keep);
    const int width = patch.area.width();
    for (int y = 0; y < patch.area.height(); ++y) {
        for (int x = 0; x < width; ++x) {
            const Cell cell = patch.cells[static_cast<std::size_t>(y) * width + x];
            if (cell == Cell::keep) continue;
            each_chroma_row(layout, interlaced, y, patch.area.height(), [&](int row) {
                Cell& chroma = cells[static_cast<std::size_t>(row) * area.width() + (x >> layout.log2_chroma_width)];
                // A replaced pixel wins over an untouched one that shares the sample.
                if (chroma == Cell::keep || chroma == Cell::untouched || cell == Cell::core) chroma = cell;
            });
        }
    }
    return cells;
}

std::vector<std::uint8_t> component_marks(const MaskPatch& patch, const std::vector<std::uint8_t>& marks, const std::vector<Cell>& cells, const PixelLayout& layout, int c) {
    if (!layout.components[c].subsampled) return marks;
    std::vector<std::uint8_t> component(cells.size(), 0);
    const int width = patch.area.width();
    const int chroma_width = in_component(patch.area, layout, c).width();
    for (std::size_t i = 0; i < marks.size(); ++i) {
        if (marks[i] == 0) continue;
        const int x = static_cast<int>(i) % width, y = static_cast<int>(i) / width;
        const std::size_t k = static_cast<std::size_t>(y >> layout.log2_chroma_height) * chroma_width + (x >> layout.log2_chroma_width);
        if (cells[k] == Cell::keep) component[k] = 1;
    }
    return component;
}

}  // namespace invisiblur
