#include "track/track_cursor.hpp"

#include <algorithm>

#include "base/spill_memory.hpp"
#include "track/track_kinds.hpp"

namespace invisiblur {
namespace {

/// What was read lies behind and is not wanted again.
constexpr std::int64_t kFramesBetweenReleases = 4096;

Box between(const Box& a, const Box& b, float t) {
    return {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t, a.w + (b.w - a.w) * t, a.h + (b.h - a.h) * t};
}

bool holds(const std::vector<int>& ids, int id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

TrackCursor::TrackCursor(std::shared_ptr<const Tracks> tracks, std::int64_t time_base_num, std::int64_t time_base_den,
                         const std::vector<int>& only, const std::vector<int>& except)
    : tracks_(std::move(tracks)) {
    const TracksSource& source = tracks_->source;
    if (source.time_base_num > 0 && source.time_base_den > 0) {
        scale_ = static_cast<double>(source.time_base_num) * static_cast<double>(time_base_den) /
                 (static_cast<double>(source.time_base_den) * static_cast<double>(time_base_num));
    }
    // A box belongs to the frame that its rounded time means: a whole unit of a coarser clock, half a unit of a finer one.
    tolerance_ = std::max(0.5, scale_ > 1.001 ? scale_ : 0.5);
    for (const Track& track : tracks_->tracks) {
        if (track.boxes.empty() || (!only.empty() && !holds(only, track.id)) || holds(except, track.id)) continue;
        by_start_.push_back(&track);
    }
    std::stable_sort(by_start_.begin(), by_start_.end(),
                     [](const Track* a, const Track* b) { return a->boxes.front().pts < b->boxes.front().pts; });
}

std::vector<TrackedFace> TrackCursor::at(std::int64_t pts) {
    if (pts < last_pts_) {
        started_ = 0;
        active_.clear();
    }
    last_pts_ = pts;
    if (++asked_ % kFramesBetweenReleases == 0) spill_memory().release_pages();
    const double now = static_cast<double>(pts);
    while (started_ < by_start_.size() && time(*by_start_[started_], 0) <= now + tolerance_) active_.push_back({by_start_[started_++], 0});
    std::erase_if(active_, [&](const Strand& s) { return time(*s.track, s.track->boxes.size() - 1) < now - tolerance_; });
    std::vector<TrackedFace> faces;
    for (Strand& strand : active_) faces.push_back(face_at(strand, pts));
    return faces;
}

TrackedFace TrackCursor::face_at(Strand& strand, std::int64_t pts) const {
    const Track& track = *strand.track;
    const double now = static_cast<double>(pts);
    while (strand.next < track.boxes.size() && time(track, strand.next) <= now) ++strand.next;
    const auto as_is = [&](std::size_t i) {
        TrackBox box = track.boxes[i];
        box.pts = pts;
        return TrackedFace{track.id, box, is_text(track)};
    };
    if (strand.next == 0) return as_is(0);
    if (strand.next == track.boxes.size()) return as_is(strand.next - 1);
    const double before = now - time(track, strand.next - 1), after = time(track, strand.next) - now;
    // An exact hit, or as near as the coarser clock can say.
    if (before <= tolerance_ && before <= after) return as_is(strand.next - 1);
    if (after <= tolerance_) return as_is(strand.next);
    TrackedFace face = as_is(strand.next - 1);
    const TrackBox& next = track.boxes[strand.next];
    face.box.box = between(face.box.box, next.box, static_cast<float>(before / (before + after)));
    face.box.score = std::min(face.box.score, next.score);
    face.box.from = BoxSource::bridge;
    return face;
}

}  // namespace invisiblur
