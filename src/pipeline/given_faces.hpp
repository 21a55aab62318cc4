#pragma once
#include <optional>

#include "erase/region/face_area.hpp"
#include "motion/shot.hpp"
#include "pipeline/face_stage.hpp"
#include "track/track_cursor.hpp"

namespace invisiblur {

/// Faces and cuts of frames whose tracks are given: stands where a Follower stands when faces must be found.
/// Cuts are found on luma outside the cores, so that nothing of a face takes part.
/// Threads: one thread at a time.
class GivenFaces {
public:
    /// In: find_cuts, false where the caller knows them.
    GivenFaces(const Options& options, const StreamShape& shape, std::shared_ptr<const Tracks> tracks, bool find_cuts = true);

    /// The faces of the next frame.
    std::vector<TrackedFace> push(const Picture& picture);

    /// Whether a new shot began with the frame pushed last.
    bool last_was_cut() const { return cut_; }

private:
    TrackCursor cursor_;
    FaceAreas face_areas_;
    ShotDetector shots_;
    bool needs_cuts_;
    bool cut_ = false;
};

}  // namespace invisiblur
