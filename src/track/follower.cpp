#include "track/follower.hpp"

#include <algorithm>
#include <utility>

#include "base/geometry.hpp"
#include "base/stage_times.hpp"
#include "invisiblur/options.hpp"
#include "track/settings.hpp"

namespace invisiblur {
namespace {

// A face found with this overlap and score stands for the expected one; otherwise it is worth a closer look.
constexpr float kFoundIou = 0.3F;

/// Where faces are expected, and what is given, grown to their cores, in pixels of the small picture.
std::vector<Rect> cores_of(const std::vector<Box>& expected, const std::vector<TrackedFace>& given, float margin, int factor) {
    std::vector<Rect> cores;
    const auto f = static_cast<float>(factor);
    const auto add = [&](const Box& b) {
        const float mx = margin * b.w, my = margin * b.h;
        cores.push_back(outer_rect({(b.x - mx) / f, (b.y - my) / f, (b.w + 2 * mx) / f, (b.h + 2 * my) / f}));
    };
    for (const Box& b : expected) add(b);
    for (const TrackedFace& face : given) add(face.box.box);
    return cores;
}

/// Without look-ahead nothing can be mended later: the detector looks at each frame, unless the user says otherwise.
int usual_every(const Options& options, int horizon_frames, const MultiScaleDetector& detector) {
    return horizon_frames == 0 && options.detect_every == 0 ? 1 : detector.every();
}

/// The tracker must know what the detector may have missed because it had not yet come to its place.
TrackerSettings with_round(TrackerSettings settings, const MultiScaleDetector& detector, int every) {
    settings.unseen_s = static_cast<float>(detector.round() * every / settings.frame_rate);
    settings.unseen_px = detector.needs_tiles_px();
    return settings;
}

}  // namespace

Follower::Follower(const Options& options, const StreamShape& shape, FrameWindow& frames, int horizon_frames)
    : Follower(make_detector(options), options, shape, frames, horizon_frames) {}

Follower::Follower(std::unique_ptr<Detector> detector, const Options& options, const StreamShape& shape, FrameWindow& frames, int horizon_frames,
                   std::int64_t first_turn)
    : frames_(frames),
      detector_(std::move(detector), options, shape),
      settings_(with_round(settings_for(options, shape, horizon_frames), detector_, usual_every(options, horizon_frames, detector_))),
      tracker_(settings_, frames),
      core_margin_(static_cast<float>(options.margin)),
      camera_factor_(options.plate == "auto" ? camera_luma_factor(shape.width) : 0),
      threads_(options.threads),
      every_(usual_every(options, horizon_frames, detector_)),
      turn_(first_turn),
      expected_turn_(first_turn),
      noted_(options.detector == "sidedata") {
    if (noted_) every_ = 1;
}

void Follower::expect(PicturePtr picture) {
    if (noted_) return;
    if (!ahead_) ahead_ = std::make_unique<LookAhead>(detector_, every_, settings_.luma_factor, camera_factor_, threads_);
    expected_turn_ = std::max(expected_turn_, turn_);
    ahead_->expect(std::move(picture), expected_turn_++);
}

/// What was found in the whole picture, and what a closer look finds where faces are expected.
std::vector<Face> Follower::look_closer(const FrameRecord& record, std::vector<Face> faces, const std::vector<Box>& expected) {
    std::vector<Box> missed;
    for (const Box& box : expected) {
        const auto found = [&](const Face& face) { return face.score >= settings_.weak_score && iou(face.box, box) > kFoundIou; };
        if (std::none_of(faces.begin(), faces.end(), found)) missed.push_back(box);
    }
    for (const Face& face : detector_.redetect(*record.picture, missed)) {
        const auto known = [&](const Face& other) { return other.score >= settings_.weak_score && iou(face.box, other.box) > kFoundIou; };
        if (std::none_of(faces.begin(), faces.end(), known)) faces.push_back(face);
    }
    return faces;
}

/// Luma, cut and detections of the next frame.
void Follower::see(FrameRecord& record, const std::vector<Box>& expected) {
    std::optional<LookAhead::Seen> seen = ahead_ ? ahead_->take(*record.picture) : std::nullopt;
    {
        const StageTimer timer(Stage::motion);
        record.luma = seen ? seen->luma : std::make_shared<const GrayImage>(block_mean_luma(record.picture->view(), settings_.luma_factor));
        if (seen) record.camera_luma = seen->camera_luma;
        record.cut = shots_.push(*record.luma, cores_of(expected, record.given, core_margin_, settings_.luma_factor)) || record.picture->begins_shot();
    }
    // By its number, not by the last look: then runs over stretches of a video look as one over the whole of it does.
    const std::int64_t turn = turn_++;
    if (!record.cut && turn % every_ != 0) return;
    const StageTimer timer(Stage::detect);
    if (noted_) {
        record.detections = record.picture->noted_faces();
        return;
    }
    const auto look = [&] {
        detector_.take_turn(turn / every_);
        return detector_.find(*record.picture, record.cut, record.luma);
    };
    std::vector<Face> faces;
    if (seen && seen->faces && !record.cut) {
        faces = std::move(*seen->faces);
    } else {
        faces = ahead_ ? ahead_->look_anew(look) : look();
    }
    record.detections = look_closer(record, std::move(faces), record.cut ? std::vector<Box>{} : expected);
}

void Follower::push() {
    FrameRecord& record = frames_.back();
    see(record, tracker_.predicted());
    const StageTimer timer(Stage::track);
    tracker_.push();
    tracker_.believe(record);
}

void Follower::finish() {
    tracker_.finish();
}

}  // namespace invisiblur
