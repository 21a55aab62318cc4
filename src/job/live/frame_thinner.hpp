#pragma once
#include <algorithm>

namespace invisiblur {

/// Says which frames of a live source are left out, evenly, so that those that stay are worked on in time. Looks of the detector get rarer with
/// them. It gives way fast and comes back slowly (additive increase, multiplicative decrease; Chiu and Jain, 1989).
/// Threads: one thread at a time.
class FrameThinner {
public:
    /// Whether the next frame stays.
    /// In: lateness, how long frames wait for their turn now, as a part of how long they may.
    bool keep(double lateness) {
        if (since_ > 0) {
            --since_;
        } else if (lateness > 1) {
            share_ = std::max(kLeast, share_ * kLess);
            since_ = kSettleFrames;
        } else if (lateness < kCalm && share_ < 1) {
            share_ = std::min(1.0, share_ + kMore);
            since_ = kSettleFrames;
        }
        phase_ += share_;
        if (phase_ < 1) return false;
        phase_ -= 1;
        return true;
    }

    /// The part of the frames that stays.
    double share() const { return share_; }

private:
    static constexpr double kLeast = 0.04;  ///< one frame a second of 25
    static constexpr double kLess = 0.75;
    static constexpr double kMore = 0.03;
    static constexpr double kCalm = 0.4;
    static constexpr int kSettleFrames = 10;  ///< until a change shows

    double share_ = 1;
    double phase_ = 0;
    int since_ = 0;  ///< frames until the share may change again
};

}  // namespace invisiblur
