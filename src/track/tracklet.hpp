#pragma once
#include <cstdint>
#include <deque>

#include "invisiblur/tracks.hpp"
#include "track/luma_history.hpp"
#include "track/tracker.hpp"

namespace invisiblur {

/// Where a face was in one frame. Units: boxes in source pixels; trust in [0, 1], how surely the place is known.
struct Step {
    Box box;  ///< the best guess, from which it is followed on
    float score = 0;
    BoxSource from = BoxSource::detector;
    float trust = 1;
    Box also = {};  ///< to be covered as well, where a weak detection disagrees with what was expected; empty otherwise
    bool glanced = false;  ///< a detection that was a glance
};

/// One face while it is tracked: a step for each frame from `first` on, without gaps, and what speaks for its being a face.
/// Units: frames count as the tracker's; velocity in source pixels a frame.
struct Tracklet {
    int id = 0;
    bool text = false;  ///< a block of text: it needs fewer looks to be believed, and gets fewer
    int shot = 0;  ///< no tracklet goes on over a cut
    std::int64_t shot_first = 0;
    std::int64_t shot_last = INT64_MAX;  ///< once a cut has come
    std::int64_t first = 0;
    std::deque<Step> steps;
    std::int64_t first_detection = 0;
    std::int64_t last_detection = 0;
    int detections = 0;
    int looks = 0;       ///< those that were more than glances
    float evidence = 0;  ///< their sum of (score - weak_score)
    float sure_glances = 0;  ///< sum of what the others' scores have above a sure one
    float best_score = 0;   ///< of looks
    float best_glance = 0;  ///< of glances
    std::int64_t last_look = INT64_MIN / 2;  ///< the last frame in which it was detected by more than a glance
    float first_size = 0;  ///< longer side of its first detection
    float largest = 0;     ///< the longest shorter side of its detections
    float velocity_x = 0;
    float velocity_y = 0;
    std::int64_t unsupported = 0;  ///< frames in a row in which not even flow found it
    Box whole;                     ///< of its last sure detection off the picture's border; empty before that
    std::int64_t known_from = 0;   ///< the first and the last frame in which it was seen, or followed off the border
    std::int64_t known_until = 0;
    bool alive = true;             ///< goes on with the next frame

    // What says that the person is still there when no detector sees the face.
    Portrait portrait;              ///< of the last sure detection
    std::int64_t evident_until = 0; ///< the last frame, from the last detection on, in which head and shoulders were still like it

    // Its way back before the first detection.
    float back_x = 0;  ///< velocity backwards in time, source pixels a frame
    float back_y = 0;
    std::int64_t back_unsupported = 0;
    bool back_done = false;  ///< can be followed back no farther
    Portrait first_portrait;
    std::int64_t evident_from = 0;

    std::int64_t last() const { return first + static_cast<std::int64_t>(steps.size()) - 1; }
    bool covers(std::int64_t frame) const { return frame >= first && frame <= last(); }
    const Step& at(std::int64_t frame) const { return steps[static_cast<std::size_t>(frame - first)]; }
    Step& at(std::int64_t frame) { return steps[static_cast<std::size_t>(frame - first)]; }

    /// Takes a detection into its step at `frame`, which must be the last one, and learns its motion and its looks from it.
    void detect(std::int64_t frame, const Face& seen, const LumaHistory& history, const TrackerSettings& settings);

    /// Whether it is believed for good to be a face: glances alone must be many and very sure.
    bool believed(const TrackerSettings& settings) const;

    /// Whether it was seen so surely and for so long that its looks can be trusted to say whether it is still there.
    bool well_known(const TrackerSettings& settings) const;

    /// How many frames it may be followed without a detection or other evidence: the longer it was seen, the longer.
    std::int64_t patience(const TrackerSettings& settings) const;

    /// How many frames what was followed is shown where no detection ends it.
    std::int64_t linger(const TrackerSettings& settings) const;

    /// How many frames before its first detection it may have been there without being seen.
    std::int64_t unseen(const TrackerSettings& settings) const;

    /// Lets go of its steps before a frame, as long as a detection remains.
    void forget_before(std::int64_t frame);

    /// Says that it was not there before a frame.
    void begin_at(std::int64_t frame);

    /// Where it should be in the frame after its last.
    Box next() const;
};

/// The tracklet's next step, by flow or, where that fails, by its motion; ends the tracklet when patience is over or it left the picture.
void follow_forward(Tracklet& tracklet, const LumaHistory& history, const TrackerSettings& settings);

/// The tracklet's next step where a detection will take its place at once: by its motion alone.
void move_forward(Tracklet& tracklet);

/// The tracklet's step before its first, likewise; false (and back_done) where it cannot or need not go on.
bool follow_back(Tracklet& tracklet, const LumaHistory& history, const TrackerSettings& settings);

inline float centre_x(const Box& b) {
    return b.x + b.w / 2;
}
inline float centre_y(const Box& b) {
    return b.y + b.h / 2;
}

}  // namespace invisiblur
