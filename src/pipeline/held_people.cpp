#include "pipeline/held_people.hpp"

#include <algorithm>

#include "base/geometry.hpp"
#include "track/track_kinds.hpp"
#include "track/track_recorder.hpp"

namespace invisiblur {
namespace {

/// Even somebody who walks slowly has moved by their own width by then.
constexpr double kHold_s = 3;
/// A box is led out until also its core, with the margin that it has by default, is outside.
constexpr float kMargin = 0.25F;

/// The box moved out of the picture by the shortest way.
Box moved_out(Box box, int width, int height) {
    const float mx = kMargin * box.w, my = kMargin * box.h;
    const float left = box.x + box.w + mx, right = static_cast<float>(width) - box.x + mx, up = box.y + box.h + my, down = static_cast<float>(height) - box.y + my;
    const float least = std::min({left, right, up, down});
    if (least <= 0) return box;
    if (least == left) box.x -= left;
    else if (least == right) box.x += right;
    else if (least == up) box.y -= up;
    else box.y += down;
    return box;
}

class Holder {
public:
    explicit Holder(const Analysis& analysis)
        : analysis_(analysis), most_pts_(static_cast<std::int64_t>(kHold_s * static_cast<double>(analysis.tracks.source.time_base_den) /
                                                                   static_cast<double>(std::max<std::int64_t>(1, analysis.tracks.source.time_base_num)))) {}

    void hold(Track& track, TrackSpan& span) const {
        const TracksSource& source = analysis_.tracks.source;
        const auto at_border = [&](const TrackBox& box) { return !off_border(box.box, source.width, source.height, 0, 0); };
        const auto held = [&](std::int64_t frame, const TrackBox& like) {
            return TrackBox{analysis_.frame_pts[static_cast<std::size_t>(frame)], moved_out(like.box, source.width, source.height), like.score, BoxSource::bridge};
        };
        if (at_border(track.boxes.back())) {
            const TrackBox like = track.boxes.back();
            const std::int64_t end = std::min(shot_end(span.last), analysis_.frame_at(like.pts + most_pts_));
            for (std::int64_t frame = span.last + 1; frame < end; ++frame) track.boxes.push_back(held(frame, like));
            span.last = std::max(span.last, end - 1);
        }
        if (at_border(track.boxes.front())) {
            const TrackBox like = track.boxes.front();
            const std::int64_t first = std::max(shot_start(span.first), analysis_.frame_at(like.pts - most_pts_));
            std::vector<TrackBox> before;
            for (std::int64_t frame = first; frame < span.first; ++frame) before.push_back(held(frame, like));
            track.boxes.insert(track.boxes.begin(), before.begin(), before.end());
            span.first = std::min(span.first, first);
        }
    }

private:
    std::int64_t shot_start(std::int64_t frame) const {
        const auto after = std::ranges::upper_bound(analysis_.shots, frame, {}, &ShotRecord::start);
        return after == analysis_.shots.begin() ? 0 : std::prev(after)->start;
    }
    std::int64_t shot_end(std::int64_t frame) const {
        const auto after = std::ranges::upper_bound(analysis_.shots, frame, {}, &ShotRecord::start);
        return after == analysis_.shots.end() ? analysis_.frames : after->start;
    }

    const Analysis& analysis_;
    std::int64_t most_pts_;
};

}  // namespace

std::shared_ptr<const Analysis> held_over_border(const Analysis& analysis) {
    auto own = std::make_shared<Analysis>(analysis);
    own->tracks = spilled_copy(analysis.tracks);
    const Holder holder(analysis);
    for (Track& track : own->tracks.tracks) {
        const auto span = own->spans.find(track.id);
        if (!is_text(track) && !track.boxes.empty() && span != own->spans.end()) holder.hold(track, span->second);
    }
    return own;
}

}  // namespace invisiblur
