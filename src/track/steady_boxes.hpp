#pragma once
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "track/frame_window.hpp"
#include "track/track_cursor.hpp"

namespace invisiblur {

/// A box that follows another only where an edge has moved by more than a part of its size (a backlash, as of gears): it rests while a face only
/// nods, and follows without lagging behind where it walks.
/// Threads: one thread at a time.
class SteadyFollower {
public:
    Box next(const Box& box);

private:
    std::optional<Box> last_;
};

/// The steady boxes of a stream's frames. Where its tracks are known beforehand a frame's box depends on these alone, so that runs over parts of a
/// film agree; else on the frames before.
/// Threads: one thread at a time.
class SteadyBoxes {
public:
    /// In: tracks, null where they are not known; the others as TrackCursor's.
    SteadyBoxes(const std::shared_ptr<const Tracks>& tracks, std::int64_t time_base_num, std::int64_t time_base_den);

    /// Fills in the frame's steady boxes, of all its faces.
    /// Order: frames in order; where tracks are known any may be left out.
    void note(FrameRecord& frame);

private:
    std::optional<TrackCursor> known_;
    std::map<int, SteadyFollower> followers_;
};

}  // namespace invisiblur
