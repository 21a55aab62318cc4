#include "erase/shot_plates.hpp"

#include "erase/mask.hpp"

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

}  // namespace

ShotPlates::ShotPlates(const Options& options, const StreamShape& shape, bool live)
    : kind_(options.plate), radius_px_(options.radius_px), face_areas_(options, shape), live_(live) {}

void ShotPlates::push(const PicturePtr& picture, bool cut) {
    if (pushed_ == 0) {
        like_ = picture->view();
        like_.data = {};
        if (kind_ != "auto" && kind_ != "first" && kind_ != "none") load_file(picture);
    }
    if (pushed_ == 0 || cut) {
        if (!shots_.empty()) shots_.back().sampler.thin_to(kWaitingSamples);
        shot_starts_.push_back(pushed_);
        shots_.push_back({pushed_, PlateSampler(kSamples), {}, nullptr, {}});
    }
    const bool is_witness = kind_ == "auto" || (kind_ == "first" && pushed_ == shots_.back().start);
    if (is_witness) shots_.back().sampler.offer(picture, pushed_);
    unsettled_.push_back({picture->pts(), picture->interlaced()});
    ++pushed_;
}

Rect ShotPlates::settle(std::span<const TrackedFace> faces) {
    const Frame frame = unsettled_.front();
    unsettled_.pop_front();
    if (shots_.size() > 1 && shots_[1].start == settled_) close_shot();
    Shot& shot = shots_.front();
    const std::vector<FaceArea> here = areas(faces, frame);
    for (PlateSample& sample : shot.sampler.samples()) {
        if (sample.index == settled_) sample.areas = here;
    }
    Rect needed;
    for (const PatchPlan& plan : plan_patches(here, like_, frame.interlaced, radius_px_)) needed = unite(needed, plan.area);
    shot.needed = unite(shot.needed, needed);
    ++settled_;
    return needed;
}

std::vector<std::shared_ptr<const PlateSource>> ShotPlates::finish() {
    while (!shots_.empty()) close_shot();
    return std::move(closed_);
}

std::shared_ptr<const PlateSource> ShotPlates::current(const Rect& needed,
                                                       const std::function<std::vector<TrackedFace>(std::int64_t)>& believed) {
    if (from_file_) return from_file_;
    Shot& shot = shots_.front();
    const bool fits = intersect(shot.plate_area, needed) == needed;
    if (shot.plate && fits && settled_ < shot.plate_at + kRenewFrames) return shot.plate;
    const std::int64_t end = shots_.size() > 1 ? shots_[1].start : pushed_;
    for (PlateSample& sample : shot.sampler.samples()) {
        if (sample.index < settled_ || sample.index >= end) continue;
        sample.areas = areas(believed(sample.index), unsettled_[static_cast<std::size_t>(sample.index - settled_)]);
    }
    shot.plate_area = on_chroma_grid(grow(needed, kReservePx, kReservePx), like_, true);
    shot.plate = estimate(shot, shot.plate_area);
    shot.plate_at = settled_;
    return shot.plate;
}

void ShotPlates::close_shot() {
    if (!live_) closed_.push_back(shots_.front().needed.empty() ? nullptr : estimate(shots_.front(), shots_.front().needed));
    shots_.pop_front();
}

std::vector<FaceArea> ShotPlates::areas(std::span<const TrackedFace> faces, const Frame& frame) const {
    return face_areas_.of_frame(faces, frame.pts, like_, frame.interlaced);
}

std::shared_ptr<const PlateSource> ShotPlates::estimate(const Shot& shot, const Rect& area) const {
    if (from_file_) return from_file_;
    if (shot.sampler.samples().empty()) return nullptr;
    Plate plate = estimate_plate(shot.sampler.samples(), area);
    fill_unknown(plate);
    return make_still_plate(std::move(plate));
}

void ShotPlates::load_file(const PicturePtr& picture) {
    Plate plate{like_.bounds(), picture->load_like(kind_),
                std::vector<std::uint8_t>(static_cast<std::size_t>(like_.width) * like_.height, 1)};
    from_file_ = make_still_plate(std::move(plate));
}

}  // namespace invisiblur
