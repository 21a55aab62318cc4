#include "track/tracker.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "geometry.hpp"
#include "track/association.hpp"
#include "track/bridge.hpp"
#include "track/envelope.hpp"
#include "track/footage.hpp"
#include "track/ledger.hpp"
#include "track/trail.hpp"

namespace invisiblur {
namespace {

// A strong answer may lie farther from where its track is expected than a weak one.
constexpr float kStrongAffinity = 0.2F;
constexpr float kWeakAffinity = 0.25F;
// Two boxes that overlap this much, or one within the other, are one face.
constexpr float kSameFace = 0.5F;
constexpr float kWithin = 0.75F;
// Boxes much smaller than the smallest face that is asked for are noise.
constexpr float kSmallestPart = 0.6F;
// A track counts when one of its detections is about as large as the smallest face; sizes are measured to within a tenth.
constexpr float kLargePart = 0.9F;
// How long a new track is believed on its strong first look alone where nothing later is known (no look-ahead).
constexpr double kProvisional_s = 0.4;
// A track that was lost may be taken up again by one that begins within this time.
constexpr double kJoin_s = 0.1;
// A track that starts or ends away from the picture's border by this part of its size does so in mid-picture.
constexpr float kBorder = 0.3F;
// Bridges longer than this deserve a look.
constexpr double kLongBridge_s = 1;

bool same_face(const Box& a, const Box& b) {
    const Box shared = intersect(a, b);
    const float common = shared.w > 0 && shared.h > 0 ? area(shared) : 0;
    return iou(a, b) > kSameFace || common > kWithin * std::max(1.0F, std::min(area(a), area(b)));
}

}  // namespace

struct Tracker::Parts {
    explicit Parts(const TrackerSettings& s)
        : settings(s), footage(s.luma_factor, s.width, s.height) {
        if (settings.frame_rate <= 0) settings.frame_rate = 25;
    }

    TrackerSettings settings;
    Footage footage;
    Ledger ledger;
    std::vector<Trail> trails;
    std::int64_t count = 0;
    bool finished = false;
    int next_id = 1;
    int shot = 0;

    void advance();
    void take(const std::vector<Face>& faces);
    void match(const std::vector<Face>& faces, std::vector<std::uint8_t>& taken, bool strong);
    void detected(Trail& trail, const Face& face);
    void born(const Face& face);
    void extend_back();
    Trail* predecessor(const Trail& trail);
    void drop_doubles();
    bool large_enough(const Trail& trail) const { return trail.largest >= kLargePart * settings.min_face_px; }
    bool shown(const Trail& trail) const;
    bool shown_at(const Trail& trail, std::int64_t frame) const;
    TrackedFace face_of(const Trail& trail, std::int64_t frame) const;
    std::vector<TrackedFace> faces_now(std::int64_t frame) const;
    void settle(std::int64_t end);
    void note_doubts(const Trail& trail, std::int64_t frame);
    bool in_mid_picture(const Box& box) const;
};

void Tracker::Parts::advance() {
    for (Trail& trail : trails) {
        if (trail.alive) follow_forward(trail, footage, settings);
    }
}

void Tracker::Parts::detected(Trail& trail, const Face& face) {
    const std::int64_t previous = trail.last_detection, frame = trail.last();
    trail.detect(frame, face, footage, settings);
    if (frame - previous > 1) bridge_gap(trail, previous, frame, footage, ledger.end(), settings.frame_rate);
}

void Tracker::Parts::match(const std::vector<Face>& faces, std::vector<std::uint8_t>& taken, bool strong) {
    std::vector<Box> expected;
    std::vector<std::size_t> owner;
    for (std::size_t t = 0; t < trails.size(); ++t) {
        if (!trails[t].alive || trails[t].last_detection == count - 1) continue;
        expected.push_back(trails[t].steps.back().box);
        owner.push_back(t);
    }
    std::vector<std::uint8_t> unusable = taken;
    for (std::size_t f = 0; f < faces.size(); ++f) {
        if (faces[f].score < (strong ? settings.strong_score : settings.weak_score)) unusable[f] = 1;
    }
    const std::vector<int> pairs = associate(expected, faces, unusable, strong ? kStrongAffinity : kWeakAffinity);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (pairs[i] < 0) continue;
        taken[pairs[i]] = 1;
        detected(trails[owner[i]], faces[pairs[i]]);
    }
}

void Tracker::Parts::born(const Face& face) {
    const auto covered = [&](const Trail& t) {
        return t.alive && t.last_detection == count - 1 && same_face(t.steps.back().box, face.box);
    };
    if (std::max(face.box.w, face.box.h) < kSmallestPart * settings.min_face_px || std::any_of(trails.begin(), trails.end(), covered))
        return;
    Trail trail;
    trail.id = next_id++;
    trail.shot = shot;
    trail.first = count - 1;
    trail.steps.push_back({});
    trail.detect(count - 1, face, footage, settings);
    trails.push_back(std::move(trail));
}

void Tracker::Parts::take(const std::vector<Face>& faces) {
    std::vector<std::uint8_t> taken(faces.size(), 0);
    match(faces, taken, true);
    match(faces, taken, false);
    for (std::size_t f = 0; f < faces.size(); ++f) {
        if (!taken[f] && faces[f].score >= settings.weak_score) born(faces[f]);
    }
    drop_doubles();
    extend_back();
}

/// The trail, lost before this one was found, that its way back has come to.
Trail* Tracker::Parts::predecessor(const Trail& trail) {
    for (Trail& other : trails) {
        if (&other == &trail || other.shot != trail.shot || other.last_detection >= trail.first_detection) continue;
        const bool met = other.covers(trail.first) && same_face(other.at(trail.first).box, trail.steps.front().box);
        if (met || (trail.back_done && other.believed(settings) && continues(other, trail, settings))) return &other;
    }
    return nullptr;
}

void Tracker::Parts::extend_back() {
    for (std::size_t t = 0; t < trails.size(); ++t) {
        if (trails[t].last_detection != count - 1 || trails[t].back_done || !trails[t].believed(settings)) continue;
        bool further = true;
        while (further) {
            if (trails[t].first <= ledger.end()) trails[t].back_done = true;
            further = follow_back(trails[t], footage, settings);
            if (Trail* other = predecessor(trails[t])) {
                join(*other, std::move(trails[t]));
                trails.erase(trails.begin() + static_cast<std::ptrdiff_t>(t--));
                break;
            }
        }
    }
}

/// A track that was not found again and lies on one that was is that one's; one that is not believed takes nothing over.
void Tracker::Parts::drop_doubles() {
    for (Trail& lost : trails) {
        if (!lost.alive || lost.last_detection == count - 1) continue;
        for (const Trail& found : trails) {
            if (&found == &lost || !found.alive || found.last_detection != count - 1 || found.detections < 2 || !found.believed(settings))
                continue;
            if (iou(lost.steps.back().box, found.steps.back().box) > kSameFace) lost.alive = false;
        }
    }
}

/// What goes before the first detection or follows the last one is shown for a while, and as long as the person's looks say that it is
/// still there; longer, where a detection may still come and make a bridge of it.
bool Tracker::Parts::shown_at(const Trail& trail, std::int64_t frame) const {
    if (!trail.covers(frame) || !shown(trail)) return false;
    const std::int64_t linger = std::llround(settings.linger_s * settings.frame_rate);
    const bool may_go_on = trail.alive && !finished;
    const bool known = trail.well_known(settings);
    const bool begun = (known && frame >= trail.evident_from) || trail.first_detection - frame <= std::max(linger, trail.unseen(settings));
    return begun && (may_go_on || (known && frame <= trail.evident_until) || frame - trail.last_detection <= linger);
}

bool Tracker::Parts::shown(const Trail& trail) const {
    if (!large_enough(trail)) return false;
    if (trail.believed(settings)) return true;
    const auto age_s = static_cast<double>(count - 1 - trail.first_detection) / settings.frame_rate;
    return trail.alive && trail.best_score >= settings.strong_score && age_s < kProvisional_s;
}

TrackedFace Tracker::Parts::face_of(const Trail& trail, std::int64_t frame) const {
    const Step& step = trail.at(frame);
    return {trail.id, {footage.pts(frame), envelope(trail, frame, count - 1, settings), step.score, step.from}};
}

std::vector<TrackedFace> Tracker::Parts::faces_now(std::int64_t frame) const {
    std::vector<TrackedFace> faces;
    for (const Trail& trail : trails) {
        if (shown_at(trail, frame)) faces.push_back(face_of(trail, frame));
    }
    return faces;
}

bool Tracker::Parts::in_mid_picture(const Box& box) const {
    return off_border(box, settings.width, settings.height, kBorder * box.w, kBorder * box.h);
}

void Tracker::Parts::note_doubts(const Trail& trail, std::int64_t frame) {
    const std::int64_t pts = footage.pts(frame);
    const Box& box = trail.at(frame).box;
    if (!shown(trail)) {
        if (large_enough(trail) && frame == trail.last_detection && trail.best_score >= settings.strong_score)
            ledger.note({trail.id, pts, pts, "a weak detection was dropped", box});
        return;
    }
    if (!shown_at(trail, frame)) return;
    const bool first_of_all = frame == 0 || footage.cut(frame);
    if (!shown_at(trail, frame - 1) && !first_of_all && in_mid_picture(box))
        ledger.note({trail.id, pts, pts, "a track starts in mid-picture", box});
    const bool cut_off = frame + 1 >= count || footage.cut(frame + 1);
    if (!shown_at(trail, frame + 1) && !trail.alive && !cut_off && in_mid_picture(box))
        ledger.note({trail.id, pts, pts, "a track ends in mid-picture", box});
    if (trail.at(frame).from == BoxSource::bridge && frame > trail.first && trail.at(frame - 1).from != BoxSource::bridge) {
        std::int64_t to = frame;
        while (to < trail.last() && to + 1 < count && trail.at(to + 1).from == BoxSource::bridge) ++to;
        if (static_cast<double>(to - frame) > kLongBridge_s * settings.frame_rate)
            ledger.note({trail.id, pts, footage.pts(to), "bridged for long", box});
    }
}

void Tracker::Parts::settle(std::int64_t end) {
    for (std::int64_t frame = ledger.end(); frame < end; ++frame) {
        for (const Trail& trail : trails) {
            if (trail.covers(frame)) note_doubts(trail, frame);
        }
        ledger.add(footage.pts(frame), faces_now(frame));
    }
    // Joins with tracks that were lost look back a little, and the envelope somewhat more.
    const std::int64_t joined = std::llround(kJoin_s * settings.frame_rate), seen = envelope_radius(settings.frame_rate);
    footage.forget_before(std::min(end - joined, count - 1));
    std::erase_if(trails, [&](const Trail& trail) { return !trail.alive && trail.last() < std::min(end, count - 1) - joined; });
    for (Trail& trail : trails) {
        while (trail.first < std::min(end, count - 1) - seen && trail.first < trail.last_detection && trail.steps.size() > 1) {
            trail.steps.pop_front();
            ++trail.first;
            trail.back_done = true;
        }
    }
}

Tracker::Tracker(const TrackerSettings& settings) : parts_(std::make_unique<Parts>(settings)) {}
Tracker::~Tracker() = default;
Tracker::Tracker(Tracker&&) noexcept = default;

void Tracker::push(Observation observation) {
    Parts& p = *parts_;
    p.footage.push(std::move(observation.luma), observation.pts, observation.cut);
    ++p.count;
    if (observation.cut) ++p.shot;
    p.advance();
    if (observation.faces) p.take(*observation.faces);
    p.settle(std::max(p.ledger.end(), p.count - p.settings.horizon_frames));
}

void Tracker::finish() {
    parts_->finished = true;
    parts_->settle(parts_->count);
}

std::int64_t Tracker::final_frames() const {
    return parts_->ledger.end();
}

std::vector<TrackedFace> Tracker::faces(std::int64_t frame) const {
    return frame < parts_->ledger.end() ? parts_->ledger.faces(frame) : parts_->faces_now(frame);
}

std::vector<Box> Tracker::predicted() const {
    std::vector<Box> boxes;
    for (const Trail& trail : parts_->trails) {
        if (trail.alive && parts_->shown(trail)) boxes.push_back(trail.next());
    }
    return boxes;
}

void Tracker::forget_before(std::int64_t frame) {
    parts_->ledger.forget_before(std::min(frame, parts_->ledger.end()));
}

std::vector<Track> Tracker::tracks() const {
    return parts_->ledger.tracks();
}

std::vector<Tracker::Doubt> Tracker::doubts() const {
    return parts_->ledger.doubts();
}

}  // namespace invisiblur
