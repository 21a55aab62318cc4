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
/// With a moving camera only frames near in time show the same place: every third of a second and a half on either side.
constexpr int kWindowFrames = 38;
constexpr int kWindowStride = 3;
/// The camera's motion shows in a picture of about this many pixels across.
constexpr int kCameraPictureWidth = 480;

Rect in_blocks(const Rect& r, int factor) {
    return {r.x0 / factor, r.y0 / factor, (r.x1 + factor - 1) / factor, (r.y1 + factor - 1) / factor};
}

}  // namespace

ShotPlates::ShotPlates(const Options& options, const StreamShape& shape, bool live)
    : kind_(options.plate), radius_px_(options.radius_px), face_areas_(options, shape), live_(live) {
    camera_factor_ = std::max(1, (shape.width + kCameraPictureWidth / 2) / kCameraPictureWidth);
    if (kind_ == "auto") camera_ = std::make_unique<Camera>(camera_factor_);
}

Camera::Pose ShotPlates::watch_camera(const PicturePtr& picture, std::span<const TrackedFace> faces, bool cut) {
    if (!camera_) return {};
    std::vector<Rect> cores;
    for (const FaceArea& area : face_areas_.of_frame(faces, picture->pts(), picture->view(), picture->interlaced())) {
        cores.push_back(in_blocks(area.core, camera_factor_));
    }
    return camera_->push(block_mean_luma(picture->view(), camera_factor_), cores, cut);
}

void ShotPlates::push(const PicturePtr& picture, std::span<const TrackedFace> faces, bool cut) {
    if (pushed_ == 0) {
        like_ = picture->view();
        like_.data = {};
        if (kind_ != "auto" && kind_ != "first" && kind_ != "none") {
            from_file_ = make_still_plate({like_.bounds(), picture->load_like(kind_),
                                           std::vector<std::uint8_t>(static_cast<std::size_t>(like_.width) * like_.height, 1)});
        }
    }
    const Camera::Pose pose = watch_camera(picture, faces, cut);
    if (pushed_ == 0 || cut) {
        if (!shots_.empty()) shots_.back().sampler.thin_to(kWaitingSamples);
        shot_starts_.push_back(pushed_);
        shots_.push_back({pushed_, PlateSampler(kSamples), false, pose.stretch, {}, nullptr, {}});
    }
    Shot& shot = shots_.back();
    shot.moving |= pose.stretch != shot.stretch || !pose.to_start.is_identity();
    const bool is_witness = kind_ == "auto" || (kind_ == "first" && pushed_ == shot.start);
    if (is_witness) shot.sampler.offer(picture, pushed_);
    if (live_ && kind_ == "auto" && pushed_ % kWindowStride == 0) window_.push_back({{picture, pushed_, {}}, pose});
    unsettled_.push_back({live_ ? picture : nullptr, picture->pts(), picture->interlaced(), pose});
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
    while (!window_.empty() && window_.front().sample.index < settled_ - kWindowFrames) window_.pop_front();
    for (Neighbour& neighbour : window_) {
        if (neighbour.sample.index == settled_) neighbour.sample.areas = settled_areas_;
    }
    Rect needed;
    for (const PatchPlan& plan : plan_patches(settled_areas_, like_, settled_frame_.interlaced, radius_px_))
        needed = unite(needed, plan.area);
    shot.needed = unite(shot.needed, needed);
    ++settled_;
    return needed;
}

std::vector<std::shared_ptr<const PlateSource>> ShotPlates::finish() {
    while (!shots_.empty()) close_shot();
    return std::move(closed_);
}

std::shared_ptr<const PlateSource> ShotPlates::current(const Rect& needed, const Believed& believed) {
    if (from_file_) return from_file_;
    if (kind_ == "none") return nullptr;
    return shots_.front().moving ? moving_plate(believed) : still_plate(shots_.front(), needed, believed);
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

std::shared_ptr<const PlateSource> ShotPlates::moving_plate(const Believed& believed) {
    const std::int64_t now = settled_ - 1;
    std::vector<const Neighbour*> near;
    for (Neighbour& neighbour : window_) {
        if (neighbour.pose.stretch != settled_frame_.pose.stretch || neighbour.sample.index == now ||
            neighbour.sample.index > now + kWindowFrames)
            continue;
        believe(neighbour.sample, believed);
        near.push_back(&neighbour);
    }
    std::stable_sort(near.begin(), near.end(), [&](const Neighbour* a, const Neighbour* b) {
        return std::abs(a->sample.index - now) < std::abs(b->sample.index - now);
    });
    std::vector<PlateSample> samples;
    std::vector<Homography> maps;
    for (const Neighbour* neighbour : near) {
        const bool same = neighbour->pose.to_start == settled_frame_.pose.to_start;
        samples.push_back(neighbour->sample);
        maps.push_back(same ? Homography{} : inverse(neighbour->pose.to_start) * settled_frame_.pose.to_start);
    }
    return make_registered_plate({settled_frame_.picture, now, settled_areas_}, std::move(samples), std::move(maps));
}

void ShotPlates::believe(PlateSample& sample, const Believed& believed) const {
    if (sample.index >= settled_)
        sample.areas = areas(believed(sample.index), unsettled_[static_cast<std::size_t>(sample.index - settled_)]);
}

void ShotPlates::close_shot() {
    const Shot& shot = shots_.front();
    moves_ |= shot.moving && !shot.needed.empty();
    const bool wanted = !live_ && !shot.needed.empty() && !shot.moving;
    if (!live_) closed_.push_back(wanted ? estimate(shot, shot.needed) : nullptr);
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

}  // namespace invisiblur
