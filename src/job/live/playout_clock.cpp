#include "job/live/playout_clock.hpp"

#include <algorithm>

namespace invisiblur {
namespace {

constexpr double kStretch_s = 1;  ///< a burst that makes up for a stall is over by then, or it makes up for nothing
constexpr double kStall_s = 0.5;  ///< less is drift, or a network's unrest
constexpr double kJump_s = 10;    ///< no burst reaches so far ahead: the source's clock was set

}  // namespace

void PlayoutClock::arrive(double media_s, double now_s) {
    const double lag_s = now_s - media_s;
    if (!begun_s_) {
        begun_s_ = now_s;
        older_s_ = younger_s_ = lag_s;
    } else if (now_s - *begun_s_ >= kStretch_s) {
        begun_s_ = now_s;
        older_s_ = younger_s_;
        younger_s_ = lag_s;
    } else {
        younger_s_ = std::min(younger_s_, lag_s);
    }
    base_s_ = std::min(older_s_, younger_s_);
    choose_shift();
}

void PlayoutClock::choose_shift() {
    if (!anchor_s_) anchor_s_ = base_s_;
    const double behind_s = base_s_ - *anchor_s_ - shift_s_;
    if (behind_s > kStall_s || behind_s < -kJump_s) {
        shift_s_ += behind_s;
    } else if (behind_s < 0) {
        *anchor_s_ += behind_s;  // it came late at first: its way is shorter than it seemed
    }
}

}  // namespace invisiblur
