#include "erase/background/shot_plates.hpp"

#include <algorithm>

#include "erase/background/registered_plate.hpp"
#include "erase/mask/mask.hpp"

namespace invisiblur {
namespace {

/// References of a shot: enough for a median that a passer-by does not move, few enough to hold as pictures (at 1080p 75 MB).
constexpr int kSamples = 24;
/// Of a shot that waits for its last faces while the next ones come in.
constexpr int kWaitingSamples = 8;
/// A live plate is renewed at most this often, in frames: half a second; what it costs is then spread over them.
constexpr int kRenewFrames = 12;
/// A live plate reaches this far beyond what a frame needs, so that a walking face does not renew it each frame.
constexpr int kReservePx = 64;
/// So far beyond the window that changes are compared in a plate is wanted.
constexpr int kPlateReservePx = 4;
/// The camera's motion shows in a picture of about this many pixels across.
constexpr int kCameraPictureWidth = 480;
/// A shot counts as moving when the camera does in more than this part of its frames: a knock on the tripod is none.
constexpr double kMovingPart = 0.1;
/// Pictures that a first pass keeps for moving shots, in bytes: what lies farther than the window then still has references.
constexpr std::int64_t kReferenceBytes = 160 << 20;
constexpr int kFarReferences = 24;

}  // namespace

ShotPlates::ShotPlates(const Options& options, const StreamShape& shape, Use use, ShotRecords known, std::int64_t first_frame)
    : kind_(options.plate), radius_px_(options.radius_px), face_areas_(options, shape), use_(use), known_(std::move(known)),
      moving_plates_(known_ != nullptr, options.radius_px + kPlateReservePx, shape.frame_rate),
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
    const bool is_reference = (kind_ == "auto" && !known_) || (kind_ == "first" && pushed_ == shot.start);
    if (is_reference) shot.sampler.offer(picture, pushed_);
    const bool live = use_ == Use::live;
    if (live && kind_ == "auto") moving_plates_.push(picture, pushed_, pose);
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
    moving_plates_.settle(settled_, settled_areas_, picture_bytes());
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
    if (const ShotRecord* known = record()) return known->moving ? moving_plate(known->references, believed) : known->plate;
    Shot& shot = shots_.front();
    if (!shot.moving()) return still_plate(shot, needed, believed);
    std::vector<ReferenceFrame> far;
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

std::shared_ptr<const PlateSource> ShotPlates::moving_plate(const std::vector<ReferenceFrame>& far, const Believed& believed) {
    const auto later = [&](std::int64_t index) -> std::optional<MovingPlates::Coming> {
        const std::int64_t waiting = index - settled_;
        if (waiting < 0 || waiting >= static_cast<std::int64_t>(unsettled_.size())) return std::nullopt;
        const Frame& frame = unsettled_[static_cast<std::size_t>(waiting)];
        return MovingPlates::Coming{areas(believed(index), frame), frame.pose, frame.interlaced};
    };
    return moving_plates_.plate({{settled_frame_.picture, settled_ - 1, settled_areas_}, settled_frame_.pose}, settled_frame_.interlaced, far, later);
}

void ShotPlates::believe(PlateSample& sample, const Believed& believed) const {
    if (sample.index >= settled_)
        sample.areas = areas(believed(sample.index), unsettled_[static_cast<std::size_t>(sample.index - settled_)]);
}

void ShotPlates::close_shot() {
    Shot& shot = shots_.front();
    if (show_ && !shot.needed.empty()) show_(whole_plate(shot));
    if (use_ == Use::records) {
        ShotRecord record{shot.start, nullptr, shot.moving(), {}, {}, {}};
        if (shot.needed.empty()) {
            record.moving = false;
        } else if (record.moving) {
            keep_references(shot, record);
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

void ShotPlates::keep_references(Shot& shot, ShotRecord& record) {
    shot.sampler.thin_to(kFarReferences);
    for (const PlateSample& sample : shot.sampler.samples()) {
        if (reference_bytes_ + picture_bytes() > kReferenceBytes) break;
        reference_bytes_ += picture_bytes();
        record.references.push_back({sample, shot.pose_of(sample.index)});
    }
    std::vector<const ReferenceFrame*> all;
    for (const ReferenceFrame& reference : record.references) all.push_back(&reference);
    for (ReferenceFrame& reference : record.references) reference.sample.scene = halo_scene_among(reference, all);
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
