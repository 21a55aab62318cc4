#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "invisiblur/tracks.hpp"
#include "track/tracker.hpp"

namespace invisiblur {

/// Reads given tracks frame by frame. Between two boxes of a track a frame gets the box in between, so that tracks set by hand may be
/// sparse. Work: linear in the boxes as long as pts grows. Threads: one thread at a time.
class TrackCursor {
public:
    /// In: time base of the frames that will be asked for, seconds per pts unit; ids to take alone or to leave out, both empty for all.
    TrackCursor(std::shared_ptr<const Tracks> tracks, std::int64_t time_base_num, std::int64_t time_base_den, const std::vector<int>& only,
                const std::vector<int>& except);

    /// The faces at a time, in the order of their tracks' beginnings.
    std::vector<TrackedFace> at(std::int64_t pts);

private:
    struct Strand {
        const Track* track = nullptr;
        std::size_t next = 0;  ///< the first box after the time asked for last
    };

    double time(const Track& track, std::size_t box) const { return static_cast<double>(track.boxes[box].pts) * scale_; }
    TrackedFace face_at(Strand& strand, std::int64_t pts) const;

    std::shared_ptr<const Tracks> tracks_;
    double scale_ = 1;  ///< pts units of the frames per unit of the tracks
    double tolerance_ = 0;
    std::vector<const Track*> by_start_;
    std::size_t started_ = 0;
    std::vector<Strand> active_;
    std::int64_t last_pts_ = INT64_MIN;
    std::int64_t asked_ = 0;  ///< frames
};

}  // namespace invisiblur
