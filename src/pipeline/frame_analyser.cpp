#include "pipeline/frame_analyser.hpp"

#include <algorithm>

#include "base/stage_times.hpp"
#include "image/opencv_threads.hpp"
#include "track/track_ids.hpp"

namespace invisiblur {
namespace {

Detectors wrapped_detectors(const Options& options, const AnalysisStart& start) {
    Detectors detectors = make_detectors(options);
    return start.wrap ? start.wrap(std::move(detectors)) : std::move(detectors);
}

}  // namespace

FrameAnalyser::FrameAnalyser(const Options& options, const StreamShape& shape, ShotPlates::Use use, int horizon_frames, const AnalysisStart& start)
    : follower_(std::make_unique<Follower>(wrapped_detectors(options, start), options, shape, frames_, horizon_frames, start.first_frame)),
      plates_(options, shape, use, frames_),
      keeps_pictures_(use == ShotPlates::Use::live),
      lookahead_(horizon_frames),
      threads_(options.threads),
      next_(frames_.begin()) {}

FrameAnalyser::FrameAnalyser(const Options& options, const StreamShape& shape, ShotPlates::Use use, int lookahead_frames,
                             std::shared_ptr<const Tracks> tracks)
    : given_(std::make_unique<GivenFaces>(options, shape, std::move(tracks))),
      plates_(options, shape, use, frames_),
      keeps_pictures_(use == ShotPlates::Use::live),
      lookahead_(lookahead_frames),
      threads_(options.threads),
      next_(frames_.begin()) {}

FrameAnalyser::FrameAnalyser(const Options& options, const StreamShape& shape, int lookahead_frames, std::shared_ptr<const Tracks> tracks,
                             ShotRecords shots, std::int64_t first_frame)
    : frames_(first_frame),
      given_(std::make_unique<GivenFaces>(options, shape, std::move(tracks), false)),
      shots_(shots),
      plates_(options, shape, ShotPlates::Use::live, frames_, std::move(shots)),
      keeps_pictures_(true),
      lookahead_(lookahead_frames),
      threads_(options.threads),
      next_(first_frame) {}

void FrameAnalyser::hide_also(std::shared_ptr<const Tracks> tracks, const StreamShape& shape) {
    if (follower_) follower_->tracker().number_from(highest_id(*tracks) + 1);
    also_ = std::make_unique<TrackCursor>(std::move(tracks), shape.time_base_num, shape.time_base_den, std::vector<int>{}, std::vector<int>{});
}

void FrameAnalyser::expect(const PicturePtr& picture) {
    if (follower_) follower_->expect(picture);
}

void FrameAnalyser::push(PicturePtr picture) {
    const OpencvThreads bound(threads_);
    FrameRecord& record = frames_.push(std::move(picture));
    if (also_) record.given = also_->at(record.pts);
    if (given_) given_->push(frames_);
    if (follower_) follower_->push();
    if (shots_) record.cut = shot_starts_at(*shots_, record.index);
    {
        const StageTimer timer(Stage::motion);
        plates_.push();
    }
    if (!keeps_pictures_) record.picture = nullptr;
}

void FrameAnalyser::set_horizon(int frames) {
    if (lookahead_ > 0) lookahead_ = std::max(1, frames);
    if (follower_) follower_->tracker().set_horizon(frames);
}

void FrameAnalyser::finish() {
    if (follower_) follower_->finish();
    finished_ = true;
}

bool FrameAnalyser::next_is_final() const {
    if (next_ >= frames_.end()) return false;
    return follower_ ? frames_[next_].final : finished_ || frames_.end() - next_ > lookahead_;
}

FrameRecord& FrameAnalyser::settle(bool make_plate) {
    const OpencvThreads bound(threads_);
    const StageTimer timer(Stage::plates);
    FrameRecord& record = frames_[next_++];
    const Rect needed = plates_.settle(record.index);
    if (make_plate && (!record.faces.empty() || !needed.empty())) believe_ahead();
    if (make_plate && !needed.empty()) plates_.make_plate(needed);
    return record;
}

/// Once for all who look ahead of the frame settled last.
void FrameAnalyser::believe_ahead() {
    if (!follower_) return;
    for (std::int64_t i = next_; i < frames_.end(); ++i) {
        follower_->tracker().believe(frames_[i]);
        plates_.fill_areas(frames_[i]);
    }
}

void FrameAnalyser::release() {
    FrameRecord& last = frames_[next_ - 1];
    last.plate = nullptr;
    if (!plates_.keeps_picture(last.index)) last.picture = nullptr;
    std::int64_t needed = std::min(next_, plates_.kept_from());
    if (follower_) needed = std::min(needed, follower_->tracker().tracked_from());
    frames_.forget_before(needed);
}

bool shot_starts_at(const std::vector<ShotRecord>& shots, std::int64_t frame) {
    const auto at = std::lower_bound(shots.begin(), shots.end(), frame, [](const ShotRecord& r, std::int64_t f) { return r.start < f; });
    return frame > 0 && at != shots.end() && at->start == frame;
}

}  // namespace invisiblur
