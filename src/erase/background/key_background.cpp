#include "erase/background/key_background.hpp"

#include <algorithm>
#include <cmath>

#include "erase/background/local_alignment.hpp"
#include "erase/background/plate_judge.hpp"
#include "erase/background/scene_estimate.hpp"
#include "erase/mask/mask.hpp"

namespace invisiblur {
namespace {

/// What a frame's own surroundings may still move the key by, and interpolation's neighbours.
constexpr int kReservePx = 8;

Rect carried_rect(const Rect& rect, const Homography& map) {
    double x0 = 1e9, y0 = 1e9, x1 = -1e9, y1 = -1e9;
    for (int k = 0; k < 4; ++k) {
        const Point p = apply(map, {static_cast<double>(k & 1 ? rect.x1 : rect.x0), static_cast<double>(k >> 1 ? rect.y1 : rect.y0)});
        x0 = std::min(x0, p.x), x1 = std::max(x1, p.x);
        y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
    }
    constexpr double kFar = 1e8;
    if (!(x0 > -kFar && y0 > -kFar && x1 < kFar && y1 < kFar)) return {};
    return {static_cast<int>(std::floor(x0)), static_cast<int>(std::floor(y0)), static_cast<int>(std::ceil(x1)), static_cast<int>(std::ceil(y1))};
}

/// Between which four samples of another plane a sample lies.
struct Place {
    std::size_t index;  ///< of the upper left one
    float fx, fy;
    bool inside;  ///< false up to a sample beyond the plane: it then lies on the plane's edge
};

/// Goes over a plane's samples that lie in another one or up to a sample beyond.
/// In: map, from the target's samples to the source's; source, target, the rectangles that are there of both; each(i, place), i, the target's.
template <class Each>
void lay(const Homography& map, const Rect& source, const Rect& target, Each each) {
    // On so short a run a camera's map is straight.
    constexpr int kRun = 32;
    // A still camera's whole places may come out a hair off.
    constexpr double kHair = 1e-6;
    const auto there = [&](int x, int y) {
        const Point p = apply(map, {static_cast<double>(x), static_cast<double>(y)});
        return Point{p.x - source.x0 + kHair, p.y - source.y0 + kHair};
    };
    const double right = source.width() - 1, bottom = source.height() - 1;
    if (right < 1 || bottom < 1) return;
    for (int y = target.y0; y < target.y1; ++y) {
        std::size_t i = static_cast<std::size_t>(y - target.y0) * target.width();
        for (int x0 = target.x0; x0 < target.x1; x0 += kRun) {
            const int count = std::min(kRun, target.x1 - x0);
            const Point first = there(x0, y), next = there(x0 + count, y);
            const double dx = (next.x - first.x) / count, dy = (next.y - first.y) / count;
            for (int k = 0; k < count; ++k, ++i) {
                const double px = first.x + k * dx, py = first.y + k * dy;
                if (!(px > -1 && py > -1 && px < right + 1 && py < bottom + 1)) continue;
                const double cx = std::clamp(px, 0.0, right), cy = std::clamp(py, 0.0, bottom);
                const int ix = std::min(static_cast<int>(cx), source.width() - 2), iy = std::min(static_cast<int>(cy), source.height() - 2);
                each(i, Place{static_cast<std::size_t>(iy) * source.width() + ix, static_cast<float>(cx - ix), static_cast<float>(cy - iy),
                              px >= 0 && py >= 0 && px < right && py < bottom});
            }
        }
    }
}

void lay_component(const Plate& from, int c, const Homography& map, float light, Plate& to) {
    const PixelLayout& layout = to.image.view().layout;
    const Rect source = in_component(from.area, layout, c), target = in_component(to.area, layout, c);
    std::vector<float> samples(static_cast<std::size_t>(source.width()) * source.height()), laid(static_cast<std::size_t>(target.width()) * target.height());
    read_component(from.image.view(), c, {0, 0, source.width(), source.height()}, samples.data());
    const std::size_t width = static_cast<std::size_t>(source.width());
    lay(in_samples(map, layout, c), source, target, [&](std::size_t i, const Place& p) {
        const float* s = &samples[p.index];
        laid[i] = light + (1 - p.fy) * ((1 - p.fx) * s[0] + p.fx * s[1]) + p.fy * ((1 - p.fx) * s[width] + p.fx * s[width + 1]);
    });
    write_component(to.image.view(), c, {0, 0, target.width(), target.height()}, laid.data());
}

/// Whether all that a place is mixed from is marked.
bool all_marked(const std::vector<std::uint8_t>& marks, std::size_t width, const Place& p) {
    constexpr float kNone = 1e-3F;
    const std::uint8_t* m = &marks[p.index];
    return m[0] && (p.fx < kNone || m[1]) && (p.fy < kNone || m[width]) && (p.fx < kNone || p.fy < kNone || m[width + 1]);
}

/// A pixel is known where what it is mixed from is. Subsampled components are known where their luma pixels are.
/// In: closed, 1 for the source's pixels that are known or were closed smoothly.
/// Returns: whether these reach over all that is wanted.
bool lay_known(const Plate& from, const std::vector<std::uint8_t>& closed, const Homography& map, std::span<const std::uint8_t> wanted, Plate& to) {
    const std::size_t width = static_cast<std::size_t>(from.area.width());
    std::ptrdiff_t reached = 0;
    lay(map, from.area, to.area, [&](std::size_t i, const Place& p) {
        if (wanted[i] == 0) return;
        reached += all_marked(closed, width, p);
        to.known[i] = p.inside && all_marked(from.known, width, p);
    });
    return reached == std::count(wanted.begin(), wanted.end(), 1);
}

/// The confidence in a plate's parts where they come to lie.
ConfidenceMap laid_confidence(const Plate& from, const Homography& map, const Rect& area) {
    if (from.confidence->whole()) return {};
    ConfidenceMap laid;
    constexpr int kSide = ConfidenceMap::kSide;
    for (int k = 0; k < kSide * kSide; ++k) {
        const Point p = apply(map, {area.x0 + (k % kSide + 0.5) / kSide * area.width(), area.y0 + (k / kSide + 0.5) / kSide * area.height()});
        laid.parts.push_back(from.confidence->at(static_cast<float>((p.x - from.area.x0) / from.area.width()),
                                            static_cast<float>((p.y - from.area.y0) / from.area.height())));
    }
    return laid;
}

}  // namespace

struct KeyBackground::Part {
    Rect area;
    std::vector<FaceArea> faces;
    mutable std::once_flag made;
    mutable Plate plate;
    mutable std::vector<std::uint8_t> closed;  ///< of a judged plate: 1 where it is known or closed smoothly
};

FaceArea carried_area(const FaceArea& area, const Homography& map, const ImageView& image, bool interlaced) {
    FaceArea carried = area;
    carried.core = on_chroma_grid(carried_rect(area.core, map), image, interlaced);
    carried.halo = on_chroma_grid(carried_rect(area.halo, map), image, interlaced);
    return carried;
}

KeyBackground::KeyBackground(PlateSample key, std::vector<PlateSample> samples, std::vector<Homography> maps, std::span<const FaceArea> faces,
                     bool interlaced, int reach_px)
    : key_(std::move(key)), samples_(std::move(samples)), maps_(std::move(maps)), reach_px_(reach_px) {
    for (PatchPlan& plan : plan_patches(faces, key_.picture->view(), interlaced, reach_px_ + kReservePx)) {
        parts_.push_back(std::make_unique<Part>());
        parts_.back()->area = plan.area;
        parts_.back()->faces = std::move(plan.faces);
    }
}

KeyBackground::~KeyBackground() = default;

void KeyBackground::make(const Part& part) const {
    std::vector<RegisteredSample> registered;
    for (std::size_t i = 0; i < samples_.size(); ++i) registered.push_back({&samples_[i], maps_[i]});
    std::vector<FaceArea> seen;
    for (const FaceArea& face : part.faces) {
        if (is_seen_behind(face, registered)) seen.push_back(face);
    }
    const int reach = reach_px_ + kReservePx;
    part.plate = seen.empty() ? unknown_plate(key_.picture->view().layout, part.area) : seen_by(registered, key_, seen, part.area, reach);
    if (!anything_known(part.plate) || !shows_all(part)) return;
    part.closed = near_faces(part.area, part.faces, reach);
    judge_plate(key_.picture->view(), part.plate, key_.areas, part.closed);
    for (std::size_t i = 0; i < part.closed.size(); ++i) part.closed[i] |= part.plate.known[i];
}

/// Whether the key has all faces of a part itself: then what it shows around them tells what its neighbours may believe.
bool KeyBackground::shows_all(const Part& part) const {
    return std::all_of(part.faces.begin(), part.faces.end(), [&](const FaceArea& face) {
        return std::any_of(key_.areas.begin(), key_.areas.end(), [&](const FaceArea& own) { return overlap(own.core, face.core); });
    });
}

/// The part that holds all of the target's faces in an area.
const KeyBackground::Part* KeyBackground::part_around(const PlateSample& target, const Homography& to_key, const Rect& area) const {
    Rect wanted;
    for (const FaceArea& face : target.areas) {
        const Rect whole = unite(face.core, face.halo);
        if (overlap(whole, area)) wanted = unite(wanted, carried_rect(whole, to_key));
    }
    wanted = intersect(wanted, key_.picture->view().bounds());
    const auto holds = [&](const std::unique_ptr<Part>& part) { return intersect(wanted, part->area) == wanted; };
    const auto part = std::find_if(parts_.begin(), parts_.end(), holds);
    return wanted.empty() || part == parts_.end() ? nullptr : part->get();
}

std::optional<Plate> KeyBackground::plate(const PlateSample& target, const Homography& to_key, const Rect& area) const {
    const Part* part = part_around(target, to_key, area);
    if (!part) return std::nullopt;
    std::call_once(part->made, [&] { make(*part); });
    Plate plate = unknown_plate(target.picture->view().layout, area);
    if (!anything_known(part->plate)) return plate;
    Homography map = to_key;
    float light = 0;
    if (target.index != key_.index) {
        const auto fit = LocalAlignment(target, area).fit({&key_, to_key});
        if (!fit) return std::nullopt;
        map = fit->from_target, light = fit->light;
    }
    if (part->plate.confidence) plate.confidence = laid_confidence(part->plate, map, area);
    const std::vector<std::uint8_t> wanted = near_faces(area, target.areas, reach_px_);
    const bool reaches = lay_known(part->plate, part->closed.empty() ? part->plate.known : part->closed, map, wanted, plate);
    for (int c = 0; c < plate.image.view().layout.component_count; ++c) lay_component(part->plate, c, map, c == 0 ? light : 0, plate);
    // What the key closed smoothly ends where its picture does.
    if (plate.confidence && !reaches) fill_unknown(plate, wanted);
    return plate;
}

}  // namespace invisiblur
