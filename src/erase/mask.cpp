#include "erase/mask.hpp"

#include <cmath>

namespace invisiblur {
namespace {

/// Sums over rectangles in constant time: the summed-area table of Crow (1984), exact in double for pictures of 16-bit samples.
class SummedArea {
public:
    SummedArea(int width, int height) : stride_(width + 1), sums_(static_cast<std::size_t>(stride_) * (height + 1), 0.0) {}

    /// Rows from the top, cells from the left.
    void set(int x, int y, double value) {
        double* row = &sums_[static_cast<std::size_t>(y + 1) * stride_];
        row[x + 1] = value + row[x] + row[x + 1 - stride_] - row[x - stride_];
    }
    double sum(const Rect& r) const {
        const double* top = &sums_[static_cast<std::size_t>(r.y0) * stride_];
        const double* bottom = &sums_[static_cast<std::size_t>(r.y1) * stride_];
        return bottom[r.x1] - bottom[r.x0] - top[r.x1] + top[r.x0];
    }

private:
    int stride_;
    std::vector<double> sums_;
};

/// Box means of picture minus plate, over the pixels that may be looked at.
class ChangeMap {
public:
    ChangeMap(const ImageView& image, const MaskPatch& patch, const Plate& plate, int radius_px)
        : radius_(radius_px),
          bounds_{0, 0, patch.area.width(), patch.area.height()},
          change_(bounds_.x1, bounds_.y1),
          count_(bounds_.x1, bounds_.y1) {
        const std::size_t size = patch.cells.size();
        std::vector<float> luma(size), behind(size);
        read_luma(image, patch.area, luma.data());
        read_luma(plate.image.view(), bounds_, behind.data());
        std::size_t i = 0;
        for (int y = 0; y < bounds_.y1; ++y) {
            for (int x = 0; x < bounds_.x1; ++x, ++i) {
                const bool usable = patch.cells[i] == Cell::keep && plate.known[i] != 0;
                change_.set(x, y, usable ? static_cast<double>(luma[i]) - behind[i] : 0.0);
                count_.set(x, y, usable ? 1.0 : 0.0);
            }
        }
    }

    /// |B - P| > threshold at a pixel of the patch; false where no pixel of the window may be looked at.
    bool exceeds(int x, int y, double threshold) const {
        const Rect window = intersect({x - radius_, y - radius_, x + radius_ + 1, y + radius_ + 1}, bounds_);
        return std::abs(change_.sum(window)) > threshold * count_.sum(window);
    }

private:
    int radius_;
    Rect bounds_;
    SummedArea change_;
    SummedArea count_;
};

template <class Function>
void for_each_cell(MaskPatch& patch, const Rect& where, Function function) {
    const Rect r = intersect(where, patch.area);
    for (int y = r.y0; y < r.y1; ++y) {
        const std::size_t row = static_cast<std::size_t>(y - patch.area.y0) * patch.area.width();
        for (int x = r.x0; x < r.x1; ++x) function(row + (x - patch.area.x0), x - patch.area.x0, y - patch.area.y0);
    }
}

void mark_cores(MaskPatch& patch, const PatchPlan& plan, const MaskRule& rule) {
    for (const FaceArea& face : plan.faces) {
        if (!rule.core && !face.by_hand) continue;
        for_each_cell(patch, face.core, [&](std::size_t i, int, int) { patch.cells[i] = Cell::core; });
    }
}

void mark_changes(MaskPatch& patch, const PatchPlan& plan, const Plate& plate, const ChangeMap& change, const MaskRule& rule,
                  double threshold) {
    std::vector<Cell> decided = patch.cells;
    for (const FaceArea& face : plan.faces) {
        if (face.by_hand) continue;
        for_each_cell(patch, face.halo, [&](std::size_t i, int x, int y) {
            if (patch.cells[i] != Cell::keep) return;
            if (plate.known[i] != 0) {
                if (change.exceeds(x, y, threshold)) decided[i] = Cell::replace;
            } else if (!rule.core && face.core.contains(x + patch.area.x0, y + patch.area.y0)) {
                decided[i] = Cell::core;  // nothing to compare with: the face's own pixel must still go
            }
        });
    }
    patch.cells = std::move(decided);
}

void mark_kept(MaskPatch& patch, std::span<const Rect> kept) {
    for (const Rect& rect : kept) {
        for_each_cell(patch, rect, [&](std::size_t i, int, int) {
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

}  // namespace

std::vector<PatchPlan> plan_patches(std::span<const FaceArea> areas, const ImageView& image, bool interlaced, int radius_px) {
    std::vector<PatchPlan> plans;
    for (const FaceArea& face : areas) {
        // One pixel more than the window reaches, so that a border for the fill remains even with radius 0.
        PatchPlan plan{on_chroma_grid(grow(unite(face.halo, face.core), radius_px + 1, radius_px + 1), image, interlaced), {face}};
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
    MaskPatch patch{plan.area, std::vector<Cell>(static_cast<std::size_t>(plan.area.width()) * plan.area.height(), Cell::keep)};
    mark_cores(patch, plan, rule);
    const ChangeMap change(image, patch, plate, rule.radius_px);
    mark_changes(patch, plan, plate, change, rule, rule.threshold * (1 << (image.layout.depth() - 8)));
    mark_kept(patch, kept);
    mark_by_hand(patch, plan);
    return patch;
}

std::vector<Cell> component_cells(const MaskPatch& patch, const PixelLayout& layout, int c, bool interlaced) {
    if (!layout.components[c].subsampled) return patch.cells;
    const Rect area = in_component(patch.area, layout, c);
    const bool fields = interlaced && layout.log2_chroma_height > 0;
    std::vector<Cell> cells(static_cast<std::size_t>(area.width()) * area.height(), Cell::keep);
    const int width = patch.area.width();
    for (int y = 0; y < patch.area.height(); ++y) {
        for (int x = 0; x < width; ++x) {
            const Cell cell = patch.cells[static_cast<std::size_t>(y) * width + x];
            if (cell == Cell::keep) continue;
            const int cx = x >> layout.log2_chroma_width, cy = y >> layout.log2_chroma_height;
            // Both fields' chroma rows of the four luma rows, where rows alternate between fields.
            const int first = fields ? cy & ~1 : cy, last = fields ? std::min(cy | 1, area.height() - 1) : cy;
            for (int row = first; row <= last; ++row) {
                Cell& chroma = cells[static_cast<std::size_t>(row) * area.width() + cx];
                // A replaced pixel wins over an untouched one that shares the sample.
                if (chroma == Cell::keep || chroma == Cell::untouched || cell == Cell::core) chroma = cell;
            }
        }
    }
    return cells;
}

}  // namespace invisiblur
