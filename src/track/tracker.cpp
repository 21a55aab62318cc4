#include "track/tracker.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/geometry.hpp"
#include "base/stage_times.hpp"
#include "image/side_by_side.hpp"
#include "track/association.hpp"
#include "track/border.hpp"
#include "track/envelope.hpp"
#include "track/gap_interpolation.hpp"
#include "track/luma_history.hpp"
#include "track/tracklet.hpp"

namespace invisiblur {
namespace {

// A strong answer may lie farther from where its track is expected than a weak one.
constexpr float kStrongAffinity = 0.2F;
constexpr float kWeakAffinity = 0.25F;
// Boxes much smaller than the smallest face that is asked for are noise.
constexpr float kSmallestPart = 0.6F;
// A track counts when one of its detections is about as large as the smallest face; sizes are measured to within a tenth.
constexpr float kLargePart = 0.9F;
// How long a new track is believed on its strong first look alone where nothing later is known (no look-ahead).
constexpr double kProvisional_s = 0.4;
// So long glances may carry a track before a look is asked for.
constexpr double kOnlyGlanced_s = 1;
// A face that was seen so many frames ago at most, and lies so much where it should be by its motion, is not followed by flow as well.
constexpr std::int64_t kSteadyFrames = 4;
constexpr float kSteadyIou = 0.6F;
// A track that was lost may be taken up again by one that begins within this time.
constexpr double kJoin_s = 0.1;
// A track that starts or ends away from the picture's border by this part of its size does so in mid-picture.
constexpr float kBorder = 0.3F;
// Bridges longer than this deserve a look.
constexpr double kLongBridge_s = 1;

}  // namespace

struct Tracker::Parts {
    Parts(const TrackerSettings& s, FrameWindow& window)
        : settings(s), frames(window), history(window, s.luma_factor, s.width, s.height), first(window.begin()), count(first), final_end(first), shot_first(first) {
        if (settings.frame_rate <= 0) settings.frame_rate = 25;
    }

    TrackerSettings settings;
    FrameWindow& frames;
    LumaHistory history;
    std::vector<Tracklet> tracklets;
    std::vector<Doubt> doubts;
    std::size_t most_doubts = SIZE_MAX;
    std::int64_t first;      ///< the first frame there is
    std::int64_t count;      ///< the frame after the last one pushed
    std::int64_t final_end;  ///< the first one that is not final
    bool finished = false;
    int next_id = 1;
    int shot = 0;
    std::int64_t shot_first;  ///< the first frame of the shot

    void advance(const std::vector<Face>& faces);
    bool goes_on_surely(const Tracklet& tracklet, const std::vector<Tracklet*>& alive, const std::vector<Face>& faces) const;
    void take(const std::vector<Face>& faces, bool text);
    void match(const std::vector<Face>& faces, std::vector<std::uint8_t>& taken, bool strong, bool text);
    void detected(Tracklet& tracklet, const Face& face);
    void born(const Face& face, bool text);
    void extend_back();
    Tracklet* predecessor(const Tracklet& tracklet);
    void drop_doubles();
    bool large_enough(const Tracklet& tracklet) const { return tracklet.text || tracklet.largest >= kLargePart * settings.min_face_px; }
    bool shown(const Tracklet& tracklet) const;
    bool shown_at(const Tracklet& tracklet, std::int64_t frame) const;
    std::optional<Box> crossing_at(const Tracklet& tracklet, std::int64_t frame) const;
    bool masked_at(const Tracklet& tracklet, std::int64_t frame) const { return shown_at(tracklet, frame) || crossing_at(tracklet, frame); }
    Box in_picture(const Box& box) const;
    template <class Which>
    std::vector<Box> next_boxes(Which which) const;
    void begin_shot(int mixed);
    TrackedFace face_of(const Tracklet& tracklet, std::int64_t frame) const;
    std::vector<TrackedFace> faces_now(std::int64_t frame) const;
    void settle(std::int64_t end);
    void note_doubts(const Tracklet& tracklet, std::int64_t frame);
    bool in_mid_picture(const Box& box) const;
    void note(const Doubt& doubt) {
        if (doubts.size() < most_doubts) doubts.push_back(doubt);
    }
};

/// Whether a sure detection lies where the tracklet, seen just before, should be now, and nobody else is near: it is its next step, whatever
/// flow would say.
bool Tracker::Parts::goes_on_surely(const Tracklet& tracklet, const std::vector<Tracklet*>& alive, const std::vector<Face>& faces) const {
    if (tracklet.best_glance <= 0 || count - 1 - tracklet.last_detection > kSteadyFrames) return false;
    const Box box = in_picture(tracklet.next());
    int near = 0;
    bool sure = false;
    for (const Face& face : faces) {
        const float shared = iou(face.box, box);
        near += shared > 0;
        sure |= shared >= kSteadyIou && face.score >= settings.strong_score;
    }
    const auto competes = [&](const Tracklet* other) { return other != &tracklet && iou(in_picture(other->next()), box) > 0; };
    return sure && near == 1 && std::none_of(alive.begin(), alive.end(), competes);
}

void Tracker::Parts::advance(const std::vector<Face>& faces) {
    std::vector<Tracklet*> alive;
    for (Tracklet& tracklet : tracklets) {
        if (tracklet.alive) alive.push_back(&tracklet);
    }
    const StageTimer timer(Stage::flow);
    std::vector<std::uint8_t> surely;
    for (const Tracklet* tracklet : alive) surely.push_back(goes_on_surely(*tracklet, alive, faces));
    side_by_side(alive.size(), [&](std::size_t i) {
        if (surely[i]) {
            move_forward(*alive[i]);
        } else {
            follow_forward(*alive[i], history, settings);
        }
    });
}

void Tracker::Parts::detected(Tracklet& tracklet, const Face& face) {
    const std::int64_t previous = tracklet.last_detection, frame = tracklet.last();
    tracklet.detect(frame, face, history, settings);
    if (frame - previous > 1) interpolate_gap(tracklet, previous, frame, history, final_end, settings.frame_rate);
}

void Tracker::Parts::match(const std::vector<Face>& faces, std::vector<std::uint8_t>& taken, bool strong, bool text) {
    std::vector<Box> expected;
    std::vector<std::size_t> owner;
    for (std::size_t t = 0; t < tracklets.size(); ++t) {
        if (!tracklets[t].alive || tracklets[t].text != text || tracklets[t].last_detection == count - 1) continue;
        expected.push_back(in_picture(tracklets[t].steps.back().box));
        owner.push_back(t);
    }
    std::vector<std::uint8_t> unusable = taken;
    for (std::size_t f = 0; f < faces.size(); ++f) {
        if (faces[f].score < (strong ? settings.strong(text) : settings.weak_score)) unusable[f] = 1;
    }
    const std::vector<int> pairs = associate(expected, faces, unusable, strong ? kStrongAffinity : kWeakAffinity);
    for (const int face : pairs) {
        if (face >= 0) taken[face] = 1;
    }
    const StageTimer timer(Stage::flow);
    side_by_side(pairs.size(), [&](std::size_t i) { if (pairs[i] >= 0) detected(tracklets[owner[i]], faces[pairs[i]]); });
}

void Tracker::Parts::born(const Face& face, bool text) {
    const auto covered = [&](const Tracklet& t) {
        return t.alive && t.text == text && t.last_detection == count - 1 && same_face(t.steps.back().box, face.box);
    };
    const bool tiny = !text && std::max(face.box.w, face.box.h) < kSmallestPart * settings.min_face_px;
    if (tiny || std::any_of(tracklets.begin(), tracklets.end(), covered)) return;
    Tracklet tracklet;
    tracklet.id = next_id++;
    tracklet.text = text;
    tracklet.shot = shot;
    tracklet.shot_first = shot_first;
    tracklet.first = count - 1;
    tracklet.steps.push_back({});
    tracklet.detect(count - 1, face, history, settings);
    tracklets.push_back(std::move(tracklet));
}

/// In: text, whether blocks of text were looked for: they are nothing to faces, nor faces to them.
void Tracker::Parts::take(const std::vector<Face>& faces, bool text) {
    std::vector<std::uint8_t> taken(faces.size(), 0);
    match(faces, taken, true, text);
    match(faces, taken, false, text);
    for (std::size_t f = 0; f < faces.size(); ++f) {
        if (!taken[f] && faces[f].score >= settings.weak_score) born(faces[f], text);
    }
    drop_doubles();
    extend_back();
}

/// The tracklet, lost before this one was found, that its way back has come to.
Tracklet* Tracker::Parts::predecessor(const Tracklet& tracklet) {
    for (Tracklet& other : tracklets) {
        if (&other == &tracklet || other.text != tracklet.text || other.shot != tracklet.shot || other.last_detection >= tracklet.first_detection) continue;
        const bool met = other.covers(tracklet.first) && same_place(other, other.at(tracklet.first).box, tracklet.steps.front().box, settings);
        if (met || (tracklet.back_done && other.believed(settings) && continues(other, tracklet, settings))) return &other;
    }
    return nullptr;
}

void Tracker::Parts::extend_back() {
    for (std::size_t t = 0; t < tracklets.size(); ++t) {
        if (tracklets[t].last_detection != count - 1 || tracklets[t].back_done || !tracklets[t].believed(settings)) continue;
        for (bool further = true; further;) {
            if (tracklets[t].first <= final_end) tracklets[t].back_done = true;
            further = follow_back(tracklets[t], history, settings);
            if (Tracklet* other = predecessor(tracklets[t])) {
                join(*other, std::move(tracklets[t]));
                tracklets.erase(tracklets.begin() + static_cast<std::ptrdiff_t>(t--));
                break;
            }
        }
    }
}

/// A track that was not found again and lies on one that was is that one's; one that is not believed takes nothing over.
void Tracker::Parts::drop_doubles() {
    for (Tracklet& lost : tracklets) {
        if (!lost.alive || lost.last_detection == count - 1) continue;
        for (const Tracklet& found : tracklets) {
            const bool counts = &found != &lost && found.text == lost.text && found.alive && found.last_detection == count - 1 && found.detections >= 2 && found.believed(settings);
            if (counts && iou(lost.steps.back().box, found.steps.back().box) > kSameFaceIou) lost.alive = false;
        }
    }
}

/// What goes before the first detection or follows the last one is shown for a while, and as long as the person's looks say that it is
/// still there; longer, where a detection may still come and make a bridge of it.
bool Tracker::Parts::shown_at(const Tracklet& tracklet, std::int64_t frame) const {
    if (!tracklet.covers(frame) || !shown(tracklet)) return false;
    const std::int64_t linger = tracklet.linger(settings);
    const bool may_go_on = tracklet.alive && !finished;
    const bool known = tracklet.well_known(settings);
    const bool begun = (known && frame >= tracklet.evident_from) || tracklet.first_detection - frame <= std::max(linger, tracklet.unseen(settings));
    return begun && (may_go_on || (known && frame <= tracklet.evident_until) || frame - tracklet.last_detection <= linger);
}

bool Tracker::Parts::shown(const Tracklet& tracklet) const {
    if (!large_enough(tracklet)) return false;
    if (tracklet.believed(settings)) return true;
    const auto age_s = static_cast<double>(count - 1 - tracklet.first_detection) / settings.frame_rate;
    // What a look will decide later counts at once where nothing can be mended later.
    const float best = settings.horizon_frames == 0 ? std::max(tracklet.best_score, tracklet.best_glance) : tracklet.best_score;
    return tracklet.alive && best >= settings.strong_score && age_s < kProvisional_s;
}

TrackedFace Tracker::Parts::face_of(const Tracklet& tracklet, std::int64_t frame) const {
    const Step& step = tracklet.at(frame);
    return {tracklet.id, {frames[frame].pts, envelope(tracklet, frame, count - 1, settings), step.score, step.from}, tracklet.text};
}

std::vector<TrackedFace> Tracker::Parts::faces_now(std::int64_t frame) const {
    std::vector<TrackedFace> faces = frames[frame].given;
    for (const Tracklet& tracklet : tracklets) {
        std::optional<TrackedFace> face;
        if (shown_at(tracklet, frame)) face = face_of(tracklet, frame);
        if (const auto box = crossing_at(tracklet, frame)) {
            if (!face) face = TrackedFace{tracklet.id, {frames[frame].pts, *box, 0, BoxSource::bridge}, tracklet.text};
            face->box.box = either(face->box.box, *box);
        }
        if (face) faces.push_back(*face);
    }
    return faces;
}

/// What is to be covered of a face on its way over the border.
std::optional<Box> Tracker::Parts::crossing_at(const Tracklet& tracklet, std::int64_t frame) const {
    return shown(tracklet) ? crossing_box(tracklet, frame, settings) : std::nullopt;
}

/// What a detector can see of a box; the box itself where that is nothing.
Box Tracker::Parts::in_picture(const Box& box) const {
    const Box seen = intersect(box, {0, 0, static_cast<float>(settings.width), static_cast<float>(settings.height)});
    return seen.w > 0 && seen.h > 0 ? seen : box;
}

/// In: mixed, of the frames before it, those that show what is to come already: who is first seen in them was not there before.
void Tracker::Parts::begin_shot(int mixed) {
    ++shot;
    shot_first = count - 1;
    const std::int64_t mixed_from = std::max(final_end, shot_first - mixed);
    for (Tracklet& tracklet : tracklets) {
        tracklet.shot_last = std::min(tracklet.shot_last, shot_first - 1);
        if (mixed > 0 && tracklet.first_detection >= mixed_from) tracklet.begin_at(mixed_from);
    }
}

bool Tracker::Parts::in_mid_picture(const Box& box) const {
    return off_border(box, settings.width, settings.height, kBorder * box.w, kBorder * box.h);
}

void Tracker::Parts::note_doubts(const Tracklet& tracklet, std::int64_t frame) {
    const std::int64_t pts = frames[frame].pts;
    const Box& box = tracklet.at(frame).box;
    if (!shown(tracklet)) {
        if (large_enough(tracklet) && frame == tracklet.last_detection && std::max(tracklet.best_score, tracklet.best_glance) >= settings.strong_score)
            note({tracklet.id, pts, pts, "a weak detection was dropped", box});
        return;
    }
    if (!shown_at(tracklet, frame)) return;
    const bool first_of_all = frame == first || history.cut(frame);
    if (!masked_at(tracklet, frame - 1) && !first_of_all && in_mid_picture(box))
        note({tracklet.id, pts, pts, "a track starts in mid-picture", box});
    const bool cut_off = frame + 1 >= count || history.cut(frame + 1);
    if (!masked_at(tracklet, frame + 1) && !tracklet.alive && !cut_off && in_mid_picture(box))
        note({tracklet.id, pts, pts, "a track ends in mid-picture", box});
    if (tracklet.at(frame).from == BoxSource::bridge && frame > tracklet.first && tracklet.at(frame - 1).from != BoxSource::bridge) {
        std::int64_t to = frame;
        while (to < tracklet.last() && to + 1 < count && tracklet.at(to + 1).from == BoxSource::bridge) ++to;
        if (static_cast<double>(to - frame) > kLongBridge_s * settings.frame_rate)
            note({tracklet.id, pts, frames[to].pts, "bridged for long", box});
    }
}

void Tracker::Parts::settle(std::int64_t end) {
    for (; final_end < end; ++final_end) {
        for (const Tracklet& tracklet : tracklets) {
            if (tracklet.covers(final_end)) note_doubts(tracklet, final_end);
        }
        frames[final_end].faces = faces_now(final_end);
        frames[final_end].final = true;
    }
    // Joins with tracks that were lost look back a little, and the envelope somewhat more.
    const std::int64_t joined = std::llround(kJoin_s * settings.frame_rate), seen = envelope_radius(settings.frame_rate);
    history.forget_before(std::min(end - joined, count - 1));
    std::erase_if(tracklets, [&](const Tracklet& tracklet) {
        return !tracklet.alive && std::max(tracklet.last(), crossing_until(tracklet, settings)) < std::min(end, count - 1) - joined;
    });
    for (Tracklet& tracklet : tracklets) {
        tracklet.forget_before(std::min(end, count - 1) - seen);
    }
}

Tracker::Tracker(const TrackerSettings& settings, FrameWindow& frames) : parts_(std::make_unique<Parts>(settings, frames)) {}
Tracker::~Tracker() = default;
Tracker::Tracker(Tracker&&) noexcept = default;

void Tracker::push() {
    Parts& p = *parts_;
    const FrameRecord& record = p.frames[p.count++];
    if (record.cut) p.begin_shot(record.mixed_before);
    p.advance(record.detections && !record.cut ? *record.detections : std::vector<Face>{});
    if (record.detections) p.take(*record.detections, false);
    if (record.texts) p.take(*record.texts, true);
    p.settle(std::max(p.final_end, p.count - p.settings.horizon_frames));
}

void Tracker::take_texts(const std::vector<Face>& texts) {
    if (parts_->final_end < parts_->count) parts_->take(texts, true);
}

void Tracker::set_horizon(int frames) {
    if (parts_->settings.horizon_frames > 0) parts_->settings.horizon_frames = std::max(1, frames);
}

void Tracker::finish() {
    parts_->finished = true;
    parts_->settle(parts_->count);
}

std::int64_t Tracker::final_end() const {
    return parts_->final_end;
}

void Tracker::believe(FrameRecord& record) const {
    if (!record.final) record.faces = parts_->faces_now(record.index);
}

template <class Which>
std::vector<Box> Tracker::Parts::next_boxes(Which which) const {
    std::vector<Box> boxes;
    for (const Tracklet& tracklet : tracklets) {
        if (tracklet.alive && shown(tracklet) && which(tracklet)) boxes.push_back(tracklet.next());
    }
    return boxes;
}

std::vector<Box> Tracker::predicted() const {
    return parts_->next_boxes([](const Tracklet&) { return true; });
}

std::vector<Box> Tracker::predicted_faces() const {
    return parts_->next_boxes([](const Tracklet& tracklet) { return !tracklet.text; });
}

std::vector<Box> Tracker::unseen_for(std::int64_t frames) const {
    return parts_->next_boxes([&](const Tracklet& tracklet) { return !tracklet.text && parts_->count - tracklet.last_detection > frames; });
}

std::vector<Box> Tracker::only_glanced() const {
    const auto longest = static_cast<std::int64_t>(kOnlyGlanced_s * parts_->settings.frame_rate);
    return parts_->next_boxes([&](const Tracklet& tracklet) { return !tracklet.text && parts_->count - tracklet.last_look > longest; });
}

std::int64_t Tracker::tracked_from() const {
    return parts_->history.begin();
}

const std::vector<Tracker::Doubt>& Tracker::doubts() const {
    return parts_->doubts;
}

void Tracker::number_from(int first) {
    parts_->next_id = first;
}

void Tracker::note_doubts_up_to(std::size_t most) {
    parts_->most_doubts = most;
}

}  // namespace invisiblur
