#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "invisiblur/tracks.hpp"

namespace invisiblur {

/// A face that is worth a look, in a frame of its track.
struct PlannedLook {
    std::size_t track = 0;  ///< its place among the tracks
    Box box;
    std::size_t stretch = 0;  ///< of its track
    bool last = false;        ///< of its stretch: the best of it is known after this look
};

/// Which frames of a video are looked at to tell whose faces they show: each track is cut into stretches of two seconds, and each gets a few looks
/// where its face is large and surely seen; its first and its last box that are worth it are stretches of their own. So a track that goes over from
/// one person to another is noticed.
/// Threads: safe to read.
class LookPlan {
public:
    explicit LookPlan(const Tracks& tracks);

    /// What is to be looked at in the frame of this time.
    const std::vector<PlannedLook>& at(std::int64_t pts) const;

    bool empty() const { return looks_.empty(); }

private:
    void add_stretches(std::size_t track, const std::vector<const TrackBox*>& seen, std::size_t count);
    void add(std::size_t track, std::size_t stretch, const std::vector<const TrackBox*>& boxes);

    std::map<std::int64_t, std::vector<PlannedLook>> looks_;
};

}  // namespace invisiblur
