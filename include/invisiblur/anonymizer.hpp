#pragma once
#include <cstdint>
#include <memory>
#include <optional>

#include "invisiblur/options.hpp"
#include "invisiblur/tracks.hpp"

struct AVFrame;

namespace invisiblur {

/// Frees an AVFrame and what it refers to.
struct FrameDeleter {
    void operator()(AVFrame* frame) const noexcept;
};
using FramePtr = std::unique_ptr<AVFrame, FrameDeleter>;

/// What must be known of a video stream before its first frame.
/// Units: width and height of the coded picture in pixels; rotation_degrees clockwise to turn the picture upright (0, 90, 180, 270);
///        one pts unit lasts time_base_num / time_base_den seconds; frame_rate in frames a second, 0 where unknown.
struct StreamShape {
    int width = 0;
    int height = 0;
    int rotation_degrees = 0;
    std::int64_t time_base_num = 1;
    std::int64_t time_base_den = 1000;
    double frame_rate = 0;
};

/// What a first pass over a video learns: its faces, its cuts and what stands behind. Made by Analysis::Builder.
class Analysis;

/// The whole face removal: frames in, frames out, in order, one for one.
/// Order:   send() until the source ends, receive() after each send() until it gives nothing, finish(), receive() until it gives nothing.
/// Errors:  std::invalid_argument for a pixel format that is not handled or a size that is not the shape's; std::runtime_error otherwise.
///          After an error the object can only be destroyed: no frame leaves unprocessed.
/// Threads: one thread at a time.
class Anonymizer {
public:
    /// One pass: looks `options.lookahead_frames` frames ahead, unless `options.tracks` gives the faces.
    Anonymizer(const Options& options, const StreamShape& shape);

    /// Second pass: faces, cuts and plates come from a first one over the same frames.
    Anonymizer(const Options& options, const StreamShape& shape, std::shared_ptr<const Analysis> analysis);
    ~Anonymizer();
    Anonymizer(const Anonymizer&) = delete;
    Anonymizer& operator=(const Anonymizer&) = delete;

    /// Takes the next frame, in order of presentation; pts in the shape's time base.
    /// Owns: the frame, also when it throws. Its pixels are not changed unless nobody else refers to them.
    void send(FramePtr frame);

    /// The next frame without faces, or nothing while it looks ahead and at the end.
    /// Owns: the caller.
    std::optional<FramePtr> receive();

    /// Changes the regions set by hand, from the next frame sent on; frames that were sent before keep theirs, also while it looks ahead.
    /// In: what takes the place of options.regions and options.keep_regions, both.
    void set_regions(Regions regions);

    /// Finds only: frames come back with their pictures as they are, faces included, and the faces' boxes as side data
    /// (AV_FRAME_DATA_DETECTION_BBOXES).
    /// Order:  before the first send().
    /// Errors: std::logic_error after it.
    void detect_only();

    /// Says that no frame follows.
    void finish();

    /// The faces of the frames received so far; in one pass only where save_tracks, report, verify or expect_faces is set in the options,
    /// so that an endless stream needs no memory for them.
    Tracks tracks() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace invisiblur
