#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "job/progress_meter.hpp"
#include "media/read/reader.hpp"
#include "track/box_follower.hpp"

namespace invisiblur::av {

/// What must be known of a film's video streams before their faces are looked for. One of each for each stream.
struct LookedThrough {
    std::vector<std::vector<std::int64_t>> frame_pts;  ///< when the frames are shown; not all where nobody asked for all
    std::vector<BoxFollower> followers;                ///< through with it
};

/// Reads a film, as often as needed, to follow marked boxes and to learn when its frames are shown.
/// In:     open, opens it anew; marked, for each video stream; whole, whether all frames' times are wanted.
/// Errors: as the reader and BoxFollower; Cancelled.
LookedThrough look_through(const std::function<std::unique_ptr<Reader>()>& open, const std::function<std::vector<MarkedTrack>(std::size_t)>& marked, bool whole,
                           ProgressMeter& meter, const std::atomic<bool>& cancel);

}  // namespace invisiblur::av
