#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "invisiblur/anonymizer.hpp"
#include "track/frame_window.hpp"

namespace invisiblur {

/// Over how many frames a face's halo comes and goes, so that hair and ears do not pop: a quarter of a second.
int fade_frames(double frame_rate);

/// The frames in which a track has a face.
struct TrackSpan {
    std::int64_t first = 0;
    std::int64_t last = 0;          ///< inclusive
    bool starts_unseen = false;     ///< at a cut, with the video, or over the picture's border: nobody sees it pop
    bool ends_unseen = false;       ///< likewise
};

/// How far a halo has come in a frame of its track, in (0, 1]. In: over, as fade_frames().
float fade_at(const TrackSpan& span, std::int64_t frame, int over);

/// Notes in which frames each track has faces.
/// Memory: one entry a track. Threads: one thread at a time.
class TrackSpans {
public:
    explicit TrackSpans(const StreamShape& shape) : shape_(shape) {}

    /// Takes the faces of the next frame.
    void add(std::span<const TrackedFace> faces);
    /// In: starts_shot, whether a cut lies before a frame.
    std::map<int, TrackSpan> finish(const std::function<bool(std::int64_t)>& starts_shot);

private:
    StreamShape shape_;
    std::map<int, TrackSpan> spans_;
    std::int64_t frames_ = 0;
};

/// Fades while frames go by and only some of those ahead are known.
/// Threads: one thread at a time.
class LiveFade {
public:
    /// In: reach_frames, how many frames ahead are known as a rule.
    LiveFade(const StreamShape& shape, int reach_frames);

    /// Writes the fades of the next frame's faces into its record, by the faces and cuts of those that follow it in the window.
    void next(FrameWindow& frames, std::int64_t index);

private:
    float left_of(const TrackedFace& face, const FrameWindow& frames, std::int64_t index) const;

    StreamShape shape_;
    int over_;
    int over_at_end_;
    std::map<int, TrackSpan> present_;  ///< tracks of the last frame
};

}  // namespace invisiblur
