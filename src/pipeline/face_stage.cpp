#include <algorithm>
#include <deque>

#include "erase/background/shot_plates.hpp"
#include "pipeline/face_stage.hpp"
#include "pipeline/given_faces.hpp"
#include "track/follower.hpp"
#include "track/track_recorder.hpp"

namespace invisiblur {
namespace {

/// How many frames a second pass may hold so that a plate sees what comes after: as far as ShotPlates looks, within a budget of memory.
int window_frames(const StreamShape& shape) {
    constexpr int kMost = 38, kLeast = 8;
    constexpr std::int64_t kBudgetBytes = 120 << 20;
    const std::int64_t frame_bytes = static_cast<std::int64_t>(shape.width) * shape.height * 3 / 2;
    return static_cast<int>(std::clamp<std::int64_t>(kBudgetBytes / std::max<std::int64_t>(1, frame_bytes), kLeast, kMost));
}

/// The fades of a frame of which a first pass knows all tracks.
std::vector<float> known_fades(const Analysis& analysis, const AnalysedFrame& frame, int over) {
    std::vector<float> fades;
    for (const TrackedFace& face : frame.faces) {
        const auto span = analysis.spans.find(face.track);
        fades.push_back(span != analysis.spans.end() ? fade_at(span->second, frame.index, over) : 1.0F);
    }
    return fades;
}

/// Second pass where every plate is known: each frame comes back at once.
class KnownStage : public FaceStage {
public:
    KnownStage(const Options& options, const StreamShape& shape, std::shared_ptr<const Analysis> analysis, std::int64_t first_frame)
        : analysis_(std::move(analysis)),
          cursor_(std::shared_ptr<const Tracks>(analysis_, &analysis_->tracks), shape.time_base_num, shape.time_base_den,
                  options.only_tracks, options.except_tracks),
          fade_frames_(fade_frames(shape.frame_rate)),
          index_(first_frame) {}

    void push(PicturePtr picture) override { waiting_.push_back(std::move(picture)); }
    void finish() override {}
    bool can_skip() const override { return true; }
    void skip() override { ++index_; }

    std::optional<AnalysedFrame> pop() override {
        if (waiting_.empty()) return std::nullopt;
        AnalysedFrame frame{std::move(waiting_.front()), index_++, {}, nullptr, {}};
        waiting_.pop_front();
        frame.faces = cursor_.at(frame.picture->pts());
        const std::vector<ShotRecord>& shots = analysis_->shots;
        while (shot_ + 1 < shots.size() && shots[shot_ + 1].start <= frame.index) ++shot_;
        if (shot_ < shots.size()) frame.plate = shots[shot_].plate;
        frame.fades = known_fades(*analysis_, frame, fade_frames_);
        return frame;
    }

    Tracks tracks() const override { return analysis_->tracks; }

private:
    std::shared_ptr<const Analysis> analysis_;
    TrackCursor cursor_;
    int fade_frames_;
    std::deque<PicturePtr> waiting_;
    std::int64_t index_;
    std::size_t shot_ = 0;
};

/// Frames wait until tracker and plates have looked far enough ahead. The faces are found, or given by a file or a first pass.
class WindowStage : public FaceStage {
public:
    WindowStage(const Options& options, const StreamShape& shape, std::shared_ptr<const Analysis> analysis, std::int64_t first_frame)
        : analysis_(std::move(analysis)),
          plates_(options, shape, ShotPlates::Use::live, analysis_ ? ShotRecords(analysis_, &analysis_->shots) : nullptr, first_frame),
          log_(shape),
          keep_log_(!options.save_tracks.empty() || !options.report.empty() || options.expect_faces > 0 || options.verify),
          lookahead_(analysis_ ? window_frames(shape) : options.lookahead_frames),
          fade_frames_(fade_frames(shape.frame_rate)),
          live_ease_(shape, lookahead_),
          pushed_(first_frame),
          index_(first_frame) {
        if (analysis_) {
            given_ = std::make_unique<GivenFaces>(options, shape, std::shared_ptr<const Tracks>(analysis_, &analysis_->tracks), false);
        } else if (options.tracks.empty()) {
            follower_ = std::make_unique<Follower>(options, shape, options.lookahead_frames);
        } else {
            given_ = std::make_unique<GivenFaces>(options, shape, std::make_shared<Tracks>(read_given_tracks(options, shape)));
        }
    }

    void push(PicturePtr picture) override {
        Waiting waiting{picture, {}, false};
        if (given_) {
            waiting.faces = given_->push(*picture);
            waiting.cut = analysis_ ? analysis_->shot_starts_at(pushed_) : given_->last_was_cut();
            plates_.push(picture, waiting.faces, waiting.cut);
        } else {
            follower_->push(*picture);
            waiting.cut = follower_->last_was_cut();
            plates_.push(picture, follower_->tracker().faces(pushed_), waiting.cut);
        }
        waiting_.push_back(std::move(waiting));
        ++pushed_;
    }

    void finish() override {
        if (follower_) follower_->finish();
        finished_ = true;
    }

    std::optional<AnalysedFrame> pop() override {
        if (waiting_.empty() || !is_final()) return std::nullopt;
        AnalysedFrame frame{waiting_.front().picture, index_, faces(index_), nullptr, {}};
        frame.fades = analysis_ ? known_fades(*analysis_, frame, fade_frames_) : fades(frame);
        waiting_.pop_front();
        const Rect needed = plates_.settle(frame.faces);
        ++index_;
        if (!needed.empty()) {
            frame.plate = plates_.current(needed, [this](std::int64_t i) { return faces(i); });
        }
        if (keep_log_) log_.add(frame.faces);
        if (follower_) follower_->tracker().forget_before(index_);
        return frame;
    }

    Tracks tracks() const override { return analysis_ ? analysis_->tracks : log_.tracks(); }
    std::vector<Tracker::Doubt> doubts() const override { return follower_ ? follower_->tracker().doubts() : std::vector<Tracker::Doubt>{}; }
    std::string detector() const override { return follower_ ? follower_->detector_name() : std::string(); }

private:
    struct Waiting {
        PicturePtr picture;
        std::vector<TrackedFace> faces;  ///< given ones
        bool cut = false;                ///< lies before it
    };

    /// Of the next frame, which still waits.
    std::vector<float> fades(const AnalysedFrame& frame) {
        const auto ahead = [&](int k) {
            return LiveFade::Ahead{faces(index_ + k), waiting_[static_cast<std::size_t>(k)].cut};
        };
        return live_ease_.next(frame.faces, waiting_.front().cut, static_cast<int>(waiting_.size()) - 1, ahead);
    }

    bool is_final() const {
        if (follower_) return follower_->tracker().final_frames() > index_;
        return finished_ || static_cast<int>(waiting_.size()) > lookahead_;
    }

    std::vector<TrackedFace> faces(std::int64_t frame) const {
        return follower_ ? follower_->tracker().faces(frame) : waiting_[static_cast<std::size_t>(frame - index_)].faces;
    }

    std::shared_ptr<const Analysis> analysis_;
    std::unique_ptr<Follower> follower_;
    std::unique_ptr<GivenFaces> given_;
    ShotPlates plates_;
    TrackRecorder log_;
    bool keep_log_;
    int lookahead_;
    int fade_frames_;
    LiveFade live_ease_;
    bool finished_ = false;
    std::deque<Waiting> waiting_;
    std::int64_t pushed_;
    std::int64_t index_;
};

}  // namespace

std::int64_t Analysis::frame_at(std::int64_t pts) const {
    return std::lower_bound(frame_pts.begin(), frame_pts.end(), pts) - frame_pts.begin();
}

bool Analysis::shot_starts_at(std::int64_t frame) const {
    const auto at = std::lower_bound(shots.begin(), shots.end(), frame, [](const ShotRecord& r, std::int64_t f) { return r.start < f; });
    return frame > 0 && at != shots.end() && at->start == frame;
}

std::unique_ptr<FaceStage> make_live_stage(const Options& options, const StreamShape& shape) {
    return std::make_unique<WindowStage>(options, shape, nullptr, 0);
}

std::unique_ptr<FaceStage> make_given_stage(const Options& options, const StreamShape& shape, std::shared_ptr<const Analysis> analysis,
                                            std::int64_t first_frame) {
    const bool moves = std::any_of(analysis->shots.begin(), analysis->shots.end(), [](const ShotRecord& r) { return r.moving; });
    if (moves) return std::make_unique<WindowStage>(options, shape, std::move(analysis), first_frame);
    return std::make_unique<KnownStage>(options, shape, std::move(analysis), first_frame);
}

}  // namespace invisiblur
