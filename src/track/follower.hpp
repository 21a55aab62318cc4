#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "detect/multi_scale_detector.hpp"
#include "image/picture.hpp"
#include "motion/shot.hpp"
#include "track/tracker.hpp"

namespace invisiblur {

/// Follows the faces of a video from picture to picture: MultiScaleDetector, ShotDetector and Tracker wired together.
/// Order:   push() each picture as it is shown, then finish().
/// Memory:  a small gray copy of horizon_frames pictures; no picture is kept.
/// Errors:  as make_detector and Detector::detect; after an error it can only be destroyed.
/// Threads: one thread at a time.
class Follower {
public:
    /// In: horizon_frames, how many frames later a frame's faces become final; 0 for no look-ahead.
    Follower(const Options& options, const StreamShape& shape, int horizon_frames);

    /// With a detector of the caller's.
    /// In: first_frame, the number of the first picture; it decides at which pictures the detector looks, and how.
    /// Owns: the detector.
    Follower(std::unique_ptr<Detector> detector, const Options& options, const StreamShape& shape, int horizon_frames, std::int64_t first_frame = 0);

    void push(const Picture& picture);

    /// Says that no picture follows.
    void finish();

    Tracker& tracker() { return tracker_; }
    const Tracker& tracker() const { return tracker_; }

    /// Whether a new shot began with the last picture.
    bool last_was_cut() const { return cut_; }

    std::string detector_name() const { return finder_.detector_name(); }

private:
    std::vector<Face> look(const Picture& picture, const std::vector<Box>& expected, std::shared_ptr<const GrayImage> small);

    MultiScaleDetector finder_;
    TrackerSettings settings_;
    ShotDetector shots_;
    Tracker tracker_;
    float core_margin_;
    int every_;                ///< frames from one look of the detector to the next
    std::int64_t frame_;  ///< number of the next picture
    bool cut_ = false;
    bool noted_;  ///< the faces come with the pictures
};

}  // namespace invisiblur
