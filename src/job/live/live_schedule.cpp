#include "job/live/live_schedule.hpp"

#include <algorithm>

namespace invisiblur {

namespace {

constexpr double kNever = 1e18;

}  // namespace

void LiveSchedule::come(double now_s) {
    const std::lock_guard lock(mutex_);
    came_s_ = now_s;
}

bool LiveSchedule::plan(const Planned& frame) {
    const std::lock_guard lock(mutex_);
    const bool passed = (last_ && frame.pts <= last_->pts) || (last_planned_ && frame.pts <= *last_planned_);
    if (passed) return false;
    last_planned_ = frame.pts;
    frames_.push_back(frame);
    return true;
}

std::optional<LiveSchedule::Planned> LiveSchedule::planned(std::int64_t pts) const {
    const std::lock_guard lock(mutex_);
    const auto place = std::ranges::find(frames_, pts, &Planned::pts);
    return place == frames_.end() ? std::nullopt : std::optional(*place);
}

void LiveSchedule::sent(std::int64_t pts) {
    const std::lock_guard lock(mutex_);
    const double due_s = last_ ? last_->due_s + usual_s_ : 0;
    Planned now{pts, 0, due_s};
    while (!frames_.empty() && frames_.front().pts <= pts) {
        now = frames_.front();
        frames_.pop_front();
    }
    last_ = now;
}

/// When a blank picture is due for want of others.
double LiveSchedule::silent_from_s() const {
    if (ended_ || !last_ || !frames_.empty()) return kNever;
    return std::max(last_->due_s + usual_s_, came_s_ + silent_s_);
}

std::optional<std::int64_t> LiveSchedule::blank_due(double now_s, bool expires) const {
    const std::lock_guard lock(mutex_);
    if (now_s > silent_from_s()) return last_->pts + usual_pts_;
    if (expires && !frames_.empty() && now_s > frames_.front().due_s) return frames_.front().pts;
    return std::nullopt;
}

double LiveSchedule::next_due_s(bool expires) const {
    const std::lock_guard lock(mutex_);
    if (frames_.empty()) return silent_from_s();
    return expires ? frames_.front().due_s : kNever;
}

void LiveSchedule::end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
}

}  // namespace invisiblur
