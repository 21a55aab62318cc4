#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "detect/multi_scale_detector.hpp"
#include "detect/text_search.hpp"
#include "image/picture.hpp"
#include "motion/shot.hpp"
#include "track/look_ahead.hpp"
#include "track/tracker.hpp"

namespace invisiblur {

/// The detectors of a stream: of faces, and of text where that is hidden, else null.
struct Detectors {
    std::unique_ptr<Detector> faces;
    std::unique_ptr<Detector> text;
};

/// Those that options.hide asks for.
/// Errors: as make_detector().
Detectors make_detectors(const Options& options);

/// Follows the faces of a video, and its text, from picture to picture: MultiScaleDetector, TextSearch, ShotDetector and Tracker wired together. Fills
/// in luma, detections, cut and faces of a window's records.
/// Order:   push() after each record that the window got, then finish().
/// Memory:  a small gray copy of horizon_frames pictures, in the records.
/// Owns:    nothing of the window, which must live longer.
/// Errors:  as make_detector and Detector::detect; after an error it can only be destroyed.
/// Threads: one thread at a time.
class Follower {
public:
    /// In: horizon_frames, how many frames later a frame's faces become final; 0 for no look-ahead.
    Follower(const Options& options, const StreamShape& shape, FrameWindow& frames, int horizon_frames);

    /// With detectors of the caller's.
    /// In: first_turn, the number of the first picture in the whole video; it decides at which pictures the detectors look, and how.
    /// Owns: the detectors.
    Follower(Detectors detectors, const Options& options, const StreamShape& shape, FrameWindow& frames, int horizon_frames,
             std::int64_t first_turn = 0);

    /// Says that a picture will be pushed, so that work on it can begin in another thread.
    /// Order: pictures as they will be pushed, each once; pushing one without is right, too.
    void expect(PicturePtr picture);

    /// Takes the window's last record. Its faces are what they are believed to be now, unless they are final already.
    void push();

    /// Says that no picture follows.
    void finish();

    Tracker& tracker() { return tracker_; }
    const Tracker& tracker() const { return tracker_; }

    std::string detector_name() const;

private:
    void see(FrameRecord& record);
    void look_at_last_for_text();
    void look_for_faces(FrameRecord& record, std::int64_t turn, std::optional<std::vector<Face>> seen);
    std::vector<Face> look_closer(const FrameRecord& record, std::vector<Face> faces, const std::vector<Box>& expected, std::int64_t turn);
    void decide(const FrameRecord& record, std::vector<Face>& faces, const std::vector<Box>& expected);
    std::vector<Box> missed(const std::vector<Face>& faces, const std::vector<Box>& expected) const;
    bool found(const std::vector<Face>& faces, const Box& box) const;

    FrameWindow& frames_;
    MultiScaleDetector detector_;
    std::optional<TextSearch> text_;
    PicturePtr unlooked_;  ///< of the last frame, where no text was looked for in it
    int every_;       ///< frames from one look of the detector to the next
    int text_every_;  ///< likewise at text
    TrackerSettings settings_;
    ShotDetector shots_;
    Tracker tracker_;
    float core_margin_;
    int camera_factor_;  ///< 0 where nobody asks for the camera's pose
    int threads_;        ///< options.threads
    std::int64_t turn_;  ///< number of the next picture in the whole video
    std::int64_t expected_turn_;        ///< of the next one that will be expected
    std::unique_ptr<LookAhead> ahead_;  ///< once a picture was expected
    /// What a look did not take for a face.
    struct Refused {
        Box box;
        std::int64_t turn = 0;
    };
    std::vector<Refused> refused_;  ///< not long ago
    bool noted_;  ///< the faces come with the pictures
    bool blind_;  ///< no faces are looked for
};

}  // namespace invisiblur
