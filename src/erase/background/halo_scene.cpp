#include "erase/background/halo_scene.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/stage_times.hpp"
#include "erase/background/halo_lattice.hpp"
#include "erase/background/warped_sampler.hpp"
#include "erase/region/halo_shape.hpp"
#include "image/connected.hpp"
#include "image/side_by_side.hpp"
#include "image/summed_area.hpp"

namespace invisiblur {
namespace {

/// The face must have moved so far before the scene, in parts of its core's width: less is the boxes' own unrest.
constexpr double kLeastShift = 0.06;
constexpr double kLeastShiftPx = 3;
/// Means of differences, in 8-bit steps: what noise and a registration that is a little off make, and by how much the other
/// explanation must be worse.
constexpr double kSame = 8;
constexpr double kClearly = 3;
/// A face's size changes little while it moves so far.
constexpr double kMostGrowth = 1.4;

Point middle_of(const Rect& r) {
    return {(r.x0 + r.x1) / 2.0, (r.y0 + r.y1) / 2.0};
}

/// Where the same face stands in another frame: the nearest of about its size.
std::optional<Point> same_face(const FaceArea& face, const PlateSample& other) {
    const Point at = middle_of(face.core);
    std::optional<Point> found;
    double nearest = face.core.width();
    for (const FaceArea& candidate : other.areas) {
        const double growth = static_cast<double>(candidate.core.width()) / face.core.width();
        const Point there = middle_of(candidate.core);
        const double distance = std::hypot(there.x - at.x, there.y - at.y);
        if (growth > kMostGrowth || growth * kMostGrowth < 1 || distance >= nearest) continue;
        nearest = distance;
        found = there;
    }
    return found;
}

/// How much a frame differs at each place of a halo from another one: laid over it as the camera moved (scene), and as the face did (head).
struct Differences {
    std::vector<float> from_scene, from_head;
    std::vector<std::uint8_t> both;  ///< 1 where both can be compared; where not, the differences are 0

    /// In: light, by how much the frame is brighter than the other.
    Differences(const PlateSample& sample, const HaloLattice& lattice, const WarpedSampler& scene, const WarpedSampler& head, float light)
        : from_scene(lattice.count(), 0.0F), from_head(lattice.count(), 0.0F), both(lattice.count(), 0) {
        std::vector<float> luma(static_cast<std::size_t>(lattice.halo.width()));
        std::vector<Rect> cores;
        for (const FaceArea& face : sample.areas) {
            if (overlap(face.core, lattice.halo)) cores.push_back(face.core);
        }
        for (int row = 0; row < lattice.height; ++row) {
            const int y = lattice.y_of(row);
            read_component(sample.picture->view(), 0, {lattice.halo.x0, y, lattice.halo.x1, y + 1}, luma.data());
            for (float& value : luma) value -= light;
            for (int column = 0; column < lattice.width; column += kRun)
                add_run(lattice, luma, cores, column, row, std::min(kRun, lattice.width - column), scene, head);
        }
    }

private:
    static constexpr int kRun = 64;

    /// A few samples of one sampler.
    struct Run {
        std::array<float, kRun> values{};
        std::array<WarpedSampler::Freedom, kRun> freedom{};

        Run(const WarpedSampler& sampler, int x, int y, int step, std::span<const bool> wanted) {
            sampler.run(x, y, wanted, std::span(values).first(wanted.size()), std::span(freedom).first(wanted.size()), step);
        }
        bool seen(std::size_t i) const { return freedom[i] != WarpedSampler::Freedom::core; }
    };

    /// In: luma, of the row; column, row, the first place.
    void add_run(const HaloLattice& lattice, std::span<const float> luma, std::span<const Rect> cores, int column, int row, int count,
                 const WarpedSampler& scene, const WarpedSampler& head) {
        std::array<bool, kRun> wanted{};
        const int y = lattice.y_of(row);
        for (int i = 0; i < count; ++i) {
            const int x = lattice.x_of(column + i);
            wanted[static_cast<std::size_t>(i)] = std::none_of(cores.begin(), cores.end(), [&](const Rect& core) { return core.contains(x, y); });
        }
        const std::span<const bool> asked = std::span(wanted).first(static_cast<std::size_t>(count));
        const Run a(scene, lattice.x_of(column), y, lattice.step, asked), b(head, lattice.x_of(column), y, lattice.step, asked);
        std::size_t at = static_cast<std::size_t>(row) * static_cast<std::size_t>(lattice.width) + static_cast<std::size_t>(column);
        for (std::size_t i = 0; i < asked.size(); ++i, ++at, ++column) {
            if (!asked[i] || !a.seen(i) || !b.seen(i)) continue;
            const float here = luma[static_cast<std::size_t>(column * lattice.step)];
            both[at] = 1;
            from_scene[at] = std::abs(here - a.values[i]);
            from_head[at] = std::abs(here - b.values[i]);
        }
    }
};

/// How both explanations do in the surroundings of each place of a halo.
class Explanations {
public:
    Explanations(const PlateSample& sample, const HaloLattice& lattice, const Differences& differences)
        : lattice_(lattice),
          bounds_{0, 0, lattice.width, lattice.height},
          step_(1 << (sample.picture->view().layout.depth() - 8)),
          as_scene_(bounds_.x1, bounds_.y1, [&](std::size_t i) { return differences.from_scene[i]; }),
          as_head_(bounds_.x1, bounds_.y1, [&](std::size_t i) { return differences.from_head[i]; }),
          count_(bounds_.x1, bounds_.y1, [&](std::size_t i) { return differences.both[i]; }) {}

    /// unseen: not to be compared; other: not what the scene's place shows; maybe: what is there has not changed, as flat hair would not.
    enum class Verdict : std::uint8_t { unseen, other, maybe, scene };

    Verdict at(int x, int y) const {
        const Rect window = intersect(grow(Rect{x, y, x + 1, y + 1}, lattice_.reach(), lattice_.reach()), bounds_);
        const double count = count_.sum(window), scene = as_scene_.sum(window), head = as_head_.sum(window);
        if (2 * count < window.width() * window.height()) return Verdict::unseen;
        if (scene > kSame * step_ * count) return Verdict::other;
        return head >= 2 * scene + kClearly * step_ * count ? Verdict::scene : Verdict::maybe;
    }

    const HaloLattice& lattice() const { return lattice_; }

private:
    const HaloLattice& lattice_;
    Rect bounds_;
    double step_;
    SummedArea as_scene_, as_head_, count_;
};

/// What one comparison says of a halo, a byte for each place.
struct Comparison {
    std::vector<std::uint8_t> scene, refuted;
};

/// Marks what is scene, and what hangs together with it without having changed: along the outline of a head that moves all has.
void mark_scene(const Explanations& explanations, Comparison& found) {
    using Verdict = Explanations::Verdict;
    const int width = explanations.lattice().width, height = explanations.lattice().height, reach = explanations.lattice().reach();
    // What a single wrong verdict makes is about a window large: less is no evidence.
    const std::size_t least_seed = 2 * static_cast<std::size_t>((2 * reach + 1) * (2 * reach + 1));
    std::vector<Verdict> verdicts(found.scene.size());
    for (int i = 0; i < width * height; ++i) verdicts[static_cast<std::size_t>(i)] = explanations.at(i % width, i / width);
    for (std::size_t i = 0; i < verdicts.size(); ++i) found.refuted[i] |= verdicts[i] == Verdict::other;
    std::vector<std::uint8_t> scene(verdicts.size()), believed(verdicts.size());
    for (std::size_t i = 0; i < verdicts.size(); ++i) scene[i] = verdicts[i] == Verdict::scene;
    const ConnectedComponents seeds(scene, width, height);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        scene[i] = seeds.label(i) != 0 && seeds.sizes()[seeds.label(i)] >= least_seed;
        believed[i] = scene[i] != 0 || verdicts[i] == Verdict::maybe;
    }
    const std::vector<std::uint8_t> shown = connected_to(scene, believed, width, height);
    for (std::size_t i = 0; i < shown.size(); ++i) found.scene[i] |= shown[i];
}

/// What hangs together with the upper half of the core and is no scene; nothing where it goes on beyond the halo.
std::vector<std::uint8_t> hair_of(const FaceArea& face, const HaloLattice& lattice, const std::vector<std::uint8_t>& scene) {
    const int width = lattice.width, height = lattice.height, half = (face.lies() ? face.core.width() : face.core.height()) / 2;
    std::vector<std::uint8_t> core(lattice.count()), around(core), beyond(core);
    std::size_t i = 0;
    for (int row = 0; row < height; ++row) {
        const int y = lattice.y_of(row);
        const auto [first, end] = halo_row(face, y);
        for (int column = 0; column < width; ++column, ++i) {
            const int x = lattice.x_of(column);
            if (above_chin_side(face, x, y) <= half) continue;
            core[i] = face.core.contains(x, y);
            const bool other = core[i] == 0 && scene[i] == 0, in = x >= first && x < end;
            around[i] = core[i] != 0 || (other && in);
            beyond[i] = other && !in;
        }
    }
    std::vector<std::uint8_t> hair = connected_to(core, around, width, height);
    i = 0;
    for (int row = 0; row < height; ++row) {
        for (int column = 0; column < width; ++column, ++i) {
            if (hair[i] != 0 && any_neighbour(column, row, width, height, [&](std::size_t k) { return beyond[k] != 0; }))
                return std::vector<std::uint8_t>(scene.size(), 0);
        }
    }
    for (std::size_t k = 0; k < hair.size(); ++k) hair[k] &= core[k] == 0;
    return hair;
}

/// Marks what one other frame confirms. Returns whether there was one to compare with.
bool compare(const PlateSample& sample, const FaceArea& face, const HaloLattice& lattice, std::span<const RegisteredSample> others,
             Comparison& found) {
    const Point at = middle_of(face.core);
    const double least = std::max(kLeastShiftPx, kLeastShift * face.core.width());
    for (const RegisteredSample& other : others) {
        const auto there = same_face(face, *other.sample);
        if (!there) continue;
        const Point carried = apply(other.from_target, at);
        if (std::hypot(there->x - carried.x, there->y - carried.y) < least) continue;
        const Homography with_face{{1, 0, there->x - at.x, 0, 1, there->y - at.y, 0, 0, 1}};
        const WarpedSampler scene(other, 0, face.halo), head({other.sample, with_face}, 0, face.halo);
        mark_scene(Explanations(sample, lattice, Differences(sample, lattice, scene, head, static_cast<float>(sample.light - other.sample->light))), found);
        return true;
    }
    return false;
}

}  // namespace

HaloScene find_halo_scene(const PlateSample& sample, std::span<const RegisteredSample> earlier, std::span<const RegisteredSample> later) {
    const StageTimer timer(Stage::halos);
    const std::size_t count = sample.areas.size();
    HaloScene found;
    found.maps.resize(count);
    found.hair.resize(count);
    std::vector<std::uint8_t> complete(count, 0);
    side_by_side(count, [&](std::size_t k) {
        const FaceArea& face = sample.areas[k];
        complete[k] = face.core.empty();
        if (face.core.empty()) return;
        const HaloLattice lattice(face);
        Comparison comparison{std::vector<std::uint8_t>(lattice.count(), 0), std::vector<std::uint8_t>(lattice.count(), 0)};
        const bool before = compare(sample, face, lattice, earlier, comparison), after = compare(sample, face, lattice, later, comparison);
        std::vector<std::uint8_t>& map = comparison.scene;
        for (std::size_t i = 0; i < map.size(); ++i) map[i] &= comparison.refuted[i] == 0;
        complete[k] = before && after;
        if (!before && !after) return;
        found.hair[k] = lattice.spread_out(hair_of(face, lattice, map));
        found.maps[k] = lattice.spread_out(map);
    });
    found.complete = std::find(complete.begin(), complete.end(), 0) == complete.end();
    return found;
}

bool hides_scene(const PlateSample& sample, int x, int y) {
    for (std::size_t k = 0; k < sample.areas.size(); ++k) {
        const FaceArea& face = sample.areas[k];
        if (face.core.contains(x, y)) return true;
        if (face.halo.contains(x, y) && !(sample.scene && sample.scene->shows(k, face, x, y))) return true;
    }
    return false;
}

}  // namespace invisiblur
