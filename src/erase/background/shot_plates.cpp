#include "erase/background/shot_plates.hpp"

#include <algorithm>

#include "erase/background/person_area.hpp"
#include "erase/background/registered_plate.hpp"
#include "erase/mask/mask.hpp"
#include "options/hidden_classes.hpp"

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
/// A shot counts as moving when the camera does in more than this part of its frames: a knock on the tripod is none.
constexpr double kMovingPart = 0.1;
/// Pictures that a first pass keeps for moving shots, in bytes: what lies farther than the window then still has references.
constexpr std::int64_t kReferenceBytes = 160 << 20;
constexpr int kFarReferences = 24;
/// The stretch of frames that no camera took, as where shots go over into each other, or whose poses nobody kept.
constexpr int kNowhere = -1;

}  // namespace

ShotPlates::ShotPlates(const Options& options, const StreamShape& shape, Use use, FrameWindow& frames, ShotRecords known)
    : kind_(options.plate), radius_px_(options.radius_px), complete_(options.fill == "scene"), face_areas_(options, shape), use_(use), frames_(frames), known_(std::move(known)),
      moving_plates_(frames, known_ != nullptr, options.radius_px + kPlateReservePx, shape.frame_rate), settled_(frames.begin()) {
    camera_factor_ = camera_luma_factor(shape.width);
    // A plate that is given says nothing of the camera, before which people can only be told from the scene while it stands still.
    if ((kind_ == "auto" || hides_people(options)) && !known_) camera_ = std::make_unique<Camera>(camera_factor_);
}

bool ShotPlates::Shot::moving() const {
    return !mixed && static_cast<double>(moved_frames) > kMovingPart * static_cast<double>(poses.size());
}

void ShotPlates::Shot::add(const Camera::Pose& pose) {
    poses.push_back(pose);
    moved_frames += pose.stretch != poses.front().stretch || !pose.to_start.is_identity();
}

std::vector<ReferenceFrame> ShotPlates::Shot::references() const {
    std::vector<ReferenceFrame> references;
    for (PlateSample& sample : sampler.samples()) references.push_back({std::move(sample), {}});
    for (ReferenceFrame& reference : references) reference.pose = pose_of(reference.sample.index);
    return references;
}

/// What a first pass says of a frame's shot.
const ShotRecord& ShotPlates::known_shot(std::int64_t frame) const {
    return *std::prev(std::upper_bound(known_->begin(), known_->end(), frame, [](std::int64_t f, const ShotRecord& r) { return f < r.start; }));
}

Camera::Pose ShotPlates::pose_of(const FrameRecord& record) {
    if (known_) {
        const ShotRecord& shot = known_shot(record.index);
        const std::size_t at = static_cast<std::size_t>(record.index - shot.start);
        return at < shot.poses.size() ? shot.poses[at] : Camera::Pose{kNowhere, {}};
    }
    if (!camera_) return {};
    std::vector<Rect> cores, persons;
    for (const FaceArea& area : record.areas) {
        cores.push_back(in_blocks(area.core, camera_factor_));
        if (!area.is_head()) continue;
        for (const Rect& rect : BodyColumn(area).rects()) persons.push_back(in_blocks(intersect(rect, like_.bounds()), camera_factor_));
    }
    if (record.camera_luma) return camera_->push(*record.camera_luma, cores, record.cut, persons);
    return camera_->push(block_mean_luma(record.picture->view(), camera_factor_), cores, record.cut, persons);
}

void ShotPlates::learn_stream(const Picture& first) {
    like_ = first.view();
    like_.data = {};
    if (kind_ == "auto" || kind_ == "first" || kind_ == "none") return;
    from_file_ = make_still_plate({like_.bounds(), first.load_like(kind_),
                                   std::vector<std::uint8_t>(static_cast<std::size_t>(like_.width) * like_.height, 1), std::nullopt});
}

void ShotPlates::push() {
    FrameRecord& record = frames_.back();
    const bool is_first = like_.width == 0;
    if (is_first) learn_stream(*record.picture);
    fill_areas(record);
    record.pose = pose_of(record);
    record.camera_luma = nullptr;
    if (is_first || record.cut) begin_shot(record);
    Shot& shot = shots_.back();
    shot.add(record.pose);
    const bool is_reference = (kind_ == "auto" && !known_) || (kind_ == "first" && record.index == shot.start);
    if (is_reference) shot.sampler.offer(frames_.share(record.index));
    // Of a shot that begins in the dark the first frame has none.
    if (!known_ && (record.index == shot.start || MovingPlates::is_reference(record.index))) shot.letterbox.look(record.picture->view(), record.areas, record.interlaced);
}

void ShotPlates::begin_shot(const FrameRecord& record) {
    if (record.mixed_before > 0 && !known_) set_apart_mixed(std::max(record.index - record.mixed_before, settled_));
    if (!shots_.empty()) shots_.back().sampler.thin_to(kWaitingSamples);
    shots_.push_back({record.index, PlateSampler(kSamples), StillScene(complete_, radius_px_ + kPlateReservePx)});
}

/// Takes the frames from this one on out of the last shot, which would learn from them what another one shows.
void ShotPlates::set_apart_mixed(std::int64_t first) {
    Shot& before = shots_.back();
    if (first <= before.start || first >= frames_.end() - 1) return;
    before.sampler.forget_from(first);
    Shot mixed{first, PlateSampler(kSamples), StillScene(false, 0)};
    mixed.mixed = true;
    mixed.letterbox = before.letterbox;
    // No camera leads from them to another frame.
    const std::vector<Camera::Pose> poses(before.poses.begin(), before.poses.begin() + (first - before.start));
    before.poses.clear();
    before.moved_frames = 0;
    for (const Camera::Pose& pose : poses) before.add(pose);
    for (std::int64_t i = first; i < frames_.end() - 1; ++i) {
        frames_[i].pose.stretch = kNowhere;
        mixed.add(frames_[i].pose);
    }
    shots_.push_back(std::move(mixed));
}

void ShotPlates::fill_areas(FrameRecord& record) const {
    record.areas = face_areas_.of_frame(record.faces, record.pts, like_, record.interlaced, {}, record.regions.get());
}

Rect ShotPlates::settle(std::int64_t index) {
    FrameRecord& record = frames_[index];
    if (shots_.size() > 1 && shots_[1].start == index) close_shot();
    fill_areas(record);
    moving_plates_.pass(index);
    Rect needed;
    for (const PatchPlan& plan : plan_patches(record.areas, like_, record.interlaced, radius_px_)) needed = unite(needed, plan.area);
    shots_.front().needed = unite(shots_.front().needed, needed);
    if (!needed.empty()) record.letterbox = known_ ? known_shot(index).letterbox : shots_.front().letterbox.found();
    settled_ = index + 1;
    return needed;
}

std::vector<ShotRecord> ShotPlates::finish() {
    while (!shots_.empty()) close_shot();
    return std::move(closed_);
}

std::int64_t ShotPlates::kept_from() const {
    return use_ == Use::live ? settled_ - MovingPlates::reach_frames(std::max<std::int64_t>(1, picture_bytes())) : settled_;
}

void ShotPlates::make_plate(const Rect& needed) {
    frames_[settled_ - 1].plate = plate(needed);
}

std::shared_ptr<const PlateSource> ShotPlates::plate(const Rect& needed) {
    if (from_file_) return from_file_;
    if (kind_ == "none") return nullptr;
    if (known_) {
        const ShotRecord& known = known_shot(settled_ - 1);
        if (!known.moving) return known.plate;
        CarriedScene carried(known.pieces);
        return moving_plates_.plate(settled_ - 1, known.references, complete_ ? &carried : nullptr, picture_bytes());
    }
    Shot& shot = shots_.front();
    if (shot.mixed) return nullptr;
    return shot.moving() ? moving_plates_.plate(settled_ - 1, shot.references(), complete_ ? &shot.carried : nullptr, picture_bytes()) : still_plate(shot, needed);
}

std::shared_ptr<const PlateSource> ShotPlates::still_plate(Shot& shot, const Rect& needed) {
    const bool fits = intersect(shot.plate_area, needed) == needed;
    if (shot.plate && fits && settled_ < shot.plate_at + kRenewFrames) return shot.plate;
    shot.plate_area = on_chroma_grid(grow(needed, kReservePx, kReservePx), like_, true);
    if (from_file_) return shot.plate = from_file_;
    std::optional<Plate> plate = estimate(shot, shot.plate_area);
    if (!plate) return shot.plate = nullptr;
    const std::int64_t now = settled_ - 1;
    shot.plate = shot.plate ? make_fading_plate(shot.plate->plate(now, shot.plate_area), std::move(*plate), now, kRenewFrames) : make_still_plate(std::move(*plate));
    shot.plate_at = settled_;
    return shot.plate;
}

void ShotPlates::close_shot() {
    Shot& shot = shots_.front();
    std::shared_ptr<const PlateSource> still = from_file_;
    if (use_ == Use::records && !shot.needed.empty() && !shot.moving() && !shot.mixed && !from_file_) {
        // Before it is shown whole, so that what is made up does not depend on whether it is.
        if (std::optional<Plate> plate = estimate(shot, shot.needed)) still = make_still_plate(std::move(*plate));
    }
    if (show_ && !shot.needed.empty() && !shot.mixed) show_(whole_plate(shot));
    if (use_ == Use::records) {
        ShotRecord record;
        record.start = shot.start;
        record.moving = shot.moving();
        record.letterbox = shot.letterbox.found();
        if (shot.needed.empty()) {
            record.moving = false;
        } else if (record.moving) {
            keep_references(shot, record);
        } else {
            record.plate = std::move(still);
            record.plate_area = shot.needed;
        }
        closed_.push_back(std::move(record));
    }
    shots_.pop_front();
}

Plate ShotPlates::whole_plate(Shot& shot) const {
    if (from_file_) return from_file_->plate(shot.start, like_.bounds());
    const std::vector<PlateSample> samples = shot.sampler.samples();
    if (samples.empty()) return unknown_plate(like_.layout, like_.bounds());
    if (!shot.moving()) return shot.scene.plate(samples, like_.bounds());
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
    for (ReferenceFrame& reference : shot.references()) {
        if (reference_bytes_ + picture_bytes() > kReferenceBytes) break;
        reference_bytes_ += picture_bytes();
        record.references.push_back(std::move(reference));
    }
    std::vector<const ReferenceFrame*> all;
    for (const ReferenceFrame& reference : record.references) all.push_back(&reference);
    for (ReferenceFrame& reference : record.references) reference.sample.scene = halo_scene_among(reference, all);
    if (complete_) record.pieces = made_up_behind(record.references, radius_px_ + kPlateReservePx);
    record.poses = std::move(shot.poses);
}

/// Nothing where no frame was kept.
std::optional<Plate> ShotPlates::estimate(Shot& shot, const Rect& area) const {
    const std::vector<PlateSample> samples = shot.sampler.samples();
    if (samples.empty()) return std::nullopt;
    return shot.scene.plate(samples, area);
}

}  // namespace invisiblur
