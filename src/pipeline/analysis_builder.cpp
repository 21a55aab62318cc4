#include "pipeline/face_stage.hpp"
#include "track/track_recorder.hpp"

namespace invisiblur {
namespace {

/// How far back a later frame may change a box when the whole file is read before anything is written.
constexpr double kHorizonSeconds = 4;
constexpr int kMostHorizonFrames = 250;

int horizon_frames(const StreamShape& shape) {
    const double rate = shape.frame_rate > 0 ? shape.frame_rate : 25;
    return std::min(kMostHorizonFrames, static_cast<int>(rate * kHorizonSeconds) + 1);
}

std::shared_ptr<const Tracks> given_tracks(const Options& options, const StreamShape& shape, const AnalysisStart& start) {
    return start.given ? start.given : std::make_shared<Tracks>(read_given_tracks(options, shape));
}

}  // namespace

struct AnalysisBuilder::Parts {
    FrameAnalyser analyser;
    TrackRecorder log;
    TrackSpans spans;
    std::vector<std::int64_t> frame_pts;

    Parts(const Options& options, const StreamShape& shape, const AnalysisStart& start)
        : analyser(options.tracks.empty() && !start.given ? FrameAnalyser(options, shape, ShotPlates::Use::records, horizon_frames(shape), start)
                                                          : FrameAnalyser(options, shape, ShotPlates::Use::records, 0, given_tracks(options, shape, start))),
          log(shape), spans(shape) {
        if (start.followed) analyser.hide_also(start.followed, shape);
    }

    void settle_final() {
        while (analyser.next_is_final()) {
            const FrameRecord& record = analyser.settle(false);
            log.add(record.faces);
            spans.add(record.faces);
            analyser.release();
        }
    }
};

AnalysisBuilder::AnalysisBuilder(const Options& options, const StreamShape& shape, const AnalysisStart& start)
    : parts_(std::make_unique<Parts>(options, shape, start)) {}
AnalysisBuilder::~AnalysisBuilder() = default;

void AnalysisBuilder::show_plates(ShotPlates::Show show) {
    parts_->analyser.plates().show_plates(std::move(show));
}

void AnalysisBuilder::expect(const PicturePtr& picture) {
    parts_->analyser.expect(picture);
}

void AnalysisBuilder::push(PicturePtr picture) {
    parts_->frame_pts.push_back(picture->pts());
    parts_->analyser.push(std::move(picture));
    parts_->settle_final();
}

int AnalysisBuilder::track_count() const {
    return static_cast<int>(parts_->log.tracks().tracks.size());
}

std::shared_ptr<const Analysis> AnalysisBuilder::finish() {
    auto analysis = std::make_shared<Analysis>();
    parts_->analyser.finish();
    parts_->settle_final();
    if (const Follower* follower = parts_->analyser.follower()) {
        analysis->doubts = follower->tracker().doubts();
        analysis->detector = follower->detector_name();
    }
    analysis->tracks = parts_->log.take();
    analysis->frames = analysis->tracks.source.frames;
    analysis->frame_pts = std::move(parts_->frame_pts);
    analysis->shots = parts_->analyser.plates().finish();
    analysis->spans = parts_->spans.finish([&](std::int64_t frame) { return shot_starts_at(analysis->shots, frame); });
    return analysis;
}

}  // namespace invisiblur
