#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "erase/background/shot_plates.hpp"
#include "invisiblur/detector.hpp"
#include "pipeline/given_faces.hpp"
#include "track/follower.hpp"
#include "track/frame_window.hpp"

namespace invisiblur {

/// How the first pass over a stretch of a video, or one with help, differs from others.
struct AnalysisStart {
    std::int64_t first_frame = 0;  ///< the number of the first frame; the detector's turns follow it
    std::function<Detectors(Detectors)> wrap;  ///< null, or what stands between the pass and its detectors
    std::shared_ptr<const Tracks> given = nullptr;     ///< what is hidden in place of what options.tracks names or a detector finds
    std::shared_ptr<const Tracks> followed = nullptr;  ///< what is hidden besides
};

/// The stages between a decoded picture and a record of which all is known: detection, motion and cuts, tracking, plates. They work on one
/// window of records; faces are found, or given by a file or by a first pass. Both passes and live streams end here, each in its own way.
/// Order:   push() each picture; while next_is_final(): settle(), use the record, release(); finish() at the end, and once more.
/// Errors:  as the detector; after an error it can only be destroyed.
/// Threads: one thread at a time.
class FrameAnalyser {
public:
    /// Faces are found.
    /// In: horizon_frames, how many frames later a frame's faces become final.
    FrameAnalyser(const Options& options, const StreamShape& shape, ShotPlates::Use use, int horizon_frames, const AnalysisStart& start = {});

    /// Faces are given.
    /// In: tracks, of this stream; lookahead_frames, how many frames plates look ahead.
    FrameAnalyser(const Options& options, const StreamShape& shape, ShotPlates::Use use, int lookahead_frames, std::shared_ptr<const Tracks> tracks);

    /// Faces, cuts and shots are known from a first pass.
    /// In: first_frame, the number of the first frame that will be pushed.
    FrameAnalyser(const Options& options, const StreamShape& shape, int lookahead_frames, std::shared_ptr<const Tracks> tracks, ShotRecords shots,
                  std::int64_t first_frame);
    FrameAnalyser(const FrameAnalyser&) = delete;
    FrameAnalyser& operator=(const FrameAnalyser&) = delete;

    /// Hides these besides. In: their numbers are nobody else's; where faces are found, they get higher ones. Order: before the first push().
    void hide_also(std::shared_ptr<const Tracks> tracks, const StreamShape& shape);

    /// Says that a picture will be pushed: detection may begin in another thread.
    void expect(const PicturePtr& picture);
    void push(PicturePtr picture);
    /// As Tracker::set_horizon(), and as far plates look ahead of faces that are given.
    void set_horizon(int frames);
    void finish();

    /// Whether the faces of the next frame are final, and as much as is wanted is known of the frames after it.
    bool next_is_final() const;

    /// The next frame's record: faces and areas are final. In: make_plate, also its plate, where anything is masked.
    /// Owns: the window, until release().
    FrameRecord& settle(bool make_plate);

    /// Lets go of what no stage needs any more after the frame settled last.
    void release();

    FrameWindow& frames() { return frames_; }
    ShotPlates& plates() { return plates_; }
    /// Where faces are found, else null.
    Follower* follower() { return follower_.get(); }
    const Follower* follower() const { return follower_.get(); }

private:
    void believe_ahead();

    FrameWindow frames_;
    std::unique_ptr<Follower> follower_;  ///< where faces are found
    std::unique_ptr<GivenFaces> given_;   ///< where they are given
    std::unique_ptr<TrackCursor> also_;   ///< what is hidden besides
    ShotRecords shots_;                   ///< where cuts are known
    ShotPlates plates_;
    bool keeps_pictures_;  ///< until frames are released; else only plates keep some
    int lookahead_;        ///< of given faces
    bool finished_ = false;
    int threads_;        ///< options.threads
    std::int64_t next_;  ///< the next frame to settle
};

/// Whether a new shot begins with a frame.
bool shot_starts_at(const std::vector<ShotRecord>& shots, std::int64_t frame);

}  // namespace invisiblur
