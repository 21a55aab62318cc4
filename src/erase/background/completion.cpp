#include "erase/background/completion.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "erase/background/exemplars.hpp"
#include "erase/background/person_area.hpp"
#include "erase/fill/poisson.hpp"
#include "erase/region/letterbox.hpp"
#include "image/connected.hpp"

namespace invisiblur {
namespace {

/// The window reaches this part of a hole's side beyond it: as much scene as hole, and a head's surroundings are as large as a head. The side is that of a square
/// of as many pixels, or the longer one of what is around the hole where that is less: slivers far apart need no more than they hide. Where that is too little, the
/// longer one.
constexpr double kWindowPart = 0.6;
constexpr int kLeastReachPx = 32;
/// Of so many samples the surroundings' mean is taken: their noise counts for less than their number costs.
constexpr std::size_t kSurroundingSamples = 8;
/// Holes nearer to each other than two patches are one.
constexpr int kSameHolePx = 2 * kPatchSide;

/// A hole: its pixels in the plate, as indices, and its bounding box in the picture.
struct Hole {
    std::vector<int> pixels;
    Rect box;
};

std::vector<Hole> holes_of(const Plate& plate, std::span<const std::uint8_t> wanted) {
    const int width = plate.area.width(), height = plate.area.height();
    std::vector<std::uint8_t> unseen(plate.known.size());
    for (std::size_t i = 0; i < unseen.size(); ++i) unseen[i] = plate.known[i] == 0 && wanted[i] != 0;
    const ConnectedComponents components(unseen, width, height);
    std::vector<Hole> parts(components.sizes().size());
    for (int i = 0; i < width * height; ++i) parts[components.label(static_cast<std::size_t>(i))].pixels.push_back(i);
    std::vector<Hole> holes;
    for (Hole& hole : std::span(parts).subspan(1)) {
        for (const int k : hole.pixels) {
            const int x = plate.area.x0 + k % width, y = plate.area.y0 + k / width;
            hole.box = unite(hole.box, {x, y, x + 1, y + 1});
        }
        for (std::size_t n = 0; n < holes.size();) {
            if (!overlap(grow(holes[n].box, kSameHolePx, kSameHolePx), hole.box)) {
                ++n;
                continue;
            }
            hole.box = unite(hole.box, holes[n].box);
            hole.pixels.insert(hole.pixels.end(), holes[n].pixels.begin(), holes[n].pixels.end());
            holes.erase(holes.begin() + static_cast<std::ptrdiff_t>(n));
            n = 0;  // the larger one may now be near one that was passed
        }
        holes.push_back(std::move(hole));
    }
    return holes;
}

/// A plate's surroundings: what some of the samples show of the window, and of the plate itself what is known of it.
Plate surroundings(const Plate& plate, std::span<const PlateSample> samples, const Rect& window) {
    std::vector<PlateSample> some;
    const std::size_t step = (samples.size() + kSurroundingSamples - 1) / kSurroundingSamples;
    for (std::size_t i = 0; i < samples.size(); i += step) some.push_back(samples[i]);
    Plate around = estimate_plate(some, window);
    // Also what it says is not known: fewer samples may agree where all do not.
    lay_over(around, plate, std::vector<std::uint8_t>(plate.known.size(), 1));
    return around;
}

/// The window's colours, eight bits each. Chroma counts twice: its differences are small, and a wrong colour is seen sooner than a wrong grey.
PatchImage colours_of(const ImageView& image) {
    const PixelLayout& layout = image.layout;
    PatchImage colours(image.width, image.height);
    const int colour_count = layout.component_count >= 3 ? 3 : 1;
    const float step = static_cast<float>(1 << (layout.depth() - 8));
    for (int c = 0; c < colour_count; ++c) {
        const Rect all = in_component(image.bounds(), layout, c);
        const std::vector<float> values = component_samples(image, c, all);
        const bool chroma = c > 0 && !layout.rgb;
        const int sx = layout.log2_width(c), sy = layout.log2_height(c);
        for (int y = 0; y < image.height; ++y) {
            for (int x = 0; x < image.width; ++x) {
                float v = values[static_cast<std::size_t>(y >> sy) * static_cast<std::size_t>(all.width()) + static_cast<std::size_t>(x >> sx)] / step;
                if (chroma) v = 128 + 2 * (v - 128);
                colours.bytes[static_cast<std::size_t>(colours.at(x, y)) * PatchImage::kChannels + static_cast<std::size_t>(c)] = static_cast<std::uint8_t>(std::clamp(v + 0.5F, 0.0F, 255.0F));
            }
        }
    }
    return colours;
}

/// 1 for the pixels that are hidden behind a head, or what goes of a body, in all samples.
std::vector<std::uint8_t> hidden_in_all(const Rect& area, std::span<const PlateSample> samples) {
    std::vector<std::uint8_t> hidden = near_persons(area, samples.front().areas, 0);
    for (const PlateSample& sample : samples.subspan(1)) {
        const std::vector<std::uint8_t> here = near_persons(area, sample.areas, 0);
        for (std::size_t i = 0; i < hidden.size(); ++i) hidden[i] &= here[i];
    }
    return hidden;
}

/// Of the window's pixels those that are copied, fitted to, or left out of it. In: scene, hidden, of the window.
/// What is known although it is hidden is what other frames showed of the scene.
std::vector<Role> roles_of(const Plate& plate, const Hole& hole, const Plate& around, const std::vector<std::uint8_t>& scene, const std::vector<std::uint8_t>& hidden) {
    std::vector<Role> roles(around.known.size(), Role::beside);
    for (std::size_t i = 0; i < roles.size(); ++i) {
        if (around.known[i] == 0) continue;
        if (around.is_made_up(i)) {
            roles[i] = Role::fitted;
        } else if (scene[i] != 0 || hidden[i] != 0) {
            roles[i] = Role::source;
        }
    }
    const int width = plate.area.width();
    for (const int k : hole.pixels) {
        const int x = plate.area.x0 + k % width - around.area.x0, y = plate.area.y0 + k / width - around.area.y0;
        roles[static_cast<std::size_t>(y) * static_cast<std::size_t>(around.area.width()) + static_cast<std::size_t>(x)] = Role::hole;
    }
    return roles;
}

/// A piece whose border is off by more 8-bit steps is not off by its light.
constexpr float kMostLight = 24;

/// Paints one component of a window: each of its samples the mean of what its pixels of the hole are made of, and the smooth membrane of what the
/// same pieces are off by beside it: a wall's shade changes from place to place. Nothing becomes brighter, darker or more colourful than all scene around.
/// In: roles, of the window's pixels.
void paint(Plate& around, int c, const Exemplars& made, const std::vector<Role>& roles) {
    const PixelLayout& layout = around.image.view().layout;
    const Rect all = in_component({0, 0, around.area.width(), around.area.height()}, layout, c);
    const int sx = layout.log2_width(c), sy = layout.log2_height(c), width = around.area.width();
    const auto sample_of = [&](int pixel) {
        return static_cast<std::size_t>((pixel / width) >> sy) * static_cast<std::size_t>(all.width()) + static_cast<std::size_t>((pixel % width) >> sx);
    };
    std::vector<float> values = component_samples(around.image.view(), c, all), change(values.size(), 0.0F);
    const auto told = [&](const Exemplars& exemplars, std::vector<int>& counts) {
        std::vector<float> sums(values.size(), 0.0F);
        for (std::size_t i = 0; i < exemplars.pixels.size(); ++i) {
            const std::size_t at = sample_of(exemplars.pixels[i]);
            for (std::size_t k = exemplars.begins[i]; k < exemplars.begins[i + 1]; ++k) sums[at] += exemplars.copies[k].weight * values[sample_of(exemplars.copies[k].source)];
            ++counts[at];
        }
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] /= static_cast<float>(std::max(1, counts[i]));
        return sums;
    };
    std::vector<int> counts(values.size(), 0), border_counts(values.size(), 0);
    const std::vector<float> inside = told(made, counts), beside = told(*made.border, border_counts);
    std::vector<PoissonKind> kinds(values.size(), PoissonKind::outside);
    for (std::size_t i = 0; i < values.size(); ++i) {
        change[i] = values[i] - beside[i];
        if (counts[i] > 0) {
            kinds[i] = PoissonKind::wanted;
        } else if (border_counts[i] > 0 && std::abs(change[i]) <= kMostLight * static_cast<float>(1 << (layout.depth() - 8))) {
            kinds[i] = PoissonKind::given;
        }
    }
    solve_poisson(change, kinds, all.width(), all.height(), 0);
    float least = std::numeric_limits<float>::max(), most = 0;
    for (std::size_t i = 0; i < roles.size(); ++i) {
        if (roles[i] != Role::source) continue;
        const float value = values[sample_of(static_cast<int>(i))];
        least = std::min(least, value), most = std::max(most, value);
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (counts[i] > 0) values[i] = std::clamp(inside[i] + change[i], least, most);
    }
    write_component(around.image.view(), c, all, values.data());
}

/// The bars of a letterbox are no scene, nor is the blurred seam beside them.
void leave_bars_out(std::vector<std::uint8_t>& scene, const Rect& area, const PlateSample& sample) {
    constexpr int kSeamPx = 4;
    const auto letterbox = find_letterbox(sample.picture->view(), sample.areas, true);
    if (!letterbox) return;
    Rect picture = letterbox->picture;
    const Rect bounds = sample.picture->view().bounds();
    if (picture.x0 > bounds.x0) picture.x0 += kSeamPx;
    if (picture.y0 > bounds.y0) picture.y0 += kSeamPx;
    if (picture.x1 < bounds.x1) picture.x1 -= kSeamPx;
    if (picture.y1 < bounds.y1) picture.y1 -= kSeamPx;
    std::size_t i = 0;
    for (int y = area.y0; y < area.y1; ++y) {
        for (int x = area.x0; x < area.x1; ++x, ++i) scene[i] &= picture.contains(x, y);
    }
}

/// Whether most of the scene around is known: where the light changes or all moves, what happens to be known tells nothing of the rest.
bool mostly_known(const std::vector<Role>& roles, const std::vector<std::uint8_t>& scene) {
    std::ptrdiff_t all = 0, known = 0;
    for (std::size_t i = 0; i < roles.size(); ++i) {
        if (roles[i] == Role::hole || scene[i] == 0) continue;
        ++all;
        known += roles[i] != Role::beside;
    }
    return 2 * known > all;
}

/// Whether the scene around has no texture: a screen, a backdrop, a drawn sky. Then the smooth membrane is the better completion, and has no seams.
bool is_flat(const Plate& around, const std::vector<Role>& roles) {
    /// Rounding alone makes up to half a step of roughness.
    constexpr double kFlat = 0.5;
    /// An edge has more than that: where a corner of the room or a picture's frame goes on behind the head, its edges are what must be continued.
    constexpr double kEdge = 2, kEdgePart = 0.002;
    const int width = around.area.width();
    const Rect inner = grow(Rect{0, 0, width, around.area.height()}, -1, -1);
    std::vector<float> luma(roles.size());
    read_luma(around.image.view(), {0, 0, width, around.area.height()}, luma.data());
    const double step = 1 << (around.image.view().layout.depth() - 8);
    double roughness = 0, count = 0, edges = 0;
    for (int y = inner.y0; y < inner.y1; ++y) {
        for (int x = inner.x0; x < inner.x1; ++x) {
            const std::size_t i = static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x), row = static_cast<std::size_t>(width);
            const std::size_t cross[] = {i, i - 1, i + 1, i - row, i + row};
            if (std::ranges::any_of(cross, [&](std::size_t k) { return roles[k] != Role::source; })) continue;
            const double here = std::abs(luma[i] - (luma[i - 1] + luma[i + 1] + luma[i - row] + luma[i + row]) / 4);
            roughness += here, edges += here > kEdge * step, ++count;
        }
    }
    return count > 0 && roughness <= kFlat * count * step && edges <= kEdgePart * count;
}

/// Paints the hole from scene around it. Returns: the pixels painted; none where that is hopeless.
std::vector<int> paint_hole(Plate& around, const std::vector<Role>& roles) {
    if (is_flat(around, roles)) {
        std::vector<int> pixels;
        for (std::size_t i = 0; i < roles.size(); ++i) {
            around.known[i] = roles[i] == Role::source || roles[i] == Role::fitted;
            if (roles[i] == Role::hole) pixels.push_back(static_cast<int>(i));
        }
        fill_unknown(around);
        return pixels;
    }
    const Exemplars made = find_exemplars(colours_of(around.image.view()), roles);
    for (int c = 0; c < around.image.view().layout.component_count && !made.empty(); ++c) paint(around, c, made, roles);
    return made.pixels;
}

double side_of(const Hole& hole) {
    /// The hole of a head fills about three quarters of its box, which is higher than wide.
    constexpr double kFilled = 1.25;
    return std::min(kFilled * std::sqrt(static_cast<double>(hole.pixels.size())), static_cast<double>(std::max(hole.box.width(), hole.box.height())));
}

/// In: side, by which the window is measured. Returns: whether there was enough scene in it.
bool complete(Plate& plate, const Hole& hole, double side, std::span<const PlateSample> samples) {
    const ImageView& picture = samples.front().picture->view();
    const int reach = std::max(kLeastReachPx, static_cast<int>(kWindowPart * side));
    Plate around = surroundings(plate, samples, on_chroma_grid(grow(hole.box, reach, reach), picture, true));
    std::vector<std::uint8_t> scene = beside_persons(around.area, samples);
    leave_bars_out(scene, around.area, samples.front());
    const std::vector<Role> roles = roles_of(plate, hole, around, scene, hidden_in_all(around.area, samples));
    if (!mostly_known(roles, scene)) return false;
    const std::vector<int> painted = paint_hole(around, roles);
    if (painted.empty()) return false;
    if (around.made_up.empty()) around.made_up.assign(around.known.size(), 0);
    std::vector<std::uint8_t> which(around.known.size(), 0);
    for (const int pixel : painted) {
        const auto i = static_cast<std::size_t>(pixel);
        around.known[i] = around.made_up[i] = which[i] = 1;
    }
    lay_over(plate, around, which);
    return true;
}

}  // namespace

void complete_plate(Plate& plate, std::span<const PlateSample> samples, std::span<const std::uint8_t> wanted) {
    if (samples.empty()) return;
    for (const Hole& hole : holes_of(plate, wanted)) {
        // Where bodies stand around there may be too little scene near by.
        const double least = side_of(hole), most = std::max(hole.box.width(), hole.box.height());
        if (!complete(plate, hole, least, samples) && least < most) complete(plate, hole, most, samples);
    }
}

}  // namespace invisiblur
