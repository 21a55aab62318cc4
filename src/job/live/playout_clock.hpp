#pragma once
#include <optional>

namespace invisiblur {

/// When a live source's frames are due, by when they came. A frame's lag is its time of arrival less its own time; the smallest lag of the last
/// seconds is what the way here costs (as in a jitter buffer, cf. RFC 3550, 6.4.1), and a frame is due a fixed delay after that. So a burst after
/// a stall is late, and slow drift of the source's clock is followed. Where a source goes on after a stall without making up for it, its times are
/// shifted, since blank pictures have gone out meanwhile.
/// Units:   seconds; media times are the source's own, now_s and what is due count on one steady clock.
/// Threads: one thread at a time.
class PlayoutClock {
public:
    explicit PlayoutClock(double delay_s) : delay_s_(delay_s) {}

    /// A frame with this time came.
    void arrive(double media_s, double now_s);

    /// The source was opened anew: its times may begin anywhere.
    void reopen() { begun_s_.reset(); }

    /// When a frame must be out. Order: after arrive().
    double due_s(double media_s) const { return base_s_ + media_s + delay_s_; }

    /// What is to be added to the source's times, such that the result's go on like the clock.
    double shift_s() const { return shift_s_; }

private:
    void choose_shift();

    double delay_s_;
    std::optional<double> begun_s_;  ///< when the younger of the two stretches began
    double older_s_ = 0;             ///< smallest lag of the stretch before
    double younger_s_ = 0;           ///< and of this one
    double base_s_ = 0;              ///< smallest lag of both
    std::optional<double> anchor_s_;  ///< the lag at which the shift is 0
    double shift_s_ = 0;
};

}  // namespace invisiblur
