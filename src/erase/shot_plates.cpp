#include "erase/shot_plates.hpp"

#include <algorithm>

#include "erase/mask.hpp"
#include "erase/registered_plate.hpp"

namespace invisiblur {
namespace {

/// Witnesses of a shot: enough for a median that a passer-by does not move, few enough to hold as pictures (at 1080p 75 MB).
constexpr int kSamples = 24;
/// Of a shot that waits for its last faces while the next ones come in.
constexpr int kWaitingSamples = 8;
/// A live plate is renewed at most this often, in frames: half a second; what it costs is then spread over them.
constexpr int kRenewFrames = 12;
/// A live plate reaches this far beyond what a frame needs, so that a walking face does not renew it each frame.
constexpr int kReservePx = 64;
/// With a moving camera only frames near in time show the same place: every second one, a second and a half on either side,
/// as far as this memory reaches.
constexpr int kWindowFrames = 38;
constexpr int kWindowStride = 2;
constexpr std::int64_t kWindowBytes = 96 << 20;
/// So far beyond the window that changes are compared in a plate is wanted.
constexpr int kPlateReservePx = 4;
/// Of so many frames with a moving camera one is the key for the others' plates: at 25 frames a second the scene behind a face hardly changes
/// in the two frames to either side. A multiple of kWindowStride.
constexpr int kKeyFrames = 4;
/// The camera's motion shows in a picture of about this many pixels across.
constexpr int kCameraPictureWidth = 480;
/// A shot counts as moving when the camera does in more than this part of its frames: a knock on the tripod is none.
constexpr double kMovingPart = 0.1;
/// Pictures that a first pass keeps for moving shots, in bytes: what lies farther than the window then still has witnesses.
constexpr std::int64_t kWitnessBytes = 160 << 20;
constexpr int kFarWitnesses = 24;

/// In: others, frames in the order of time; the witness may be one of them.
std::shared_ptr<const HaloScene> halo_scene_among(const Witness& witness, std::span<const Witness* const> others) {
    std::vector<RegisteredSample> earlier, later;
    for (const Witness* other : others) {
        if (other->pose.stretch != witness.pose.stretch || other->sample.areas.empty()) continue;
        const RegisteredSample registered{&other->sample, inverse(other->pose.to_start) * witness.pose.to_start};
        if (other->sample.index < witness.sample.index) earlier.insert(earlier.begin(), registered);
        if (other->sample.index > witness.sample.index) later.push_back(registered);
    }
    return std::make_shared<const HaloScene>(find_halo_scene(witness.sample, earlier, later));
}

/// What others of its stretch may show of one frame, nearest in time first, and the maps from its pixels to theirs.
struct Laid {
    std::vector<PlateSample> samples;
    std::vector<Homography> maps;
};

Laid laid_over_witness(const Witness& target, std::span<const Witness* const> all) {
    std::vector<const Witness*> near;
    for (const Witness* witness : all) {
        if (witness->pose.stretch == target.pose.stretch && witness->sample.index != target.sample.index) near.push_back(witness);
    }
    const auto away = [&](const Witness* w) { return std::abs(w->sample.index - target.sample.index); };
    std::stable_sort(near.begin(), near.end(), [&](const Witness* a, const Witness* b) { return away(a) < away(b); });
    Laid laid;
    for (const Witness* witness : near) {
        const bool same = witness->pose.to_start == target.pose.to_start;
        laid.samples.push_back(witness->sample);
        laid.maps.push_back(same ? Homography{} : inverse(witness->pose.to_start) * target.pose.to_start);
    }
    return laid;
}

}  // namespace

ShotPlates::ShotPlates(const Options& options, const StreamShape& shape, Use use, ShotRecords known, std::int64_t first_frame)
    : kind_(options.plate), radius_px_(options.radius_px), face_areas_(options, shape), use_(use), known_(std::move(known)),
      first_(first_frame), pushed_(first_frame), settled_(first_frame) {
    camera_factor_ = std::max(1, (shape.width + kCameraPictureWidth / 2) / kCameraPictureWidth);
    if (kind_ == "auto" && !known_) camera_ = std::make_unique<Camera>(camera_factor_);
}

bool ShotPlates::Shot::moving() const {
    return static_cast<double>(moved_frames) > kMovingPart * static_cast<double>(poses.size());
}

Camera::Pose ShotPlates::pose_of_next(const PicturePtr& picture, std::span<const TrackedFace> faces, bool cut) {
    if (known_) {
        const auto next = std::upper_bound(known_->begin(), known_->end(), pushed_,
                                           [](std::int64_t frame, const ShotRecord& r) { return frame < r.start; });
        const ShotRecord& record = *std::prev(next);
        const std::size_t at = static_cast<std::size_t>(pushed_ - record.start);
        return at < record.poses.size() ? record.poses[at] : Camera::Pose{};
    }
    if (!camera_) return {};
    std::vector<Rect> cores;
    for (const FaceArea& area : face_areas_.of_frame(faces, picture->pts(), picture->view(), picture->interlaced(), {}, picture->regions().get())) {
        cores.push_back(in_blocks(area.core, camera_factor_));
    }
    return camera_->push(block_mean_luma(picture->view(), camera_factor_), cores, cut);
}

void ShotPlates::push(const PicturePtr& picture, std::span<const TrackedFace> faces, bool cut) {
    if (pushed_ == first_) {
        like_ = picture->view();
        like_.data = {};
        if (kind_ != "auto" && kind_ != "first" && kind_ != "none") {
            from_file_ = make_still_plate({like_.bounds(), picture->load_like(kind_),
                                           std::vector<std::uint8_t>(static_cast<std::size_t>(like_.width) * like_.height, 1), std::nullopt});
        }
    }
    const Camera::Pose pose = pose_of_next(picture, faces, cut);
    if (pushed_ == first_ || cut) {
        if (!shots_.empty()) shots_.back().sampler.thin_to(kWaitingSamples);
        shots_.push_back({pushed_, PlateSampler(kSamples), {}, 0, {}, nullptr, {}});
    }
    Shot& shot = shots_.back();
    shot.poses.push_back(pose);
    shot.moved_frames += pose.stretch != shot.poses.front().stretch || !pose.to_start.is_identity();
    const bool is_witness = (kind_ == "auto" && !known_) || (kind_ == "first" && pushed_ == shot.start);
    if (is_witness) shot.sampler.offer(picture, pushed_);
    const bool live = use_ == Use::live;
    if (live && kind_ == "auto" && pushed_ % kWindowStride == 0) window_.push_back({{picture, pushed_, {}}, pose});
    unsettled_.push_back({live ? picture : nullptr, picture->pts(), picture->interlaced(), pose, picture->regions()});
    ++pushed_;
}

Rect ShotPlates::settle(std::span<const TrackedFace> faces) {
    settled_frame_ = std::move(unsettled_.front());
    unsettled_.pop_front();
    if (shots_.size() > 1 && shots_[1].start == settled_) close_shot();
    Shot& shot = shots_.front();
    settled_areas_ = areas(faces, settled_frame_);
    for (PlateSample& sample : shot.sampler.samples()) {
        if (sample.index == settled_) sample.areas = settled_areas_;
    }
    const std::int64_t reach = std::min<std::int64_t>(kWindowFrames, kWindowStride * std::max<std::int64_t>(2, kWindowBytes / picture_bytes()));
    while (!window_.empty() && window_.front().sample.index < settled_ - reach) window_.pop_front();
    for (Witness& neighbour : window_) {
        if (neighbour.sample.index == settled_) neighbour.sample.areas = settled_areas_;
    }
    Rect needed;
    for (const PatchPlan& plan : plan_patches(settled_areas_, like_, settled_frame_.interlaced, radius_px_))
        needed = unite(needed, plan.area);
    shot.needed = unite(shot.needed, needed);
    ++settled_;
    return needed;
}

std::vector<ShotRecord> ShotPlates::finish() {
    while (!shots_.empty()) close_shot();
    return std::move(closed_);
}

/// What the first pass says of the shot of the frame settled last.
const ShotRecord* ShotPlates::record() const {
    if (!known_) return nullptr;
    const auto next = std::upper_bound(known_->begin(), known_->end(), settled_ - 1,
                                       [](std::int64_t frame, const ShotRecord& r) { return frame < r.start; });
    return &*std::prev(next);
}

std::shared_ptr<const PlateSource> ShotPlates::current(const Rect& needed, const Believed& believed) {
    if (from_file_) return from_file_;
    if (kind_ == "none") return nullptr;
    if (const ShotRecord* known = record()) return known->moving ? moving_plate(known->witnesses, believed) : known->plate;
    Shot& shot = shots_.front();
    if (!shot.moving()) return still_plate(shot, needed, believed);
    std::vector<Witness> far;
    for (PlateSample& sample : shot.sampler.samples()) {
        believe(sample, believed);
        far.push_back({sample, shot.pose_of(sample.index)});
    }
    return moving_plate(far, believed);
}

std::shared_ptr<const PlateSource> ShotPlates::still_plate(Shot& shot, const Rect& needed, const Believed& believed) {
    const bool fits = intersect(shot.plate_area, needed) == needed;
    if (shot.plate && fits && settled_ < shot.plate_at + kRenewFrames) return shot.plate;
    for (PlateSample& sample : shot.sampler.samples()) believe(sample, believed);
    shot.plate_area = on_chroma_grid(grow(needed, kReservePx, kReservePx), like_, true);
    shot.plate = estimate(shot, shot.plate_area);
    shot.plate_at = settled_;
    return shot.plate;
}

std::shared_ptr<const PlateSource> ShotPlates::moving_plate(const std::vector<Witness>& far, const Believed& believed) {
    const std::int64_t now = settled_ - 1;
    for (Witness& neighbour : window_) {
        if (neighbour.sample.index <= now + kWindowFrames) believe(neighbour.sample, believed);
    }
    std::vector<const Witness*> all;
    for (Witness& neighbour : window_) {
        if (neighbour.sample.index > now + kWindowFrames) continue;
        look_into_halos(neighbour);
        all.push_back(&neighbour);
    }
    for (const Witness& witness : far) {
        if (std::abs(witness.sample.index - now) > kWindowFrames) all.push_back(&witness);
    }
    Witness target{{settled_frame_.picture, now, settled_areas_}, settled_frame_.pose};
    if (known_ && !settled_areas_.empty()) target.sample.scene = halo_scene_of(target);
    Keyed key = key_for_now(all, believed);
    Laid laid = laid_over_witness(target, all);
    return make_registered_plate(std::move(target.sample), std::move(laid.samples), std::move(laid.maps), radius_px_ + kPlateReservePx, std::move(key));
}

const ShotPlates::Frame* ShotPlates::frame_at(std::int64_t index) const {
    if (index == settled_ - 1) return &settled_frame_;
    const std::int64_t waiting = index - settled_;
    return waiting >= 0 && waiting < static_cast<std::int64_t>(unsettled_.size()) ? &unsettled_[static_cast<std::size_t>(waiting)] : nullptr;
}

/// The key of the frame settled last, with the map to it; made by the first frame of its group that needs one. None where it is not among the
/// witnesses: it lies too far ahead, or the camera's motion was lost in between.
Keyed ShotPlates::key_for_now(std::span<const Witness* const> all, const Believed& believed) {
    const std::int64_t now = settled_ - 1, index = (now + kKeyFrames / 2) / kKeyFrames * kKeyFrames;
    const auto is_key = [&](const Witness* w) { return w->sample.index == index && w->pose.stretch == settled_frame_.pose.stretch; };
    const auto witness = std::find_if(all.begin(), all.end(), is_key);
    if (witness == all.end()) return {};
    const Camera::Pose& pose = (*witness)->pose;
    const auto to_key = [&](const Camera::Pose& from) { return from.to_start == pose.to_start ? Homography{} : inverse(pose.to_start) * from.to_start; };
    if (!key_ || key_index_ != index) {
        std::vector<FaceArea> faces;
        for (std::int64_t i = now; i < index + kKeyFrames / 2; ++i) {
            const Frame* frame = frame_at(i);
            if (!frame || frame->pose.stretch != pose.stretch) continue;
            for (const FaceArea& area : i == now ? settled_areas_ : areas(believed(i), *frame))
                faces.push_back(carried_area(area, to_key(frame->pose), like_, frame->interlaced));
        }
        Laid laid = laid_over_witness(**witness, all);
        key_ = std::make_shared<const KeyPlates>((*witness)->sample, std::move(laid.samples), std::move(laid.maps), faces, settled_frame_.interlaced,
                                                 radius_px_ + kPlateReservePx);
        key_index_ = index;
    }
    return {key_, to_key(settled_frame_.pose)};
}

void ShotPlates::believe(PlateSample& sample, const Believed& believed) const {
    if (sample.index >= settled_)
        sample.areas = areas(believed(sample.index), unsettled_[static_cast<std::size_t>(sample.index - settled_)]);
}

/// Of frames that are farther ahead little is known to compare with. Again when the frame goes by: later ones are then at hand.
void ShotPlates::look_into_halos(Witness& witness) const {
    const std::int64_t index = witness.sample.index, now = settled_ - 1;
    // Faces that are only believed may still change.
    if (witness.sample.areas.empty() || index > (known_ ? now + kWindowFrames / 2 : now)) return;
    if (witness.sample.scene && (witness.sample.scene->complete || index != now)) return;
    witness.sample.scene = halo_scene_in_window(witness);
}

std::shared_ptr<const HaloScene> ShotPlates::halo_scene_in_window(const Witness& witness) const {
    std::vector<const Witness*> others;
    for (const Witness& other : window_) others.push_back(&other);
    return halo_scene_among(witness, others);
}

/// Of the frame settled last. Where it is in the window itself its halos were looked into when it came to be the middle.
std::shared_ptr<const HaloScene> ShotPlates::halo_scene_of(const Witness& target) const {
    const auto same = [&](const Witness& w) { return w.sample.index == target.sample.index; };
    const auto witness = std::find_if(window_.begin(), window_.end(), same);
    return witness != window_.end() && witness->sample.scene ? witness->sample.scene : halo_scene_in_window(target);
}

void ShotPlates::close_shot() {
    Shot& shot = shots_.front();
    if (show_ && !shot.needed.empty()) show_(whole_plate(shot));
    if (use_ == Use::records) {
        ShotRecord record{shot.start, nullptr, shot.moving(), {}, {}, {}};
        if (shot.needed.empty()) {
            record.moving = false;
        } else if (record.moving) {
            keep_witnesses(shot, record);
        } else {
            record.plate = estimate(shot, shot.needed);
            record.plate_area = shot.needed;
        }
        closed_.push_back(std::move(record));
    }
    shots_.pop_front();
}

Plate ShotPlates::whole_plate(const Shot& shot) const {
    if (from_file_) return from_file_->plate(shot.start, like_.bounds());
    const std::vector<PlateSample>& samples = shot.sampler.samples();
    if (samples.empty()) return unknown_plate(like_.layout, like_.bounds());
    if (!shot.moving()) {
        Plate plate = estimate_plate(samples, like_.bounds());
        drop_speckles(plate);
        fill_unknown(plate);
        return plate;
    }
    const Camera::Pose& first = shot.pose_of(samples.front().index);
    std::vector<RegisteredSample> others;
    for (const PlateSample& sample : std::span(samples).subspan(1)) {
        const Camera::Pose& pose = shot.pose_of(sample.index);
        if (pose.stretch == first.stretch) others.push_back({&sample, inverse(pose.to_start) * first.to_start});
    }
    return laid_over(samples.front(), others);
}

std::int64_t ShotPlates::picture_bytes() const {
    return static_cast<std::int64_t>(like_.width) * like_.height * 2 * like_.layout.bytes_per_sample;
}

void ShotPlates::keep_witnesses(Shot& shot, ShotRecord& record) {
    shot.sampler.thin_to(kFarWitnesses);
    for (const PlateSample& sample : shot.sampler.samples()) {
        if (witness_bytes_ + picture_bytes() > kWitnessBytes) break;
        witness_bytes_ += picture_bytes();
        record.witnesses.push_back({sample, shot.pose_of(sample.index)});
    }
    std::vector<const Witness*> all;
    for (const Witness& witness : record.witnesses) all.push_back(&witness);
    for (Witness& witness : record.witnesses) witness.sample.scene = halo_scene_among(witness, all);
    record.poses = std::move(shot.poses);
}

std::vector<FaceArea> ShotPlates::areas(std::span<const TrackedFace> faces, const Frame& frame) const {
    return face_areas_.of_frame(faces, frame.pts, like_, frame.interlaced, {}, frame.regions.get());
}

std::shared_ptr<const PlateSource> ShotPlates::estimate(const Shot& shot, const Rect& area) const {
    if (from_file_) return from_file_;
    if (shot.sampler.samples().empty()) return nullptr;
    Plate plate = estimate_plate(shot.sampler.samples(), area);
    drop_speckles(plate);
    fill_unknown(plate);
    return make_still_plate(std::move(plate));
}

}  // namespace invisiblur
