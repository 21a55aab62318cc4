#include "erase/background/shot_plates.hpp"
#include "pipeline/face_stage.hpp"
#include "pipeline/given_faces.hpp"
#include "track/follower.hpp"
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

}  // namespace

struct AnalysisBuilder::Parts {
    StreamShape shape;
    ShotPlates plates;
    TrackRecorder log;
    TrackSpans spans;
    std::vector<std::int64_t> frame_pts;
    std::unique_ptr<Follower> follower;  ///< where faces must be found
    std::unique_ptr<GivenFaces> given;   ///< where they are given
    std::int64_t pushed = 0;
    std::int64_t settled = 0;

    Parts(const Options& options, const StreamShape& stream, const AnalysisStart& start)
        : shape(stream), plates(options, stream, ShotPlates::Use::records), log(stream), spans(stream) {
        if (options.tracks.empty()) {
            follower = std::make_unique<Follower>(start.wrap ? start.wrap(make_detector(options)) : make_detector(options), options, stream, horizon_frames(stream), start.first_frame);
        } else {
            given = std::make_unique<GivenFaces>(options, stream, std::make_shared<Tracks>(read_given_tracks(options, stream)));
        }
    }

    void settle_final() {
        const Tracker& tracker = follower->tracker();
        for (; settled < tracker.final_frames(); ++settled) {
            const std::vector<TrackedFace> faces = tracker.faces(settled);
            log.add(faces);
            spans.add(faces);
            plates.settle(faces);
        }
    }
};

AnalysisBuilder::AnalysisBuilder(const Options& options, const StreamShape& shape, const AnalysisStart& start)
    : parts_(std::make_unique<Parts>(options, shape, start)) {}
AnalysisBuilder::~AnalysisBuilder() = default;

void AnalysisBuilder::show_plates(ShotPlates::Show show) {
    parts_->plates.show_plates(std::move(show));
}

void AnalysisBuilder::push(PicturePtr picture) {
    parts_->frame_pts.push_back(picture->pts());
    if (parts_->given) {
        const std::vector<TrackedFace> faces = parts_->given->push(*picture);
        parts_->plates.push(picture, faces, parts_->given->last_was_cut());
        parts_->log.add(faces);
        parts_->spans.add(faces);
        parts_->plates.settle(faces);
        return;
    }
    parts_->follower->push(*picture);
    parts_->plates.push(picture, parts_->follower->tracker().faces(parts_->pushed++), parts_->follower->last_was_cut());
    parts_->settle_final();
    parts_->follower->tracker().forget_before(parts_->settled);
}

int AnalysisBuilder::track_count() const {
    return static_cast<int>(parts_->log.tracks().tracks.size());
}

std::shared_ptr<const Analysis> AnalysisBuilder::finish() {
    auto analysis = std::make_shared<Analysis>();
    if (parts_->follower) {
        parts_->follower->finish();
        parts_->settle_final();
        analysis->doubts = parts_->follower->tracker().doubts();
        analysis->detector = parts_->follower->detector_name();
    }
    analysis->tracks = parts_->log.take();
    analysis->frames = analysis->tracks.source.frames;
    analysis->frame_pts = std::move(parts_->frame_pts);
    analysis->shots = parts_->plates.finish();
    analysis->spans = parts_->spans.finish([&](std::int64_t frame) { return analysis->shot_starts_at(frame); });
    return analysis;
}

}  // namespace invisiblur
