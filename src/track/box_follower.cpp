#include "track/box_follower.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/frame_rate.hpp"
#include "base/geometry.hpp"
#include "base/time_code.hpp"
#include "image/side_by_side.hpp"
#include "track/gap_interpolation.hpp"

namespace invisiblur {
namespace {

constexpr std::int64_t kFewestFrames = 16;
// The pictures are shrunk to about this longer side, but the smallest box not below this shorter side.
constexpr int kSmallSidePx = 640;
constexpr float kSmallestBoxPx = 16;
// So long it is hidden on where it cannot be recognised.
constexpr double kHold_s = 0.5;
// So long it may be unlike what was marked before somebody should look.
constexpr double kPatience_s = 0.3;
constexpr const char* kUnlike = "what is followed is not like what was marked any more";
// Times are written with milliseconds.
constexpr double kTimeSlack_s = 0.001;
// Less of the box than this within the picture is nothing any more.
constexpr float kOutside = 0.1F;

int luma_factor(const StreamShape& shape, const std::vector<MarkedTrack>& marked) {
    float smallest = static_cast<float>(std::max(shape.width, shape.height));
    for (const MarkedTrack& track : marked)
        for (const KeyBox& key : track.keys) smallest = std::min({smallest, key.box.box.w, key.box.box.h});
    const int usual = (std::max(shape.width, shape.height) + kSmallSidePx / 2) / kSmallSidePx;
    return std::clamp(static_cast<int>(smallest / kSmallestBoxPx), 1, std::max(1, usual));
}

}  // namespace

BoxFollower::BoxFollower(const StreamShape& shape, std::vector<MarkedTrack> marked, std::int64_t memory_bytes)
    : tick_s_(static_cast<double>(shape.time_base_num) / static_cast<double>(shape.time_base_den)),
      frame_s_(1 / frame_rate_or_usual(shape.frame_rate)),
      luma_factor_(luma_factor(shape, marked)),
      keep_frames_(std::max(kFewestFrames, memory_bytes * luma_factor_ * luma_factor_ / std::max<std::int64_t>(1, std::int64_t{shape.width} * shape.height))),
      hold_frames_(std::llround(kHold_s / frame_s_)),
      patience_frames_(std::max<std::int64_t>(1, std::llround(kPatience_s / frame_s_))),
      width_(shape.width),
      height_(shape.height) {
    const Box picture{0, 0, static_cast<float>(width_), static_cast<float>(height_)};
    for (MarkedTrack& track : marked) {
        for (const KeyBox& key : track.keys) {
            const Box seen = intersect(key.box.box, picture);
            if (seen.w <= 0 || seen.h <= 0)
                throw std::invalid_argument(track.said + ": the box lies outside the picture, which has " + std::to_string(width_) + "x" + std::to_string(height_) + " pixels");
        }
        std::ranges::stable_sort(track.keys, {}, &KeyBox::time_s);
        trails_.push_back({std::move(track), 0, -1, {}, {}, {}, {}});
    }
    frames_ = std::make_unique<FrameWindow>();
    history_.emplace(*frames_, luma_factor_, width_, height_);
}

bool BoxFollower::wants_more() const {
    return std::ranges::any_of(trails_, [&](const Trail& t) { return first_reading_ ? t.lead || t.next_key < t.marked.keys.size() : t.backlog.has_value(); });
}

void BoxFollower::push(PicturePtr picture) {
    const std::int64_t frame = frames_->end();
    if (first_reading_) pts_.push_back(picture->pts());
    FrameRecord& record = frames_->push(std::move(picture));
    record.luma = std::make_shared<const GrayImage>(block_mean_luma(record.picture->view(), luma_factor_));
    frames_->note_shot(shots_.push(*record.luma, {}));
    record.picture = nullptr;
    if (first_reading_ && record.cut) cuts_.insert(frame);
    if (first_reading_) {
        take_keys(frame - 1, time_of(record.pts) - kTimeSlack_s);
        side_by_side(trails_.size(), [&](std::size_t i) {
            if (trails_[i].lead) lead_on(trails_[i], frame - 1);
        });
    }
    for (Trail& trail : trails_) {
        if (first_reading_ || !trail.backlog || trail.backlog->frame != frame) continue;
        const Backlog backlog = *trail.backlog;
        trail.backlog.reset();
        lead_back(trail, backlog.lead, frame);
    }
    history_->forget_before(frame - keep_frames_);
    frames_->forget_before(frame - keep_frames_);
}

bool BoxFollower::finish() {
    if (first_reading_ && frames_->end() > 0) take_keys(frames_->end() - 1, time_of(pts_.back()) + std::max(frame_s_, 2 * kTimeSlack_s));
    for (const Trail& trail : trails_) {
        if (trail.next_key == trail.marked.keys.size()) continue;
        const double end_s = pts_.empty() ? 0 : time_of(pts_.back());
        throw std::invalid_argument(trail.marked.said + ": there is no picture at " + time_code(trail.marked.keys[trail.next_key].time_s) + "; the last one is shown at " + time_code(end_s));
    }
    first_reading_ = false;
    for (Trail& trail : trails_) trail.lead.reset();
    frames_ = std::make_unique<FrameWindow>();
    history_.emplace(*frames_, luma_factor_, width_, height_);
    shots_ = {};
    return wants_more();
}

/// Gives a frame the keys at times before `until_s`, at which the next one is shown.
void BoxFollower::take_keys(std::int64_t frame, double until_s) {
    for (Trail& trail : trails_) {
        while (trail.next_key < trail.marked.keys.size() && trail.marked.keys[trail.next_key].time_s < until_s) {
            const KeyBox& key = trail.marked.keys[trail.next_key++];
            if (frame < 0)
                throw std::invalid_argument(trail.marked.said + ": there is no picture at " + time_code(key.time_s) + "; the first one is shown at " + time_code(time_of(pts_.front())));
            take_key(trail, frame, key);
        }
    }
}

void BoxFollower::take_key(Trail& trail, std::int64_t frame, const KeyBox& key) {
    const Portrait look = history_->portrait(frame, key.box.box);
    ContentLead back(look, key.box.box, hold_frames_);
    if (trail.lead) back.set_motion(-trail.lead->dx(), -trail.lead->dy());
    if (trail.lead) {
        trail.lead->marked_again(look, key.box.box);
    } else {
        trail.lead = back;
    }
    trail.found[frame] = {{pts_[static_cast<std::size_t>(frame)], key.box.box, key.box.score, key.box.from}, 1};
    lead_back(trail, back, frame);
    trail.last_key = frame;
}

/// Follows on from one frame to the next.
void BoxFollower::lead_on(Trail& trail, std::int64_t from) {
    const std::int64_t to = from + 1;
    if (history_->cut(to)) {
        note(trail, from - trail.lead->unsure(), from, "a cut ends what was followed");
        trail.lead.reset();
        return;
    }
    const bool goes_on = trail.lead->advance(from, to, *history_);
    const bool inside = history_->visible_part(trail.lead->here().box) >= kOutside;
    if (goes_on && inside) {
        put(trail, to, trail.lead->here());
        if (trail.lead->unlike_mark() == patience_frames_) note(trail, to - patience_frames_ + 1, to, kUnlike);
        return;
    }
    note(trail, to - trail.lead->unsure(), from, inside ? "what was followed cannot be recognised any more" : "what was followed leaves the picture");
    trail.lead.reset();
}

/// Follows back from a frame, to the key before or as far as it goes; where it was followed on already, each box is made from both sides.
void BoxFollower::lead_back(Trail& trail, ContentLead lead, std::int64_t frame) {
    const std::int64_t start = frame, gap = frame - trail.last_key;
    for (; frame > 0 && frame - 1 != trail.last_key; --frame) {
        const std::int64_t to = frame - 1;
        if (frame == history_->begin()) {
            if (!trail.found.contains(to)) trail.backlog = Backlog{lead, frame};
            return;
        }
        if (history_->cut_back(frame)) {
            note(trail, frame, frame + lead.unsure(), "a cut ends what was followed");
            return;
        }
        const bool goes_on = lead.advance(frame, to, *history_);
        const bool inside = history_->visible_part(lead.here().box) >= kOutside;
        if (!goes_on || !inside) {
            note(trail, frame, to + lead.unsure(), inside ? "what was followed cannot be recognised any more" : "what was followed leaves the picture");
            if (trail.last_key >= 0) bridge(trail, frame);
            return;
        }
        if (lead.unlike_mark() == patience_frames_) note(trail, to, to + patience_frames_ - 1, kUnlike);
        const auto known = trail.found.find(to);
        if (known == trail.found.end()) {
            put(trail, to, lead.here());
            continue;
        }
        const Step on{known->second.box.box, known->second.box.score, known->second.box.from, known->second.trust, {}};
        const float u = static_cast<float>(gap - (start - to)) / static_cast<float>(gap);
        const BoxSource from = on.from == BoxSource::flow || lead.here().from == BoxSource::flow ? BoxSource::flow : BoxSource::bridge;
        Step both = fuse(on, lead.here(), u, from);
        both.score = std::max(on.score, lead.here().score);
        put(trail, to, both);
    }
}

/// Draws a straight line over the frames before `later` that have no box, back to the last one that has, unless a cut lies between.
void BoxFollower::bridge(Trail& trail, std::int64_t later) {
    const auto after = trail.found.lower_bound(later);
    if (after == trail.found.begin() || after == trail.found.end()) return;
    const auto before = std::prev(after);
    const std::int64_t a = before->first, b = after->first;
    for (std::int64_t f = a + 1; f <= b; ++f)
        if (f < history_->begin() || history_->cut(f)) return;
    const Step from{before->second.box.box, 0, BoxSource::bridge, 0.1F, {}}, to{after->second.box.box, 0, BoxSource::bridge, 0.1F, {}};
    for (std::int64_t f = a + 1; f < b; ++f) put(trail, f, fuse(from, to, static_cast<float>(f - a) / static_cast<float>(b - a), BoxSource::bridge));
}

void BoxFollower::put(Trail& trail, std::int64_t frame, const Step& step) {
    trail.found[frame] = {{pts_[static_cast<std::size_t>(frame)], step.box, std::clamp(step.score, 0.0F, 1.0F), step.from}, step.trust};
}

void BoxFollower::note(Trail& trail, std::int64_t sure, std::int64_t last, const char* why) {
    const auto [first, end] = std::minmax({std::max<std::int64_t>(0, sure), std::max<std::int64_t>(0, last)});
    const auto found = trail.found.find(first);
    const Box box = found != trail.found.end() ? found->second.box.box : trail.lead ? trail.lead->here().box : Box{};
    trail.doubts.push_back({trail.marked.id, pts_[static_cast<std::size_t>(first)], pts_[static_cast<std::size_t>(end)], why, box});
}

BoxFollower::Result BoxFollower::result(int free_id) const {
    Result all;
    for (const Trail& trail : trails_) {
        const std::size_t first = all.tracks.size();
        std::int64_t last = -2;
        for (const auto& [frame, found] : trail.found) {
            if (frame != last + 1 || cuts_.contains(frame)) {
                all.tracks.emplace_back();
                all.origin.push_back(static_cast<std::size_t>(&trail - trails_.data()));
                all.tracks.back().id = all.tracks.size() == first + 1 ? trail.marked.id : free_id++;
            }
            all.tracks.back().boxes.push_back(found.box);
            last = frame;
        }
        for (Tracker::Doubt doubt : trail.doubts) {
            for (std::size_t i = first; i < all.tracks.size(); ++i)
                if (all.tracks[i].boxes.front().pts <= doubt.first_pts) doubt.track = all.tracks[i].id;
            all.doubts.push_back(doubt);
        }
    }
    return all;
}

}  // namespace invisiblur
