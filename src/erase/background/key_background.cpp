#include "erase/background/key_background.hpp"

#include <algorithm>
#include <cmath>

#include "erase/background/known_share.hpp"
#include "erase/background/laid_plate.hpp"
#include "erase/background/local_alignment.hpp"
#include "erase/background/plate_judge.hpp"
#include "erase/background/scene_estimate.hpp"
#include "erase/mask/mask.hpp"

namespace invisiblur {
namespace {

/// What a frame's own surroundings may still move the key by, and interpolation's neighbours.
constexpr int kReservePx = 8;

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
        if (is_seen_behind(face, registered, least_)) seen.push_back(face);
    }
    const int reach = reach_px_ + kReservePx;
    part.plate = seen.empty() ? unknown_plate(key_.picture->view().layout, part.area) : seen_by(registered, key_, seen, part.area, reach);
    if (!anything_known(part.plate) || !shows_all(part)) return;
    part.closed = near_faces(part.area, part.faces, reach);
    judge_plate(key_.picture->view(), part.plate, key_.areas, part.closed, least_);
    for (std::size_t i = 0; i < part.closed.size(); ++i) part.closed[i] |= part.plate.known[i];
}

/// Whether nothing, or too little to believe, was seen behind one of its faces.
bool KeyBackground::hides_unseen(const Part& part) const {
    const KnownShare share(part.plate, {});
    return std::any_of(part.faces.begin(), part.faces.end(), [&](const FaceArea& face) { return !share.at_least(kLeastOfCore, within(face.core, part.area)); });
}

void KeyBackground::complete(CarriedScene& carried, const Camera::Pose& pose) {
    std::vector<FaceArea> hidden = key_.areas;
    for (const auto& part : parts_) {
        for (FaceArea face : part->faces) {
            const Rect picture = key_.picture->view().bounds();
            face.core = intersect(face.core, picture), face.halo = intersect(face.halo, picture);
            if (!face.core.empty()) hidden.push_back(face);
        }
    }
    const PlateSample shown{key_.picture, key_.index, std::move(hidden)};
    least_ = kLeastToComplete;
    for (const auto& part : parts_) {
        std::call_once(part->made, [&] { make(*part); });
        if (!hides_unseen(*part)) continue;
        if (!part->plate.confidence) drop_fragments(part->plate, {}, part->faces, least_);
        // What is to be seen around the faces is scene.
        const Plate seen = estimate_plate(std::span(&shown, 1), part->area);
        std::vector<std::uint8_t> missing(seen.known);
        for (std::size_t i = 0; i < missing.size(); ++i) missing[i] &= part->plate.known[i] == 0;
        lay_over(part->plate, seen, missing);
        part->closed = near_faces(part->area, part->faces, reach_px_ + kReservePx);
        carried.complete({key_, pose}, shown, part->closed, part->plate);
        fill_from_scene(part->plate, part->closed, shown);
        for (std::size_t i = 0; i < part->closed.size(); ++i) part->closed[i] |= part->plate.known[i];
        if (!part->plate.confidence) part->plate.confidence = ConfidenceMap{};
    }
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
    Laying laying{to_key};
    if (target.index != key_.index) {
        const auto fit = LocalAlignment(target, area).fit({&key_, to_key});
        if (!fit) return std::nullopt;
        laying = {fit->from_target, fit->light};
    }
    if (part->plate.confidence) plate.confidence = laid_confidence(part->plate, laying.from_target, area);
    const std::vector<std::uint8_t> wanted = near_faces(area, target.areas, reach_px_);
    const bool reaches = lay_known(part->plate, part->closed.empty() ? part->plate.known : part->closed, laying.from_target, wanted, plate);
    for (int c = 0; c < plate.image.view().layout.component_count; ++c) lay_component(part->plate, c, laying, plate);
    // What the key closed smoothly ends where its picture does.
    if (plate.confidence && !reaches) fill_from_scene(plate, wanted, target);
    return plate;
}

}  // namespace invisiblur
