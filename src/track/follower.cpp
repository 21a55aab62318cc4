#include "track/follower.hpp"

#include <algorithm>
#include <utility>

#include "base/geometry.hpp"
#include "invisiblur/options.hpp"
#include "track/settings.hpp"

namespace invisiblur {
namespace {

// A face found with this overlap and score stands for the expected one; otherwise it is worth a closer look.
constexpr float kFoundIou = 0.3F;

/// Where faces are expected, grown to their cores, in pixels of the small picture.
std::vector<Rect> cores_of(const std::vector<Box>& expected, float margin, int factor) {
    std::vector<Rect> cores;
    const auto f = static_cast<float>(factor);
    for (const Box& b : expected) {
        const float mx = margin * b.w, my = margin * b.h;
        cores.push_back(outer_rect({(b.x - mx) / f, (b.y - my) / f, (b.w + 2 * mx) / f, (b.h + 2 * my) / f}));
    }
    return cores;
}

/// Without look-ahead nothing can be mended later: the detector looks at each frame, unless the user says otherwise.
int usual_every(const Options& options, int horizon_frames, const MultiScaleDetector& finder) {
    return horizon_frames == 0 && options.detect_every == 0 ? 1 : finder.every();
}

/// The tracker must know what the detector may have missed because it had not yet come to its place.
TrackerSettings with_round(TrackerSettings settings, const MultiScaleDetector& finder, int every) {
    settings.unseen_s = static_cast<float>(finder.round() * every / settings.frame_rate);
    settings.unseen_px = finder.needs_tiles_px();
    return settings;
}

}  // namespace

Follower::Follower(const Options& options, const StreamShape& shape, int horizon_frames)
    : Follower(make_detector(options), options, shape, horizon_frames) {}

Follower::Follower(std::unique_ptr<Detector> detector, const Options& options, const StreamShape& shape, int horizon_frames, std::int64_t first_frame)
    : finder_(std::move(detector), options, shape),
      settings_(with_round(settings_for(options, shape, horizon_frames), finder_, usual_every(options, horizon_frames, finder_))),
      tracker_(settings_),
      core_margin_(static_cast<float>(options.margin)),
      every_(usual_every(options, horizon_frames, finder_)),
      frame_(first_frame),
      noted_(options.detector == "sidedata") {
    if (noted_) every_ = 1;
}

std::vector<Face> Follower::look(const Picture& picture, const std::vector<Box>& expected, std::shared_ptr<const GrayImage> small) {
    if (noted_) return picture.noted_faces();
    std::vector<Face> faces = finder_.find(picture, cut_, std::move(small));
    std::vector<Box> missed;
    for (const Box& box : expected) {
        const auto found = [&](const Face& face) { return face.score >= settings_.weak_score && iou(face.box, box) > kFoundIou; };
        if (std::none_of(faces.begin(), faces.end(), found)) missed.push_back(box);
    }
    for (const Face& face : finder_.redetect(picture, missed)) {
        const auto known = [&](const Face& other) { return other.score >= settings_.weak_score && iou(face.box, other.box) > kFoundIou; };
        if (std::none_of(faces.begin(), faces.end(), known)) faces.push_back(face);
    }
    return faces;
}

void Follower::push(const Picture& picture) {
    const std::vector<Box> expected = tracker_.predicted();
    Observation now;
    now.pts = picture.pts();
    now.luma = std::make_shared<const GrayImage>(block_mean_luma(picture.view(), settings_.luma_factor));
    cut_ = shots_.push(*now.luma, cores_of(expected, core_margin_, settings_.luma_factor));
    now.cut = cut_;
    // By its number, not by the last look: then runs over stretches of a video look as one over the whole of it does.
    const std::int64_t frame = frame_++;
    if (cut_ || frame % every_ == 0) {
        finder_.take_turn(frame / every_);
        now.faces = look(picture, cut_ ? std::vector<Box>{} : expected, now.luma);
    }
    tracker_.push(std::move(now));
}

void Follower::finish() {
    tracker_.finish();
}

}  // namespace invisiblur
