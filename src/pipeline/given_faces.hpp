#pragma once
#include <memory>

#include "erase/region/face_area.hpp"
#include "motion/shot.hpp"
#include "track/track_cursor.hpp"

namespace invisiblur {

/// The faces that options.tracks names, held against the stream they are for.
/// Errors: std::invalid_argument where the file is malformed or belongs to a picture of another size.
Tracks read_given_tracks(const Options& options, const StreamShape& shape);

/// Faces and cuts of frames whose tracks are given: stands where a Follower stands when faces must be found.
/// Cuts are found on luma outside the cores, so that nothing of a face takes part.
/// Threads: one thread at a time.
class GivenFaces {
public:
    /// In: find_cuts, false where the caller knows them.
    GivenFaces(const Options& options, const StreamShape& shape, std::shared_ptr<const Tracks> tracks, bool find_cuts = true);

    /// Fills in the faces of the window's last frame, which are final, and whether a new shot begins with it, where that is to be found.
    void push(FrameWindow& frames);

private:
    TrackCursor cursor_;
    FaceAreas face_areas_;
    ShotDetector shots_;
    bool needs_cuts_;
};

}  // namespace invisiblur
