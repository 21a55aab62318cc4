#include "erase/smooth_fill.hpp"

#include <algorithm>

#include "erase/connected.hpp"
#include "erase/grain.hpp"
#include "erase/membrane.hpp"
#include "erase/patch_samples.hpp"
#include "erase/soft_halo.hpp"
#include "erase/summed_area.hpp"

namespace invisiblur {
namespace {

Membrane membrane_kind(Cell cell, bool anchor, bool pinned) {
    if (cell == Cell::keep) return anchor ? Membrane::given : Membrane::outside;
    if (cell == Cell::untouched) return Membrane::outside;
    return pinned && cell == Cell::replace ? Membrane::given : Membrane::wanted;
}

/// How far the border's values are averaged: camera noise must not run into the fill as streaks. Where a plate is known only the
/// slow change of light is left to average; where none is, the scene's own texture would be lost by more.
constexpr int kKnownRadius = 6;
constexpr int kUnknownRadius = 1;

/// Gives each border sample the mean of the anchors around it; anchors that are no border come to lie outside.
void smooth_border(std::vector<float>& difference, std::vector<Membrane>& kinds, const std::vector<Cell>& cells, int width, int height, int radius) {
    SummedArea sums(width, height), counts(width, height);
    const auto is_anchor = [&](std::size_t i) { return kinds[i] == Membrane::given && cells[i] == Cell::keep; };
    const auto is_wanted = [&](std::size_t i) { return kinds[i] == Membrane::wanted; };
    std::size_t i = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x, ++i) {
            const bool anchor = is_anchor(i);
            sums.set(x, y, anchor ? static_cast<double>(difference[i]) : 0.0);
            counts.set(x, y, anchor ? 1.0 : 0.0);
        }
    }
    i = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x, ++i) {
            if (!is_anchor(i)) continue;
            if (!any_neighbour(i, width, height, is_wanted)) {
                kinds[i] = Membrane::outside;
                continue;
            }
            const Rect window = intersect(Rect{x - radius, y - radius, x + radius + 1, y + radius + 1}, Rect{0, 0, width, height});
            difference[i] = static_cast<float>(sums.sum(window) / counts.sum(window));
        }
    }
}

/// The samples of a component of which every luma pixel is known.
std::vector<std::uint8_t> known_samples(const Plate& plate, const PixelLayout& layout, int c) {
    if (!layout.components[c].subsampled) return plate.known;
    const Rect area = in_component(plate.area, layout, c);
    std::vector<std::uint8_t> known(static_cast<std::size_t>(area.width()) * area.height(), 1);
    for (int y = 0; y < plate.area.height(); ++y) {
        for (int x = 0; x < plate.area.width(); ++x) {
            const std::size_t row = static_cast<std::size_t>(y >> layout.log2_chroma_height) * area.width();
            known[row + (x >> layout.log2_chroma_width)] &= plate.known[static_cast<std::size_t>(y) * plate.area.width() + x];
        }
    }
    return known;
}

/// What is added to the fill of a component so that it looks like its surroundings: their noise, and a dither where there is none.
std::vector<float> grain_for(const PixelLayout& layout, const FillTask& task, int c, const PatchSamples& part, const std::vector<float>& behind,
                             const std::vector<std::uint8_t>& anchors, bool use_plate) {
    /// Noise of so many steps dithers by itself.
    constexpr float kDithers = 0.5F;
    std::vector<float> field(part.values.size(), 0.0F);
    if (task.exact_plate || is_alpha(layout, c)) return field;
    std::vector<std::uint8_t> kept(field.size()), like_plate(field.size(), 0), textured(field.size(), 0);
    if (use_plate) textured = known_samples(task.plate, layout, c);
    for (std::size_t i = 0; i < kept.size(); ++i) {
        kept[i] = part.cells[i] == Cell::keep && part.in(part.border, i);
        like_plate[i] = kept[i] & anchors[i] & textured[i];
    }
    const int row_step = task.interlaced ? 2 : 1;
    const float step = static_cast<float>(1 << (layout.components[c].depth - 8));
    const Grain grain =
        measure_grain({part.where.width(), part.where.height(), part.values, behind, kept, like_plate, row_step, step});
    // Red, green and blue have one noise, or it would be coloured.
    const std::uint64_t seed = task.frame * 4 + static_cast<std::uint64_t>(layout.rgb ? 0 : c);
    const bool any = grain.on_plate > 0 || grain.on_smooth > 0;
    if (any) field = grain_field(part.where, grain, row_step, seed);
    for (std::size_t i = 0; i < field.size(); ++i) {
        const float strength = textured[i] != 0 ? grain.on_plate : grain.on_smooth;
        field[i] *= strength;
        if (strength < kDithers) {
            const int x = static_cast<int>(i) % part.where.width(), y = static_cast<int>(i) / part.where.width();
            field[i] += dither_at(part.where.x0 + x, part.where.y0 + y);
        }
    }
    return field;
}

/// The smooth fill of one component from the border around it: of picture minus plate, or of the picture alone.
class SmoothFill {
public:
    SmoothFill(const ImageView& image, const FillTask& task, int c, const PatchSamples& part)
        : layout_(image.layout), task_(task), c_(c), part_(part), anchors_(component_anchors(task.patch, part.cells, image.layout, c)) {}

    const std::vector<std::uint8_t>& anchors() const { return anchors_; }

    /// In: behind, the plate, all 0 where `known` is false: then every kept sample is border.
    std::vector<float> solve(const std::vector<float>& behind, bool known) const {
        std::vector<float> change(part_.values.size(), 0.0F);
        std::vector<Membrane> kinds(part_.values.size());
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            kinds[i] = membrane_kind(part_.cells[i], !known || anchors_[i] != 0, task_.exact_plate);
            if (!part_.in(kinds[i] == Membrane::given ? part_.border : part_.picture, i)) kinds[i] = Membrane::outside;
            if (part_.cells[i] == Cell::keep) change[i] = part_.values[i] - behind[i];
        }
        const int width = part_.where.width(), height = part_.where.height();
        smooth_border(change, kinds, part_.cells, width, height, known ? kKnownRadius : kUnknownRadius);
        const int depth = layout_.components[c_].depth;
        const float neutral = is_alpha(layout_, c_) ? static_cast<float>((1 << depth) - 1) : static_cast<float>(1 << (depth - 1));
        solve_membrane(change, kinds, width, height, known ? 0 : neutral, known ? MembraneBorder::smooth : MembraneBorder::rough);
        return change;
    }

private:
    const PixelLayout& layout_;
    const FillTask& task_;
    int c_;
    const PatchSamples& part_;
    std::vector<std::uint8_t> anchors_;
};

/// `fill` becomes its mixture with `without`, by the plate's trust at each sample.
void mix_by_trust(std::vector<float>& fill, const std::vector<float>& without, const TrustMap& trust, const Rect& where) {
    std::size_t i = 0;
    for (int y = 0; y < where.height(); ++y) {
        const float v = (static_cast<float>(y) + 0.5F) / static_cast<float>(where.height());
        for (int x = 0; x < where.width(); ++x, ++i) {
            const float t = trust.at((static_cast<float>(x) + 0.5F) / static_cast<float>(where.width()), v);
            fill[i] = t * fill[i] + (1 - t) * without[i];
        }
    }
}

}  // namespace

void fill_smooth(const ImageView& image, const FillTask& task) {
    const bool use_plate = (task.exact_plate || task.patch.plate_fits) && anything_known(task.plate);
    for (int c = 0; c < image.layout.component_count; ++c) {
        PatchSamples part(image, task, c);
        std::vector<float> behind(part.values.size(), 0.0F);
        const Rect all{0, 0, part.where.width(), part.where.height()};
        if (use_plate) read_component(task.plate.image.view(), c, all, behind.data());
        const SmoothFill smooth(image, task, c, part);
        std::vector<float> fill = smooth.solve(behind, use_plate);
        for (std::size_t i = 0; i < fill.size(); ++i) fill[i] += behind[i];
        if (use_plate && !task.exact_plate && task.plate.trust && !task.plate.trust->whole())
            mix_by_trust(fill, smooth.solve(std::vector<float>(behind.size(), 0.0F), false), *task.plate.trust, part.where);
        const std::vector<float> grain = grain_for(image.layout, task, c, part, behind, smooth.anchors(), use_plate);
        const std::vector<float> weights = component_weights(task.patch, part.cells, image.layout, c, task.interlaced);
        for (std::size_t i = 0; i < fill.size(); ++i) {
            if (!is_replaced(part.cells[i])) continue;
            const float painted = part.in(part.picture, i) ? fill[i] + grain[i] : task.bars->colour[static_cast<std::size_t>(c)];
            // A core's own value must not even be multiplied by 0.
            part.values[i] = weights[i] < 1 ? weights[i] * painted + (1 - weights[i]) * part.values[i] : painted;
        }
        part.put_back(image, c);
    }
}

}  // namespace invisiblur
