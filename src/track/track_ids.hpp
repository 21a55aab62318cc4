#pragma once
#include <algorithm>

#include "invisiblur/tracks.hpp"

namespace invisiblur {

/// The highest number of a track; 0 where there is none.
inline int highest_id(const Tracks& tracks) {
    int highest = 0;
    for (const Track& track : tracks.tracks) highest = std::max(highest, track.id);
    return highest;
}

}  // namespace invisiblur
