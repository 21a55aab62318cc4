#include "track/steady_boxes.hpp"

#include <algorithm>

#include "track/track_recorder.hpp"

namespace invisiblur {
namespace {

/// How far an edge may move before its steady one does, in sizes of the box: more than what a box that is found anew in each frame trembles, and
/// less than what one sees as being off.
constexpr float kSlack = 0.08F;

float dragged(float last, float to, float slack) {
    return std::clamp(last, to - slack, to + slack);
}

std::shared_ptr<const Tracks> steadied(const Tracks& tracks) {
    auto steady = std::make_shared<Tracks>(spilled_copy(tracks));
    for (Track& track : steady->tracks) {
        SteadyFollower follower;
        for (TrackBox& box : track.boxes) box.box = follower.next(box.box);
    }
    return steady;
}

}  // namespace

Box SteadyFollower::next(const Box& box) {
    if (!last_) last_ = box;
    const float x = kSlack * box.w, y = kSlack * box.h;
    const float x0 = dragged(last_->x, box.x, x), x1 = dragged(last_->x + last_->w, box.x + box.w, x);
    const float y0 = dragged(last_->y, box.y, y), y1 = dragged(last_->y + last_->h, box.y + box.h, y);
    last_ = Box{x0, y0, x1 - x0, y1 - y0};
    return *last_;
}

SteadyBoxes::SteadyBoxes(const std::shared_ptr<const Tracks>& tracks, std::int64_t time_base_num, std::int64_t time_base_den) {
    if (tracks) known_.emplace(steadied(*tracks), time_base_num, time_base_den, std::vector<int>{}, std::vector<int>{});
}

void SteadyBoxes::note(FrameRecord& frame) {
    frame.steady.clear();
    if (known_) {
        for (const TrackedFace& face : known_->at(frame.pts)) frame.steady.push_back({face.track, face.box.box});
        return;
    }
    std::erase_if(followers_, [&](const auto& one) { return std::ranges::find(frame.faces, one.first, &TrackedFace::track) == frame.faces.end(); });
    for (const TrackedFace& face : frame.faces) frame.steady.push_back({face.track, followers_[face.track].next(face.box.box)});
}

}  // namespace invisiblur
