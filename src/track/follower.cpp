#include "track/follower.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/frame_rate.hpp"
#include "base/geometry.hpp"
#include "base/stage_times.hpp"
#include "detect/text_detector.hpp"
#include "invisiblur/options.hpp"
#include "options/hidden_classes.hpp"
#include "track/settings.hpp"
#include "track/track_kinds.hpp"

namespace invisiblur {
namespace {

// A face found with this overlap and score stands for the expected one; otherwise it is worth a closer look.
constexpr float kFoundIou = 0.3F;
// What a look did not take for a face is asked about again after this time.
constexpr double kAskAgain_s = 0.3;
// Of so many glances one is followed by closer looks at the faces that it missed, and that none has seen for this time.
constexpr double kLost_s = 0.1;
constexpr std::int64_t kLooksCloserEvery = 2;

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

/// Text comes and goes less than faces do, and a look at it takes as long as several at them: one a second, as long as a later one can still mend
/// what lies before it. Without look-ahead as for faces.
int usual_text_every(const Options& options, int horizon_frames, double frame_rate) {
    if (horizon_frames == 0) return std::max(1, options.detect_every);
    return std::clamp(static_cast<int>(std::lround(frame_rate)), 1, horizon_frames);
}

/// The tracker must know what the detector may have missed because it had not yet come to its place.
TrackerSettings with_round(TrackerSettings settings, const MultiScaleDetector& detector, int every, int text_every) {
    settings.text_every_s = static_cast<float>(text_every / settings.frame_rate);
    settings.unseen_s = static_cast<float>(detector.round() * every / settings.frame_rate);
    settings.unseen_px = detector.needs_tiles_px();
    return settings;
}

}  // namespace

Follower::Follower(const Options& options, const StreamShape& shape, FrameWindow& frames, int horizon_frames)
    : Follower(make_detectors(options), options, shape, frames, horizon_frames) {}

Follower::Follower(Detectors detectors, const Options& options, const StreamShape& shape, FrameWindow& frames, int horizon_frames,
                   std::int64_t first_turn)
    : frames_(frames),
      detector_(std::move(detectors.faces), options, shape),
      every_(usual_every(options, horizon_frames, detector_)),
      text_every_(usual_text_every(options, horizon_frames, frame_rate_or_usual(shape.frame_rate))),
      settings_(with_round(settings_for(options, shape, horizon_frames), detector_, every_, text_every_)),
      tracker_(settings_, frames),
      core_margin_(static_cast<float>(options.margin)),
      camera_factor_(options.plate == "auto" ? camera_luma_factor(shape.width) : 0),
      threads_(options.threads),
      turn_(first_turn),
      expected_turn_(first_turn),
      noted_(options.detector == "sidedata"),
      blind_(!hides_faces(options)) {
    if (noted_) every_ = 1;
    if (detectors.text) text_.emplace(std::move(detectors.text), options, shape);
}

Detectors make_detectors(const Options& options) {
    return {make_detector(options), hides(options, kTextKind) ? make_text_detector(options) : nullptr};
}

std::string Follower::detector_name() const {
    if (!text_) return detector_.detector_name();
    return blind_ ? text_->detector_name() : detector_.detector_name() + ", and " + text_->detector_name();
}

void Follower::expect(PicturePtr picture) {
    if (noted_ || blind_) return;
    if (!ahead_) ahead_ = std::make_unique<LookAhead>(detector_, every_, settings_.luma_factor, camera_factor_, threads_);
    expected_turn_ = std::max(expected_turn_, turn_);
    ahead_->expect(std::move(picture), expected_turn_++);
}

bool Follower::found(const std::vector<Face>& faces, const Box& box) const {
    return std::any_of(faces.begin(), faces.end(), [&](const Face& face) { return face.score >= settings_.weak_score && iou(face.box, box) > kFoundIou; });
}

std::vector<Box> Follower::missed(const std::vector<Face>& faces, const std::vector<Box>& expected) const {
    std::vector<Box> boxes;
    std::copy_if(expected.begin(), expected.end(), std::back_inserter(boxes), [&](const Box& box) { return !found(faces, box); });
    return boxes;
}

/// Has looks decide on what glances alone say: of what is no known face, and of faces that were not looked at for long. Weak glances that
/// no look confirms are forgotten.
void Follower::decide(const FrameRecord& record, std::vector<Face>& faces, const std::vector<Box>& expected) {
    const std::int64_t again = std::llround(kAskAgain_s * settings_.frame_rate);
    std::erase_if(refused_, [&](const Refused& refused) { return record.cut || turn_ - refused.turn > again; });
    const std::vector<Box> stale = tracker_.only_glanced();
    const auto lies_on = [](const std::vector<Box>& boxes, const Box& box) {
        return std::any_of(boxes.begin(), boxes.end(), [&](const Box& other) { return iou(other, box) > kFoundIou; });
    };
    const auto was_refused = [&](const Face& face) {
        return std::any_of(refused_.begin(), refused_.end(), [&](const Refused& r) { return iou(r.box, face.box) > kFoundIou; });
    };
    const auto is_new = [&](const Face& face) { return face.glanced && !lies_on(expected, face.box); };
    std::vector<std::size_t> asked;
    std::vector<Box> boxes;
    for (std::size_t i = 0; i < faces.size() && asked.size() < MultiScaleDetector::kMostLooks; ++i) {
        const Face& face = faces[i];
        if (face.score < settings_.weak_score || was_refused(face) || !(is_new(face) || (face.glanced && lies_on(stale, face.box)))) continue;
        asked.push_back(i);
        boxes.push_back(face.box);
    }
    const std::vector<std::optional<Face>> answers = detector_.decide(*record.picture, boxes);
    for (std::size_t i = 0; i < asked.size(); ++i) {
        if (answers[i] && answers[i]->score >= settings_.weak_score) {
            faces[asked[i]] = *answers[i];
        } else {
            refused_.push_back({boxes[i], turn_});
        }
    }
    std::erase_if(faces, [&](const Face& face) { return face.score < settings_.strong_score && is_new(face); });
}

/// What was found in the whole picture, and what a closer look finds where faces are expected.
std::vector<Face> Follower::look_closer(const FrameRecord& record, std::vector<Face> faces, const std::vector<Box>& expected, std::int64_t turn) {
    const auto add = [&](const std::vector<Face>& more) {
        for (const Face& face : more) {
            if (!found(faces, face.box)) faces.push_back(face);
        }
    };
    const bool glanced = !record.cut && detector_.is_glance(turn);
    if (glanced) {
        decide(record, faces, expected);
        add(detector_.glance_again(*record.picture, missed(faces, expected)));
    }
    if (!glanced) {
        add(detector_.redetect(*record.picture, missed(faces, expected)));
    } else if (turn % kLooksCloserEvery == 0) {
        const std::int64_t lost = std::llround(kLost_s * settings_.frame_rate);
        add(detector_.redetect(*record.picture, missed(faces, tracker_.unseen_for(lost))));
    }
    return faces;
}

/// In: seen, what a look found that was taken beforehand.
void Follower::look_for_faces(FrameRecord& record, std::int64_t turn, std::optional<std::vector<Face>> seen) {
    if (noted_) {
        record.detections = record.picture->noted_faces();
        return;
    }
    const auto look = [&] {
        detector_.take_turn(turn / every_);
        return detector_.find(*record.picture, record.cut, record.luma);
    };
    std::vector<Face> faces;
    if (seen && !record.cut) {
        faces = std::move(*seen);
    } else {
        faces = ahead_ ? ahead_->look_anew(look) : look();
    }
    record.detections = look_closer(record, std::move(faces), record.cut ? std::vector<Box>{} : tracker_.predicted_faces(), turn / every_);
}

/// Luma, cut and detections of the next frame.
void Follower::see(FrameRecord& record) {
    std::optional<LookAhead::Seen> seen = ahead_ ? ahead_->take(*record.picture) : std::nullopt;
    {
        const StageTimer timer(Stage::motion);
        record.luma = seen ? seen->luma : std::make_shared<const GrayImage>(block_mean_luma(record.picture->view(), settings_.luma_factor));
        if (seen) record.camera_luma = seen->camera_luma;
        frames_.note_shot(shots_.push(*record.luma, cores_of(tracker_.predicted(), record.given, core_margin_, settings_.luma_factor)));
    }
    // By its number, not by the last look: then runs over stretches of a video look as one over the whole of it does.
    const std::int64_t turn = turn_++;
    const StageTimer timer(Stage::detect);
    if (!blind_ && (record.cut || turn % every_ == 0)) look_for_faces(record, turn, seen ? std::move(seen->faces) : std::nullopt);
    if (!text_) return;
    if (record.cut) look_at_last_for_text();
    if (record.cut || turn % text_every_ == 0) record.texts = text_->find(*record.picture);
    // Without look-ahead it is written by then.
    unlooked_ = record.texts || settings_.horizon_frames == 0 ? nullptr : record.picture;
}

/// Before a cut and at the end no look follows in which text that came after the last one would be found.
void Follower::look_at_last_for_text() {
    if (const PicturePtr last = std::exchange(unlooked_, nullptr)) tracker_.take_texts(text_->find(*last));
}

void Follower::push() {
    FrameRecord& record = frames_.back();
    see(record);
    const StageTimer timer(Stage::track);
    tracker_.push();
    tracker_.believe(record);
}

void Follower::finish() {
    look_at_last_for_text();
    tracker_.finish();
}

}  // namespace invisiblur
