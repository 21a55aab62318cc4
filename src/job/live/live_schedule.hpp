#pragma once
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

namespace invisiblur {

/// The frames of one live video that are on their way from the source to the result, and when each is due. It decides what goes out, in order:
/// each frame once, as a picture or blank, and blank ones while the source gives nothing.
/// Units:   pts in the stream's time base; seconds of the steady clock.
/// Threads: safe.
class LiveSchedule {
public:
    struct Planned {
        std::int64_t pts = 0;
        double came_s = 0;
        double due_s = 0;
    };

    /// In: usual_pts, usual_s, from one frame to the next; silent_s, how long after its last frame a source is silent.
    LiveSchedule(std::int64_t usual_pts, double usual_s, double silent_s) : usual_pts_(usual_pts), usual_s_(usual_s), silent_s_(silent_s) {}

    /// A frame came, whatever becomes of it.
    void come(double now_s);

    /// Takes a frame on; false where its time has gone by, or blank ones have taken its place.
    bool plan(const Planned& frame);

    /// What is planned for a frame that is done; none where it went out blank.
    std::optional<Planned> planned(std::int64_t pts) const;

    /// The frame went out.
    void sent(std::int64_t pts);

    /// A time at which a blank picture is due instead: of the frame that is the next and late, where `expires`, or of one that the source should have
    /// given and did not, unless it has ended.
    std::optional<std::int64_t> blank_due(double now_s, bool expires) const;

    /// When to ask for it again.
    double next_due_s(bool expires) const;

    /// Nothing more will be planned.
    void end();

private:
    double silent_from_s() const;

    std::int64_t usual_pts_;
    double usual_s_;
    double silent_s_;
    mutable std::mutex mutex_;
    std::deque<Planned> frames_;
    std::optional<Planned> last_;  ///< that went out
    std::optional<std::int64_t> last_planned_;
    double came_s_ = 0;  ///< the last frame
    bool ended_ = false;
};

}  // namespace invisiblur
