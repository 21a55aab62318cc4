#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "track/frame_window.hpp"

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
    float strong_text = 0.6F;   ///< score from which one look is enough to believe in a block of text
    float text_every_s = 1;     ///< from one look at text to the next
    float core_margin = 0.2F;   ///< what is hidden is a box grown by this part of its size on each side

    float strong(bool text) const { return text ? strong_text : strong_score; }
};

/// Joins boxes over time: association in two score levels (ByteTrack, Zhang et al., ECCV 2022), optical flow between detections
/// (Lucas-Kanade with forward-backward check), gaps bridged from both sides, each track extended before its first and after its last
/// detection, and each box united with its neighbours in time, so that a mask never slips off. At the picture's border a face keeps its size and goes on by its
/// motion until its core is outside, both ways in time. A person who was seen surely and for a second stays
/// covered, both ways in time, while head and shoulders are like those last seen (at most ten seconds from a detection), whatever the
/// detector says. A cut ends all tracks; where shots go over into each other they last to the end of that, and those of the next shot begin no earlier than it does.
/// It reads and writes the records of a window: luma, pts, cut, detections and given boxes in, faces out.
/// Order:   push() after each record that the window got, then finish().
/// Owns:    nothing of the window, which must live longer and hold its records from tracked_from() on.
/// Threads: one thread at a time.
class Tracker {
public:
    Tracker(const TrackerSettings& settings, FrameWindow& frames);
    ~Tracker();
    Tracker(Tracker&&) noexcept;

    /// Takes the window's last record.
    void push();

    /// Takes what a look for text in the last frame that was pushed finds, after all.
    void take_texts(const std::vector<Face>& texts);

    /// From the next frame on, frames become final when so many have followed: for who cannot wait longer.
    /// In: frames, at least 1. A tracker without look-ahead stays without.
    void set_horizon(int frames);

    /// Says that no frame follows; all frames are final then.
    void finish();

    /// The faces of frames before this one are final: FrameRecord::final is set, and they change no more.
    std::int64_t final_end() const;

    /// Writes into the record of a frame that is not final which faces it is believed to have now.
    void believe(FrameRecord& record) const;

    /// Boxes that a frame that comes next is believed to have: where to look, and what to leave out of other measurements.
    std::vector<Box> predicted() const;

    /// Of these boxes, those of faces.
    std::vector<Box> predicted_faces() const;

    /// Of these boxes, those of faces that were not detected for some frames.
    std::vector<Box> unseen_for(std::int64_t frames) const;

    /// Of these boxes, those of faces that only glances have carried for a second: a look should say whether they are still there.
    std::vector<Box> only_glanced() const;

    /// The first frame that the tracker still looks at.
    std::int64_t tracked_from() const;

    /// Where a person should look: from and until when, in pts, why, and at which place of the picture then.
    struct Doubt {
        int track = 0;
        std::int64_t first_pts = 0;
        std::int64_t last_pts = 0;
        std::string why;
        Box box = {};
    };
    /// Of the frames that are final.
    const std::vector<Doubt>& doubts() const;

    /// The lowest number that a track found gets, where lower ones are given away. Order: before the first push().
    void number_from(int first);

    /// Notes no more doubts than this, for streams that never end.
    void note_doubts_up_to(std::size_t most);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace invisiblur
