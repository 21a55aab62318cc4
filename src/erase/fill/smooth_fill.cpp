#include "erase/fill/smooth_fill.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "erase/fill/grain.hpp"
#include "erase/fill/light.hpp"
#include "erase/fill/patch_samples.hpp"
#include "erase/fill/poisson.hpp"
#include "erase/mask/soft_halo.hpp"
#include "image/connected.hpp"
#include "image/summed_area.hpp"

namespace invisiblur {
namespace {

PoissonKind poisson_kind(Cell cell, bool anchor, bool pinned) {
    if (cell == Cell::keep) return anchor ? PoissonKind::given : PoissonKind::outside;
    if (cell == Cell::untouched) return PoissonKind::outside;
    return pinned && cell == Cell::replace ? PoissonKind::given : PoissonKind::wanted;
}

/// How far the border's values are averaged: camera noise must not run into the fill as streaks. Where a plate is known only the
/// slow change of light is left to average; where none is, or it was made up in another frame, the scene's own texture would be lost by more.
constexpr int kKnownRadius = 6;
constexpr int kUnknownRadius = 1;
/// In steps of an 8-bit picture.
constexpr float kNearColour = 12;

/// Gives each border sample the mean of the anchors around it; anchors that are no border come to lie outside.
/// In: is_rough(i), whether kUnknownRadius holds for a sample, else kKnownRadius.
template <class Rough>
void smooth_border(std::vector<float>& difference, std::vector<PoissonKind>& kinds, const std::vector<Cell>& cells, int width, int height, Rough is_rough) {
    const auto is_anchor = [&](std::size_t i) { return kinds[i] == PoissonKind::given && cells[i] == Cell::keep; };
    const auto is_wanted = [&](std::size_t i) { return kinds[i] == PoissonKind::wanted; };
    const CountedArea anchors(width, height, is_anchor, [&](std::size_t i) { return difference[i]; });
    std::size_t i = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x, ++i) {
            if (!is_anchor(i)) continue;
            if (!any_neighbour(x, y, width, height, is_wanted)) {
                kinds[i] = PoissonKind::outside;
                continue;
            }
            const int radius = is_rough(i) ? kUnknownRadius : kKnownRadius;
            const Rect window = intersect(Rect{x - radius, y - radius, x + radius + 1, y + radius + 1}, Rect{0, 0, width, height});
            difference[i] = static_cast<float>(anchors.mean(window));
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

/// One component of what is filled.
struct Part {
    PatchSamples samples;
    std::vector<float> behind, weights;  ///< the plate; how much is replaced
    std::vector<std::uint8_t> anchors, beside_bodies;
    std::vector<std::uint8_t> known;  ///< of the plate: all 0 where none is used, as `behind`
    std::vector<std::uint8_t> made_up;         ///< likewise
    bool any_made_up = false;

    Part(const ImageView& image, const FillTask& task, int c, bool use_plate)
        : samples(image, task, c), behind(samples.values.size(), 0.0F), weights(component_weights(task.patch, samples.cells, image.layout, c, task.interlaced)),
          anchors(component_marks(task.patch, task.patch.anchors, samples.cells, image.layout, c)),
          beside_bodies(component_marks(task.patch, task.patch.beside_bodies, samples.cells, image.layout, c)), known(samples.values.size(), 0), made_up(samples.values.size(), 0) {
        if (!use_plate) return;
        read_behind(task.plate, c);
        known = known_samples(task.plate, image.layout, c);
        note_made_up(task.plate, image.layout, c);
    }

    /// A component whose samples lie where those of another one do. In: image, its values; c, its number.
    Part(const Part& like, const ImageView& image, const FillTask& task, int c, bool use_plate) : Part(like) {
        read_component(image, c, samples.where, samples.values.data());
        if (use_plate) read_behind(task.plate, c);
    }

private:
    void note_made_up(const Plate& plate, const PixelLayout& layout, int c) {
        if (plate.made_up.empty()) return;
        const auto row = static_cast<std::size_t>(plate.area.width()), width = static_cast<std::size_t>(samples.where.width());
        for (std::size_t i = 0; i < made_up.size(); ++i) {
            made_up[i] = plate.made_up[((i / width) << layout.log2_height(c)) * row + ((i % width) << layout.log2_width(c))];
            any_made_up |= made_up[i] != 0;
        }
    }
    void read_behind(const Plate& plate, int c) {
        read_component(plate.image.view(), c, {0, 0, samples.where.width(), samples.where.height()}, behind.data());
    }
};

/// What is added to the fill of a component so that it looks like its surroundings: their noise, and a dither where there is none.
std::vector<float> grain_for(const PixelLayout& layout, const FillTask& task, int c, const Part& part) {
    /// Noise of so many steps dithers by itself.
    constexpr float kDithers = 0.5F;
    const PatchSamples& samples = part.samples;
    std::vector<float> field(samples.values.size(), 0.0F);
    if (task.exact_plate || is_alpha(layout, c)) return field;
    std::vector<std::uint8_t> kept(field.size()), like_plate(field.size(), 0);
    for (std::size_t i = 0; i < kept.size(); ++i) {
        kept[i] = samples.cells[i] == Cell::keep && samples.in(samples.border, i);
        like_plate[i] = kept[i] & part.anchors[i] & part.known[i];
    }
    const int row_step = task.interlaced ? 2 : 1;
    const float step = static_cast<float>(1 << (layout.components[c].depth - 8));
    const Grain grain =
        measure_grain({samples.where.width(), samples.where.height(), samples.values, part.behind, kept, like_plate, row_step, step});
    // Red, green and blue have one noise, or it would be coloured.
    const std::uint64_t seed = task.frame * 4 + static_cast<std::uint64_t>(layout.rgb ? 0 : c);
    const bool any = grain.on_plate > 0 || grain.on_smooth > 0;
    if (any) field = grain_field(samples.where, grain, row_step, seed);
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (!is_replaced(samples.cells[i])) continue;
        const float strength = part.known[i] != 0 ? grain.on_plate : grain.on_smooth;
        field[i] *= strength;
        if (strength < kDithers) {
            const int x = static_cast<int>(i) % samples.where.width(), y = static_cast<int>(i) / samples.where.width();
            field[i] += dither_at(samples.where.x0 + x, samples.where.y0 + y);
        }
    }
    return field;
}

/// Samples of a colour that the plate has not there, however bright they are (a shoulder, a sleeve), are no anchors of any colour component.
/// Where nothing is known of the plate, nothing is foreign.
void drop_foreign_colours(std::vector<Part>& parts, const PixelLayout& layout) {
    std::vector<std::uint8_t> foreign;
    const auto is_colour = [&](int c) { return (layout.rgb || c > 0) && !is_alpha(layout, c); };
    for (int c = 0; c < layout.component_count; ++c) {
        if (!is_colour(c)) continue;
        const Part& part = parts[static_cast<std::size_t>(c)];
        const auto compared = [&](std::size_t i) { return part.anchors[i] != 0 && part.known[i] != 0; };
        const float near = kNearColour * static_cast<float>(1 << (layout.components[c].depth - 8));
        const auto change = [&](std::size_t i) { return part.samples.values[i] - part.behind[i]; };
        std::vector<float> changes;
        for (std::size_t i = 0; i < part.anchors.size(); ++i) {
            if (compared(i)) changes.push_back(change(i));
        }
        const float light = light_of(std::move(changes), near, near);
        foreign.resize(part.anchors.size(), 0);
        for (std::size_t i = 0; i < foreign.size(); ++i) foreign[i] |= compared(i) && std::abs(change(i) - light) > near;
    }
    for (int c = 0; c < layout.component_count; ++c) {
        if (!is_colour(c)) continue;
        std::vector<std::uint8_t>& anchors = parts[static_cast<std::size_t>(c)].anchors;
        for (std::size_t i = 0; i < anchors.size(); ++i) anchors[i] &= foreign[i] == 0;
    }
}

/// The smooth fill of one component from the border around it: of picture minus plate, or, where that is not `known`, of the picture alone:
/// then every kept sample is border that is no part of somebody's body, whose collar would run into the fill as a fog.
std::vector<float> solve(const PixelLayout& layout, const FillTask& task, int c, const Part& part, bool known) {
    const PatchSamples& samples = part.samples;
    std::vector<float> change(samples.values.size(), 0.0F);
    std::vector<PoissonKind> kinds(samples.values.size());
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        kinds[i] = poisson_kind(samples.cells[i], (known ? part.anchors : part.beside_bodies)[i] != 0, task.exact_plate);
        if (!samples.in(kinds[i] == PoissonKind::given ? samples.border : samples.picture, i)) kinds[i] = PoissonKind::outside;
        if (samples.cells[i] == Cell::keep) change[i] = samples.values[i] - (known ? part.behind[i] : 0.0F);
    }
    const int width = samples.where.width(), height = samples.where.height();
    smooth_border(change, kinds, samples.cells, width, height, [&](std::size_t i) { return !known || (task.plate.is_laid() && part.made_up[i] != 0); });
    const int depth = layout.components[c].depth;
    const float neutral = is_alpha(layout, c) ? static_cast<float>((1 << depth) - 1) : static_cast<float>(1 << (depth - 1));
    solve_poisson(change, kinds, width, height, known ? 0 : neutral, known && !part.any_made_up ? PoissonBorder::smooth : PoissonBorder::rough);
    return change;
}

/// `fill` becomes, where samples are replaced, its mixture with `without`, by the plate's confidence at each of them. What is made up was made to fit.
void mix_by_confidence(std::vector<float>& fill, const std::vector<float>& without, const ConfidenceMap& confidence, const Part& part) {
    const PatchSamples& samples = part.samples;
    const Rect& where = samples.where;
    std::size_t i = 0;
    for (int y = 0; y < where.height(); ++y) {
        const float v = (static_cast<float>(y) + 0.5F) / static_cast<float>(where.height());
        for (int x = 0; x < where.width(); ++x, ++i) {
            if (!is_replaced(samples.cells[i]) || part.made_up[i] != 0) continue;
            const float t = confidence.at((static_cast<float>(x) + 0.5F) / static_cast<float>(where.width()), v);
            fill[i] = t * fill[i] + (1 - t) * without[i];
        }
    }
}

/// What is made up meets its border by its content only, which no light explains: it becomes no brighter and no more colourful than plate and border.
void keep_in_range(std::vector<float>& fill, const Part& part) {
    const PatchSamples& samples = part.samples;
    float least = std::numeric_limits<float>::max(), most = 0;
    for (std::size_t i = 0; i < fill.size(); ++i) {
        if (samples.cells[i] == Cell::untouched) continue;
        const float value = samples.cells[i] == Cell::keep ? samples.values[i] : part.behind[i];
        least = std::min(least, value), most = std::max(most, value);
    }
    for (float& value : fill) value = std::clamp(value, least, most);
}

/// Paints the replaced samples of a component, and writes them into the picture.
void paint(const ImageView& image, const FillTask& task, int c, Part& part, bool use_plate) {
    PatchSamples& samples = part.samples;
    std::vector<float> fill = solve(image.layout, task, c, part, use_plate);
    for (std::size_t i = 0; i < fill.size(); ++i) fill[i] += part.behind[i];
    if (part.any_made_up) keep_in_range(fill, part);
    if (use_plate && !task.exact_plate && task.plate.confidence && !task.plate.confidence->whole())
        mix_by_confidence(fill, solve(image.layout, task, c, part, false), *task.plate.confidence, part);
    const std::vector<float> grain = grain_for(image.layout, task, c, part);
    const std::vector<float>& weights = part.weights;
    for (std::size_t i = 0; i < fill.size(); ++i) {
        if (!is_replaced(samples.cells[i])) continue;
        const float painted = samples.in(samples.picture, i) ? fill[i] + grain[i] : task.letterbox->colour[static_cast<std::size_t>(c)];
        // A core's own value must not even be multiplied by 0.
        samples.values[i] = weights[i] < 1 ? weights[i] * painted + (1 - weights[i]) * samples.values[i] : painted;
    }
    samples.put_back(image, c);
}

}  // namespace

void fill_smooth(const ImageView& image, const FillTask& task) {
    const bool use_plate = (task.exact_plate || task.patch.plate_fits) && anything_known(task.plate);
    std::vector<Part> parts;
    parts.reserve(image.layout.components.size());
    const auto small = [&](int c) { return image.layout.components[static_cast<std::size_t>(c)].subsampled; };
    for (int c = 0; c < image.layout.component_count; ++c) {
        if (c > 0 && small(c) && small(c - 1)) {
            parts.emplace_back(parts.back(), image, task, c, use_plate);
        } else {
            parts.emplace_back(image, task, c, use_plate);
        }
    }
    if (use_plate) drop_foreign_colours(parts, image.layout);
    for (int c = 0; c < image.layout.component_count; ++c) paint(image, task, c, parts[static_cast<std::size_t>(c)], use_plate);
}

}  // namespace invisiblur
