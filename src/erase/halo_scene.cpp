#include "erase/halo_scene.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "erase/connected.hpp"
#include "erase/probe.hpp"
#include "erase/summed_area.hpp"

namespace invisiblur {
namespace {

/// The face must have moved so far before the scene, in parts of its core's width: less is the boxes' own unrest.
constexpr double kLeastShift = 0.06;
constexpr double kLeastShiftPx = 3;
/// Half the window over which both explanations are compared: it holds some texture, and little of what lies beside.
constexpr int kReach = 3;
/// Means of differences, in 8-bit steps: what noise and a registration that is a little off make, and by how much the other
/// explanation must be worse.
constexpr double kSame = 8;
constexpr double kClearly = 3;
/// What a single wrong verdict makes is about a window large: less is no evidence.
constexpr int kLeastSeed = 2 * (2 * kReach + 1) * (2 * kReach + 1);
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

/// How both explanations do in the surroundings of each pixel of a halo.
class Explanations {
public:
    /// In: scene, the other frame laid over this one as the camera moved; head, as the face did.
    Explanations(const PlateSample& sample, const Rect& halo, const Probe& scene, const Probe& head)
        : bounds_{0, 0, halo.width(), halo.height()},
          step_(1 << (sample.picture->view().layout.depth() - 8)),
          as_scene_(bounds_.x1, bounds_.y1),
          as_head_(bounds_.x1, bounds_.y1),
          count_(bounds_.x1, bounds_.y1) {
        std::vector<float> luma(static_cast<std::size_t>(bounds_.x1) * bounds_.y1);
        read_component(sample.picture->view(), 0, halo, luma.data());
        std::vector<std::uint8_t> core(luma.size(), 0);
        for (const FaceArea& face : sample.areas) {
            const Rect r = intersect(face.core, halo);
            for (int y = r.y0; y < r.y1 && r.x0 < r.x1; ++y) {
                const auto row = core.begin() + static_cast<std::ptrdiff_t>(y - halo.y0) * bounds_.x1;
                std::fill(row + (r.x0 - halo.x0), row + (r.x1 - halo.x0), 1);
            }
        }
        for (int y = 0; y < bounds_.y1; ++y) {
            for (int x = 0; x < bounds_.x1; x += kRun) {
                const std::size_t first = static_cast<std::size_t>(y) * bounds_.x1 + x, count = static_cast<std::size_t>(std::min(kRun, bounds_.x1 - x));
                add_run(std::span(luma).subspan(first, count), std::span(core).subspan(first, count), x, y, halo, scene, head);
            }
        }
    }

    /// unseen: not to be compared; other: not what the scene's place shows; maybe: what is there has not changed, as flat hair would not.
    enum class Verdict : std::uint8_t { unseen, other, maybe, scene };

    Verdict at(int x, int y) const {
        const Rect window = intersect(grow(Rect{x, y, x + 1, y + 1}, kReach, kReach), bounds_);
        const double count = count_.sum(window), scene = as_scene_.sum(window), head = as_head_.sum(window);
        if (2 * count < window.width() * window.height()) return Verdict::unseen;
        if (scene > kSame * step_ * count) return Verdict::other;
        return head >= 2 * scene + kClearly * step_ * count ? Verdict::scene : Verdict::maybe;
    }

    const Rect& bounds() const { return bounds_; }

private:
    static constexpr int kRun = 64;

    /// A few samples of one probe.
    struct Run {
        std::array<float, kRun> values{};
        std::array<Probe::Freedom, kRun> freedom{};

        Run(const Probe& probe, int x, int y, std::span<const bool> wanted) {
            probe.run(x, y, wanted, std::span(values).first(wanted.size()), std::span(freedom).first(wanted.size()));
        }
        bool seen(std::size_t i) const { return freedom[i] != Probe::Freedom::core; }
    };

    /// In: x, y, the first pixel, in the halo.
    void add_run(std::span<const float> luma, std::span<const std::uint8_t> core, int x, int y, const Rect& halo, const Probe& scene,
                 const Probe& head) {
        std::array<bool, kRun> wanted{};
        for (std::size_t i = 0; i < luma.size(); ++i) wanted[i] = core[i] == 0;
        const std::span<const bool> asked = std::span(wanted).first(luma.size());
        const Run a(scene, halo.x0 + x, halo.y0 + y, asked), b(head, halo.x0 + x, halo.y0 + y, asked);
        for (std::size_t i = 0; i < luma.size(); ++i, ++x) {
            const bool both = wanted[i] && a.seen(i) && b.seen(i);
            as_scene_.set(x, y, both ? std::abs(static_cast<double>(luma[i] - a.values[i])) : 0.0);
            as_head_.set(x, y, both ? std::abs(static_cast<double>(luma[i] - b.values[i])) : 0.0);
            count_.set(x, y, both ? 1.0 : 0.0);
        }
    }

    Rect bounds_;
    double step_;
    SummedArea as_scene_, as_head_, count_;
};

/// What one comparison says of a halo, a byte a pixel.
struct Comparison {
    std::vector<std::uint8_t> scene, refuted;
};

/// Marks what is scene, and what hangs together with it without having changed: along the outline of a head that moves all has.
void mark_scene(const Explanations& explanations, Comparison& found) {
    using Verdict = Explanations::Verdict;
    const int width = explanations.bounds().x1, height = explanations.bounds().y1;
    std::vector<Verdict> verdicts(found.scene.size());
    for (int i = 0; i < width * height; ++i) verdicts[static_cast<std::size_t>(i)] = explanations.at(i % width, i / width);
    for (std::size_t i = 0; i < verdicts.size(); ++i) found.refuted[i] |= verdicts[i] == Verdict::other;
    std::vector<std::uint8_t> entered(verdicts.size(), 0);
    const auto enters = [&](Verdict verdict) {
        return [&, verdict](int i) {
            const auto k = static_cast<std::size_t>(i);
            return entered[k] == 0 && verdicts[k] == verdict && (entered[k] = 1) != 0;
        };
    };
    std::vector<int> seeds;
    for (int i = 0; i < width * height; ++i) {
        if (!enters(Verdict::scene)(i)) continue;
        const std::vector<int> seed = spread_from({i}, width, height, enters(Verdict::scene));
        if (seed.size() >= static_cast<std::size_t>(kLeastSeed)) seeds.insert(seeds.end(), seed.begin(), seed.end());
    }
    for (const int i : spread_from(std::move(seeds), width, height, enters(Verdict::maybe))) found.scene[static_cast<std::size_t>(i)] = 1;
}

/// What hangs together with the upper half of the core and is no scene; nothing where it goes on beyond the halo.
std::vector<std::uint8_t> hair_of(const FaceArea& face, const std::vector<std::uint8_t>& scene) {
    const int width = face.halo.width(), lower = (face.core.y0 + face.core.y1) / 2 - face.halo.y0;
    const Rect core{face.core.x0 - face.halo.x0, face.core.y0 - face.halo.y0, face.core.x1 - face.halo.x0, face.core.y1 - face.halo.y0};
    std::vector<std::uint8_t> hair(scene.size(), 0);
    std::vector<int> seeds;
    for (int y = core.y0; y < lower; ++y) {
        for (int x = core.x0; x < core.x1; ++x) seeds.push_back(y * width + x);
    }
    bool goes_on = false;
    spread_from(std::move(seeds), width, lower, [&](int i) {
        const int x = i % width, y = i / width;
        if (core.contains(x, y) || scene[static_cast<std::size_t>(i)] != 0 || hair[static_cast<std::size_t>(i)] != 0) return false;
        if (!in_halo(face, x + face.halo.x0, y + face.halo.y0)) {
            goes_on = true;
            return false;
        }
        hair[static_cast<std::size_t>(i)] = 1;
        return true;
    });
    if (goes_on) std::fill(hair.begin(), hair.end(), 0);
    return hair;
}

/// Marks what one other frame confirms. Returns whether there was one to compare with.
bool compare(const PlateSample& sample, const FaceArea& face, std::span<const RegisteredSample> others, Comparison& found) {
    const Point at = middle_of(face.core);
    const double least = std::max(kLeastShiftPx, kLeastShift * face.core.width());
    for (const RegisteredSample& other : others) {
        const auto there = same_face(face, *other.sample);
        if (!there) continue;
        const Point carried = apply(other.from_target, at);
        if (std::hypot(there->x - carried.x, there->y - carried.y) < least) continue;
        const Homography with_face{{1, 0, there->x - at.x, 0, 1, there->y - at.y, 0, 0, 1}};
        const Probe scene(other, 0, face.halo), head({other.sample, with_face}, 0, face.halo);
        mark_scene(Explanations(sample, face.halo, scene, head), found);
        return true;
    }
    return false;
}

}  // namespace

HaloScene find_halo_scene(const PlateSample& sample, std::span<const RegisteredSample> earlier, std::span<const RegisteredSample> later) {
    HaloScene found;
    found.complete = true;
    for (const FaceArea& face : sample.areas) {
        const std::size_t size = static_cast<std::size_t>(face.halo.width()) * face.halo.height();
        Comparison comparison{std::vector<std::uint8_t>(size, 0), std::vector<std::uint8_t>(size, 0)};
        const bool before = compare(sample, face, earlier, comparison), after = compare(sample, face, later, comparison);
        std::vector<std::uint8_t>& map = comparison.scene;
        for (std::size_t i = 0; i < size; ++i) map[i] &= comparison.refuted[i] == 0;
        found.complete &= before && after;
        found.hair.push_back(before || after ? hair_of(face, map) : std::vector<std::uint8_t>());
        if (!before && !after) map.clear();
        found.maps.push_back(std::move(map));
    }
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
