#include "erase/background/moving_plates.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "base/frame_rate.hpp"

namespace invisiblur {
namespace {

/// Only frames near in time show the same place: every second one, a second and a half on either side, as far as this memory reaches.
constexpr int kWindowFrames = 38;
constexpr int kWindowStride = 2;
constexpr std::int64_t kWindowBytes = 96 << 20;
/// One frame in this time is the key for the others' plates: the scene behind a face hardly changes in the sixth of a second to either
/// side.
constexpr double kKeyTime_s = 0.32;
constexpr int kMostKeyFrames = 8;

Homography from_to(const Camera::Pose& from, const Camera::Pose& to) {
    return from.to_start == to.to_start ? Homography{} : inverse(to.to_start) * from.to_start;
}

/// What others of its stretch may show of one frame, nearest in time first, and the maps from its pixels to theirs.
struct Laid {
    std::vector<PlateSample> samples;
    std::vector<Homography> maps;
};

Laid laid_over_reference(const ReferenceFrame& target, std::span<const ReferenceFrame* const> all) {
    std::vector<const ReferenceFrame*> near;
    for (const ReferenceFrame* reference : all) {
        if (reference->pose.stretch == target.pose.stretch && reference->sample.index != target.sample.index) near.push_back(reference);
    }
    const auto away = [&](const ReferenceFrame* w) { return std::abs(w->sample.index - target.sample.index); };
    std::stable_sort(near.begin(), near.end(), [&](const ReferenceFrame* a, const ReferenceFrame* b) { return away(a) < away(b); });
    Laid laid;
    for (const ReferenceFrame* reference : near) {
        laid.samples.push_back(reference->sample);
        laid.maps.push_back(from_to(target.pose, reference->pose));
    }
    return laid;
}

ReferenceFrame reference_of(const FrameRecord& record) {
    return {{record.picture, record.index, record.areas, record.scene}, record.pose};
}

/// Whole steps of the window, or the key would not be in it.
int key_frames(double frame_rate) {
    const double frames = kKeyTime_s * frame_rate_or_usual(frame_rate);
    return std::clamp(static_cast<int>(std::lround(frames / kWindowStride)) * kWindowStride, kWindowStride, kMostKeyFrames);
}

}  // namespace

std::shared_ptr<const HaloScene> halo_scene_among(const ReferenceFrame& reference, std::span<const ReferenceFrame* const> others) {
    std::vector<RegisteredSample> earlier, later;
    for (const ReferenceFrame* other : others) {
        if (other->pose.stretch != reference.pose.stretch || other->sample.areas.empty()) continue;
        const RegisteredSample registered{&other->sample, inverse(other->pose.to_start) * reference.pose.to_start};
        if (other->sample.index < reference.sample.index) earlier.insert(earlier.begin(), registered);
        if (other->sample.index > reference.sample.index) later.push_back(registered);
    }
    return std::make_shared<const HaloScene>(find_halo_scene(reference.sample, earlier, later));
}

MadeUpPieces made_up_behind(std::span<const ReferenceFrame> references, int reach_px) {
    std::vector<const ReferenceFrame*> all;
    for (const ReferenceFrame& reference : references) all.push_back(&reference);
    /// Of one reference, whose picture is kept anyway: as many as there may be people near enough to be looked at.
    constexpr std::size_t kMostOfOne = 16;
    CarriedScene carried(kMostOfOne * references.size());
    for (const ReferenceFrame& reference : references) {
        if (reference.sample.areas.empty()) continue;
        Laid laid = laid_over_reference(reference, all);
        KeyBackground key(reference.sample, std::move(laid.samples), std::move(laid.maps), reference.sample.areas, reference.sample.picture->interlaced(), reach_px);
        key.complete(carried, reference.pose);
    }
    return carried.pieces();
}

MovingPlates::MovingPlates(FrameWindow& frames, bool all_final, int reach_px, double frame_rate)
    : frames_(frames), all_final_(all_final), reach_px_(reach_px), key_frames_(key_frames(frame_rate)) {}

bool MovingPlates::is_reference(std::int64_t index) {
    return index % kWindowStride == 0;
}

std::int64_t MovingPlates::reach_frames(std::int64_t picture_bytes) {
    return std::min<std::int64_t>(kWindowFrames, kWindowStride * std::max<std::int64_t>(2, kWindowBytes / picture_bytes));
}

void MovingPlates::pass(std::int64_t index) {
    // They would hold pictures that the window has let go. One fades out while the next one's frames go by.
    if (index >= key_.index + key_frames_ / 2 + key_frames_) key_ = {};
    if (index >= key_before_.index + key_frames_ / 2 + key_frames_) key_before_ = {};
}

std::unique_ptr<PlateSource> MovingPlates::plate(std::int64_t index, const std::vector<ReferenceFrame>& far, CarriedScene* carried, std::int64_t picture_bytes) {
    std::vector<ReferenceFrame> near = references_around(index, picture_bytes);
    std::vector<const ReferenceFrame*> all;
    for (const ReferenceFrame& reference : near) all.push_back(&reference);
    const std::size_t near_count = all.size();
    for (ReferenceFrame& reference : near) {
        if (!wants_look(reference, index)) continue;
        reference.sample.scene = halo_scene_among(reference, std::span(all).first(near_count));
        frames_[reference.sample.index].scene = reference.sample.scene;
    }
    for (const ReferenceFrame& reference : far) {
        if (std::abs(reference.sample.index - index) > kWindowFrames) all.push_back(&reference);
    }
    const FrameRecord& record = frames_[index];
    ReferenceFrame target = reference_of(record);
    if (!all_final_ || target.sample.areas.empty()) {
        target.sample.scene = nullptr;
    } else if (!is_reference(index) || !target.sample.scene) {
        target.sample.scene = halo_scene_among(target, std::span(all).first(near_count));
    }
    Keyed key = key_for(target, record.interlaced, all, carried);
    if (carried) key.pieces = carried->pieces(), key.pose = target.pose;
    Laid laid = laid_over_reference(target, all);
    return make_registered_plate(std::move(target.sample), std::move(laid.samples), std::move(laid.maps), reach_px_, std::move(key));
}

std::vector<ReferenceFrame> MovingPlates::references_around(std::int64_t target, std::int64_t picture_bytes) {
    std::vector<ReferenceFrame> references;
    const std::int64_t end = std::min(frames_.end(), target + kWindowFrames + 1);
    for (std::int64_t i = std::max(frames_.begin(), target - reach_frames(picture_bytes)); i < end; ++i) {
        if (is_reference(i)) references.push_back(reference_of(frames_[i]));
    }
    return references;
}

/// The key of the target, with the map to it; made by the first frame of its group that needs one. Where it is not among the references (it lies too far
/// ahead, or the camera's motion was lost in between) there is none, or, where plates are completed, the target is its own.
Keyed MovingPlates::key_for(const ReferenceFrame& target, bool interlaced, std::span<const ReferenceFrame* const> all, CarriedScene* carried) {
    const std::int64_t index = (target.sample.index + key_frames_ / 2) / key_frames_ * key_frames_;
    const auto fits = [&](const ReferenceFrame* w) { return w->sample.index == index && w->pose.stretch == target.pose.stretch; };
    const auto found = std::find_if(all.begin(), all.end(), fits);
    if (found == all.end() && !carried) return {};
    const ReferenceFrame& key = found == all.end() ? target : **found;
    if (!key_.plates || key_.index != key.sample.index) {
        Laid laid = laid_over_reference(key, all);
        auto made = std::make_shared<KeyBackground>(key.sample, std::move(laid.samples), std::move(laid.maps), faces_of_group(target, key), interlaced, reach_px_);
        if (carried) made->complete(*carried, key.pose);
        key_before_ = std::exchange(key_, {std::move(made), key.sample.index, key.pose});
    }
    Keyed keyed{key_.plates, from_to(target.pose, key.pose)};
    if (key_before_.plates && key_before_.index == index - key_frames_ && key_before_.pose.stretch == target.pose.stretch) {
        keyed.before = key_before_.plates;
        keyed.to_before = from_to(target.pose, key_before_.pose);
        keyed.before_share = static_cast<float>(index + key_frames_ / 2 - target.sample.index) / static_cast<float>(key_frames_ + 1);
    }
    return keyed;
}

/// The faces of all frames that share a key, as they lie in it; of a target that is its own key, its own.
std::vector<FaceArea> MovingPlates::faces_of_group(const ReferenceFrame& target, const ReferenceFrame& key) const {
    std::vector<FaceArea> faces;
    const ImageView& like = target.sample.picture->view();
    const bool alone = target.sample.index == key.sample.index && !is_key(key.sample.index);
    const std::int64_t reach = alone ? 0 : key_frames_ / 2;
    // Also those of the next key's frames, over which this one fades out.
    const std::int64_t end = std::min(frames_.end(), key.sample.index + (alone ? 1 : reach + key_frames_));
    for (std::int64_t i = std::max(frames_.begin(), key.sample.index - reach); i < end; ++i) {
        const FrameRecord& frame = frames_[i];
        if (frame.pose.stretch != key.pose.stretch) continue;
        for (const FaceArea& area : frame.areas) faces.push_back(carried_area(area, from_to(frame.pose, key.pose), like, frame.interlaced));
    }
    return faces;
}

/// Of frames that are farther ahead little is known to compare with. Again when the frame goes by: later ones are then at hand.
bool MovingPlates::wants_look(const ReferenceFrame& reference, std::int64_t now) const {
    const std::int64_t index = reference.sample.index;
    // Faces that are only believed may still change.
    if (reference.sample.areas.empty() || index > (all_final_ ? now + kWindowFrames / 2 : now)) return false;
    return !reference.sample.scene || (!reference.sample.scene->complete && index == now);
}

}  // namespace invisiblur
