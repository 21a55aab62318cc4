#include "track/tracklet.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/geometry.hpp"
#include "track/border.hpp"

namespace invisiblur {
namespace {

// A new measurement of motion counts for this part: detections jitter by a few percent of the face's size.
constexpr float kNewMotion = 0.5F;
// A single glimpse is followed for this long; each second that a face was seen adds a second, up to the settings' limit.
constexpr double kGlimpse_s = 0.4;
// False alarms on textures stay below 0.5 (see the table in the docs); one look this sure is enough.
constexpr float kSure = 0.7F;
// Glances alone must be surer than this, and that by so much together.
constexpr float kSureGlance = 0.5F;
constexpr float kEnoughGlances = 1;
// One good look says more than many doubtful ones, which may all be of one texture.
constexpr float kPeakCounts = 2;
constexpr float kDoubtfulTrust = 0.7F;
// By so much a glance's box may be too small.
constexpr float kLargestDoubt = 1.15F;
// Flow of this confidence follows a face; below it has likely lost it.
constexpr float kFollowed = 0.5F;
// Head and shoulders that are this much like their portrait are the same person's; other people and empty places are below.
constexpr float kSamePerson = 0.5F;
// A person is known well after this long; a false alarm on a texture is seldom as lasting and as sure.
constexpr double kKnown_s = 1;
// So long looks alone may keep a mask: flow that has slipped onto a still scene would keep it for ever.
constexpr double kLongestEvidence_s = 10;
// Motion measured by flow is steady, but has lags of its own.
constexpr float kFlowMotion = 0.3F;
// Without any evidence a face goes on as it moved, slower and slower.
constexpr float kSlowing = 0.9F;
// Flow adds up small errors of scale: without detections a face stays within this ratio of its last sure size.
constexpr float kLargestDrift = 1.4F;
// Less of the box than this within the picture is no face any more.
constexpr float kOutside = 0.1F;
// A box that ends within this many pixels of the picture's border is cut by it. Such a face is soon gone, and what flow follows
// then is what stays behind.
constexpr float kAtBorder_px = 2;

struct Motion {
    float& x;
    float& y;
};

/// One step from frame to frame; counts the unsupported ones.
Step one_step(const Step& here, float sure_size, std::int64_t from, std::int64_t to, const LumaHistory& history, Motion motion,
              std::int64_t& unsupported) {
    CarriedBox there = history.carry(from, to, here.box, motion.x, motion.y);
    if (there.confidence < kFollowed) {
        ++unsupported;
        Box box = here.box;
        box.x += motion.x;
        box.y += motion.y;
        motion.x *= kSlowing;
        motion.y *= kSlowing;
        return {box, 0, BoxSource::bridge, 0.1F, {}};
    }
    unsupported = 0;
    const float size = std::sqrt(std::max(1.0F, there.box.w * there.box.h));
    const float drift = std::clamp(size / sure_size, 1 / kLargestDrift, kLargestDrift) * sure_size / size;
    const float cx = centre_x(there.box), cy = centre_y(there.box), w = there.box.w * drift, h = there.box.h * drift;
    motion.x += kFlowMotion * (cx - centre_x(here.box) - motion.x);
    motion.y += kFlowMotion * (cy - centre_y(here.box) - motion.y);
    return {{cx - w / 2, cy - h / 2, w, h}, 0, BoxSource::flow, there.confidence, {}};
}

/// How long a step may lie from the nearest detection.
std::int64_t patience_at(const Tracklet& tracklet, const Box& box, const LumaHistory& history, const TrackerSettings& settings) {
    const std::int64_t usual = tracklet.patience(settings);
    if (tracklet.text || !history.at_border(box, kAtBorder_px)) return usual;
    return std::min<std::int64_t>(usual, std::llround(settings.hold_s * settings.frame_rate));
}

float size_of(const Box& b) {
    return std::sqrt(std::max(1.0F, b.w * b.h));
}

/// The box at its place, but as large as it was just now: a glance measures worse than a look, and a face does not shrink at once.
Box no_smaller(const Box& box, const Box& before) {
    const float w = std::clamp(before.w, box.w, kLargestDoubt * box.w), h = std::clamp(before.h, box.h, kLargestDoubt * box.h);
    return {centre_x(box) - w / 2, centre_y(box) - h / 2, w, h};
}

/// A sure detection says where the face is; a doubtful one often holds only a part of it.
Step seen_step(const Step& expected, const Face& face, bool doubtful) {
    if (!doubtful) return {face.box, face.score, BoxSource::detector, 1, face.glanced ? no_smaller(face.box, expected.box) : Box{}, face.glanced};
    const Box &a = expected.box, &b = face.box;
    const Box middle{(a.x + b.x) / 2, (a.y + b.y) / 2, (a.w + b.w) / 2, (a.h + b.h) / 2};
    return {middle, face.score, BoxSource::detector, kDoubtfulTrust, unite(a, b), face.glanced};
}

}  // namespace

void Tracklet::detect(std::int64_t frame, const Face& seen, const LumaHistory& history, const TrackerSettings& settings) {
    const CutSides cut = text ? CutSides{} : cut_sides(seen.box, settings);  // a block has no usual size
    const bool doubtful = detections > 0 && seen.score < settings.strong(text), was_whole = whole.w > 0;
    Face face = seen;
    if (cut.any()) {
        face.box = completed(seen.box, cut, whole, detections > 0 ? at(frame).box : Box{});
    } else if (!doubtful) {
        whole = seen.box;
    }
    if (detections > 0 && frame > last_detection && covers(last_detection)) {
        const Box& before = at(last_detection).box;
        const auto gap = static_cast<float>(frame - last_detection);
        velocity_x += kNewMotion * ((centre_x(face.box) - centre_x(before)) / gap - velocity_x);
        velocity_y += kNewMotion * ((centre_y(face.box) - centre_y(before)) / gap - velocity_y);
    }
    at(frame) = seen_step(at(frame), face, doubtful);
    if (detections == 0 || at(frame).trust >= 1) portrait = history.portrait(frame, seen.box);
    if (detections == 0) {
        first_portrait = portrait;
        evident_from = frame;
        first_detection = known_from = frame;
        first_size = std::max(face.box.w, face.box.h);
    }
    last_detection = known_until = frame;
    evident_until = frame;
    ++detections;
    if (face.glanced) {
        sure_glances += std::max(0.0F, face.score - kSureGlance);
        best_glance = std::max(best_glance, face.score);
    } else {
        ++looks;
        evidence += std::max(0.0F, face.score - settings.weak_score);
        best_score = std::max(best_score, face.score);
        last_look = frame;
    }
    largest = std::max(largest, std::min(face.box.w, face.box.h));
    unsupported = 0;
    if (!was_whole && whole.w > 0) complete_entry(*this, settings);
}

bool Tracklet::believed(const TrackerSettings& settings) const {
    if (text) return best_score >= settings.strong_text;
    if (best_score >= kSure) return true;
    if (sure_glances >= kEnoughGlances) return true;
    if (looks < 2 || best_score < settings.strong_score) return false;
    return evidence + kPeakCounts * (best_score - settings.strong_score) >= settings.enough_evidence;
}

bool Tracklet::well_known(const TrackerSettings& settings) const {
    return std::max(best_score, best_glance) >= kSure && static_cast<double>(last_detection - first_detection) >= kKnown_s * settings.frame_rate;
}

std::int64_t Tracklet::linger(const TrackerSettings& settings) const {
    return text ? patience(settings) : std::llround(settings.linger_s * settings.frame_rate);
}

std::int64_t Tracklet::patience(const TrackerSettings& settings) const {
    // Until the next look, and as long again as it takes to be sure.
    if (text) return std::llround((settings.text_every_s + settings.hold_s) * settings.frame_rate);
    const double seen_s = static_cast<double>(last_detection - first_detection) / settings.frame_rate;
    return std::llround(std::min<double>(settings.follow_s, kGlimpse_s + seen_s) * settings.frame_rate);
}

std::int64_t Tracklet::unseen(const TrackerSettings& settings) const {
    return first_size > settings.unseen_px ? 0 : std::llround(settings.unseen_s * settings.frame_rate);
}

namespace {

/// Looks at a person who is not detected, frame by frame away from the detection that gave the portrait.
struct Evidence {
    const Portrait& portrait;
    const LumaHistory& history;
    const TrackerSettings& settings;

    /// Whether a step still shows the person: followed, whole in the picture, and like the portrait. Where it was lost for a moment (a
    /// flash, a hand), the face itself must be back; else a still scene that came in its place would do.
    /// In: distance from the detection, and from the last frame with evidence; frames.
    bool holds(const Step& step, std::int64_t frame, std::int64_t distance, std::int64_t lost) const {
        if (step.from != BoxSource::flow || history.at_border(step.box, kAtBorder_px)) return false;
        if (static_cast<double>(distance) > kLongestEvidence_s * settings.frame_rate) return false;
        const LumaHistory::Likeness now = history.likeness(portrait, frame, step.box);
        return (lost <= 1 ? std::max(now.face, now.shoulders) : now.face) >= kSamePerson;
    }
};

/// Flow says where a face is as long as the border does not cut it.
bool known_place(const Step& step, const LumaHistory& history) {
    return step.from == BoxSource::flow && !history.at_border(step.box, kAtBorder_px);
}

/// How many frames it is held without any evidence: text until the next look at it.
double hold_frames(const Tracklet& tracklet, const TrackerSettings& settings) {
    return tracklet.text ? static_cast<double>(tracklet.patience(settings)) : settings.hold_s * settings.frame_rate;
}

/// Where no look says that it moved, a text may as well stand where the nearest look saw it, whatever moves behind it: that goes, too.
void stand_too(Step& step, const Tracklet& tracklet, std::int64_t detection) {
    if (tracklet.text) step.also = tracklet.at(detection).box;
}

/// Less than this of all that is to be covered is in the picture.
bool is_outside(const Step& step, const LumaHistory& history) {
    return history.visible_part(step.also.w > 0 ? unite(step.box, step.also) : step.box) < kOutside;
}

}  // namespace

void follow_forward(Tracklet& tracklet, const LumaHistory& history, const TrackerSettings& settings) {
    const std::int64_t to = tracklet.last() + 1;
    const float sure = size_of(tracklet.at(std::max(tracklet.last_detection, tracklet.first)).box);
    Step step = one_step(tracklet.steps.back(), sure, to - 1, to, history, {tracklet.velocity_x, tracklet.velocity_y}, tracklet.unsupported);
    stand_too(step, tracklet, std::max(tracklet.last_detection, tracklet.first));
    const std::int64_t lost = to - tracklet.evident_until, hold = std::llround(hold_frames(tracklet, settings));
    const Evidence evidence{tracklet.portrait, history, settings};
    if (lost <= hold && evidence.holds(step, to, to - tracklet.last_detection, lost)) tracklet.evident_until = to;
    const bool evident = tracklet.well_known(settings) && tracklet.evident_until > tracklet.last_detection && to - tracklet.evident_until <= hold;
    const bool patient = evident || to - tracklet.last_detection <= patience_at(tracklet, step.box, history, settings);
    const bool held = static_cast<double>(tracklet.unsupported) <= hold_frames(tracklet, settings);
    tracklet.alive = patient && held && !is_outside(step, history) && !history.cut(to);
    if (!tracklet.alive) return;
    tracklet.steps.push_back(step);
    if (known_place(step, history)) tracklet.known_until = to;
}

void move_forward(Tracklet& tracklet) {
    tracklet.steps.push_back({tracklet.next(), 0, BoxSource::flow, kFollowed, {}});
}

bool follow_back(Tracklet& tracklet, const LumaHistory& history, const TrackerSettings& settings) {
    const std::int64_t to = tracklet.first - 1;
    const std::int64_t hold = std::llround(hold_frames(tracklet, settings));
    const auto evident = [&] { return tracklet.well_known(settings) && tracklet.evident_from < tracklet.first_detection && tracklet.evident_from - to <= hold; };
    const bool near = tracklet.first_detection - to <= std::max(tracklet.patience(settings), tracklet.unseen(settings));
    if (tracklet.back_done || (!near && !evident())) return false;
    if (to < history.begin() || history.cut_back(tracklet.first)) {
        tracklet.back_done = true;
        return false;
    }
    if (tracklet.first == tracklet.first_detection) {
        tracklet.back_x = -tracklet.velocity_x;
        tracklet.back_y = -tracklet.velocity_y;
    }
    const float sure = size_of(tracklet.at(tracklet.first_detection).box);
    Step step = one_step(tracklet.steps.front(), sure, tracklet.first, to, history, {tracklet.back_x, tracklet.back_y}, tracklet.back_unsupported);
    stand_too(step, tracklet, tracklet.first_detection);
    const bool held = static_cast<double>(tracklet.back_unsupported) <= hold_frames(tracklet, settings);
    const std::int64_t lost = tracklet.evident_from - to;
    const Evidence evidence{tracklet.first_portrait, history, settings};
    if (lost <= hold && evidence.holds(step, to, tracklet.first_detection - to, lost)) tracklet.evident_from = to;
    const bool patient =
        evident() || tracklet.first_detection - to <= std::max(patience_at(tracklet, step.box, history, settings), tracklet.unseen(settings));
    tracklet.back_done = !held || !patient || is_outside(step, history);
    if (tracklet.back_done) return false;
    tracklet.steps.push_front(step);
    --tracklet.first;
    if (known_place(step, history)) tracklet.known_from = to;
    return true;
}

void Tracklet::forget_before(std::int64_t frame) {
    while (first < std::min(frame, last_detection) && steps.size() > 1) {
        steps.pop_front();
        ++first;
        back_done = true;
    }
}

void Tracklet::begin_at(std::int64_t frame) {
    forget_before(frame);
    shot_first = std::max(shot_first, frame);
    known_from = std::max(known_from, frame);
    evident_from = std::max(evident_from, frame);
}

Box Tracklet::next() const {
    Box box = steps.back().box;
    box.x += velocity_x;
    box.y += velocity_y;
    return box;
}

}  // namespace invisiblur
