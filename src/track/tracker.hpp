#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "image/image_view.hpp"
#include "invisiblur/tracks.hpp"

namespace invisiblur {

/// How sure the tracker must be, and how long it follows what it does not see.
/// Units: scores in [0, 1]; frames; seconds; luma_factor: source pixels per pixel of the small luma pictures.
struct TrackerSettings {
    float strong_score = 0.5F;  ///< starts a track that is believed at once while nothing more is known
    float weak_score = 0.2F;    ///< continues one
    float enough_evidence = 1;  ///< sum over a track's detections of (score - weak_score), from which it is believed for good
    float follow_s = 2;         ///< how long a face that is not detected is followed by flow, at most
    float linger_s = 0.5F;      ///< how long what was followed is shown where no detection ends it
    float unseen_s = 0;         ///< how long a small face may have been there before the detector came to its place
    float unseen_px = 0;        ///< faces up to this size are small ones
    float hold_s = 0.5F;        ///< how long a box is held where not even flow follows
    int horizon_frames = 50;    ///< how far back a later frame may still change boxes
    int luma_factor = 1;
    int width = 0;  ///< source picture, pixels
    int height = 0;
    double frame_rate = 25;
    float min_face_px = 16;
};

/// What is known of a frame before tracking.
struct Observation {
    std::int64_t pts = 0;
    std::shared_ptr<const GrayImage> luma;   ///< block mean by luma_factor
    std::optional<std::vector<Face>> faces;  ///< source pixels; none where the detector did not look
    bool cut = false;                        ///< a new shot begins with this frame
};

/// A face in one frame.
struct TrackedFace {
    int track = 0;
    TrackBox box;
};

/// Joins boxes over time: association in two score levels (ByteTrack, Zhang et al., ECCV 2022), optical flow between detections
/// (Lucas-Kanade with forward-backward check), gaps bridged from both sides, each track extended before its first and after its last
/// detection, and each box united with its neighbours in time, so that a mask never slips off. A person who was seen surely and for a second stays
/// covered, both ways in time, while head and shoulders are like those last seen (at most ten seconds from a detection), whatever the
/// detector says. A cut ends all tracks.
/// Frames count from 0 in the order of push().
/// Threads: one thread at a time.
class Tracker {
public:
    explicit Tracker(const TrackerSettings& settings);
    ~Tracker();
    Tracker(Tracker&&) noexcept;

    void push(Observation observation);

    /// Says that no frame follows; all frames are final then.
    void finish();

    /// Frames [0, final_frames()) change no more.
    std::int64_t final_frames() const;

    /// The faces of a pushed frame as known now; final where frame < final_frames(). The frame must not have been forgotten.
    std::vector<TrackedFace> faces(std::int64_t frame) const;

    /// Boxes that faces() would give a frame that comes next: where to look, and what to leave out of other measurements.
    std::vector<Box> predicted() const;

    /// Drops what is known of final frames before this one, for endless streams; tracks() lacks them then.
    void forget_before(std::int64_t frame);

    /// All tracks, boxes in order of pts. Only what is final and not dropped as a false alarm.
    std::vector<Track> tracks() const;

    /// Where a person should look: from and until when, in pts, why, and at which place of the picture then.
    struct Doubt {
        int track = 0;
        std::int64_t first_pts = 0;
        std::int64_t last_pts = 0;
        const char* why = "";
        Box box = {};
    };
    std::vector<Doubt> doubts() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace invisiblur
