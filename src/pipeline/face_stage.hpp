#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "invisiblur/anonymizer.hpp"
#include "pipeline/frame_analyser.hpp"
#include "pipeline/mask_fade.hpp"
#include "track/tracker.hpp"

namespace invisiblur {

/// Finds the faces of each frame and what stands behind them: Detector, Tracker, ShotDetector and plates wired together.
/// Order:   push() until the source ends, pop() after each, finish(), pop() until it gives nothing.
/// Threads: one thread at a time.
class FaceStage {
public:
    virtual ~FaceStage() = default;
    /// Says that a picture will be pushed: what can be done on it beforehand is done in another thread.
    /// Order: as the pictures will be pushed.
    virtual void expect(const PicturePtr& /*picture*/) {}
    virtual void push(PicturePtr picture) = 0;
    /// From the next picture on, frames come back when so many have followed. In: frames, at least 1. Stages that do not look ahead leave it.
    virtual void set_horizon(int /*frames*/) {}
    virtual void finish() = 0;
    /// Whether frames of which nothing is wanted may be left out: no other frame needs them.
    virtual bool can_skip() const { return false; }
    /// Counts a frame that is left out. Order: only where can_skip().
    virtual void skip() {}
    /// The next frame whose faces are final.
    virtual std::optional<FrameRecord> pop() = 0;
    /// Faces of the frames popped so far; kept only where the options ask for tracks or a report, so that an endless stream needs no memory
    /// for them.
    virtual Tracks tracks() const = 0;
    /// Where a person should look in the frames popped so far; known where the stage finds the faces itself.
    virtual std::vector<Tracker::Doubt> doubts() const { return {}; }
    /// When the frames popped so far are shown; kept only where an option asks for files that count in frames.
    virtual std::vector<std::int64_t> frame_pts() const { return {}; }
    /// Detector::name() where the stage finds the faces itself, else "".
    virtual std::string detector() const { return {}; }
};

/// How many pictures a stage should be told of beforehand: with threads to spare as many as the next look of the detector is among them as
/// a rule, else the one that comes next.
inline std::size_t foresight_steps(bool threads_to_spare) {
    constexpr std::size_t kSteps = 5;
    return threads_to_spare ? kSteps : 1;
}

/// One pass: looks options.lookahead_frames ahead. With options.tracks the faces come from that file and nothing is detected.
/// Errors: std::invalid_argument where people are to be hidden, which takes two passes.
std::unique_ptr<FaceStage> make_live_stage(const Options& options, const StreamShape& shape);

/// Second pass: faces, cuts and plates are given. Frames come back at once, or some frames later where the camera moves and plates
/// must be made as the frames go by.
/// In:     first_frame, the number of the first frame that will be pushed.
/// Errors: as check_still_camera().
std::unique_ptr<FaceStage> make_given_stage(const Options& options, const StreamShape& shape, std::shared_ptr<const Analysis> analysis, std::int64_t first_frame = 0);

/// What a first pass learns.
/// Threads: safe to read from several threads.
class Analysis {
public:
    Tracks tracks;
    std::vector<Tracker::Doubt> doubts;
    std::string detector;                                    ///< Detector::name(), "" where the tracks were given
    std::vector<ShotRecord> shots;  ///< in order; the first starts at 0
    std::map<int, TrackSpan> spans;  ///< of each track, in frames
    std::int64_t frames = 0;
    std::vector<std::int64_t> frame_pts;  ///< of each frame, growing
    std::optional<PixelLayout> layout;    ///< of its pictures, where it came out of a file and some were read

    /// The first frame that is not shown before a time.
    std::int64_t frame_at(std::int64_t pts) const;

    /// Whether a picture is like those that were analysed: what the analysis holds of these is laid over it.
    bool is_like(const ImageView& picture) const;

};

/// The first pass: pictures in, an Analysis out. With options.tracks it detects nothing and only learns cuts and plates.
/// Memory: a bounded number of pictures, whatever the length.
/// Threads: one thread at a time.
class AnalysisBuilder {
public:
    AnalysisBuilder(const Options& options, const StreamShape& shape, const AnalysisStart& start = {});
    ~AnalysisBuilder();
    /// As ShotPlates::show_plates(). Order: before the first push().
    void show_plates(ShotPlates::Show show);
    /// As FaceStage::expect().
    void expect(const PicturePtr& picture);
    void push(PicturePtr picture);
    int track_count() const;  ///< so far, for progress
    std::shared_ptr<const Analysis> finish();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace invisiblur
