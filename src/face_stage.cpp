#include <algorithm>
#include <deque>

#include "analyser.hpp"
#include "erase/shot_plates.hpp"
#include "face_log.hpp"
#include "given_faces.hpp"
#include "track/follower.hpp"

namespace invisiblur {
namespace {

/// Second pass: everything is known.
class GivenStage : public FaceStage {
public:
    GivenStage(const Options& options, const StreamShape& shape, std::shared_ptr<const Analysis> analysis)
        : analysis_(std::move(analysis)),
          cursor_(std::shared_ptr<const Tracks>(analysis_, &analysis_->tracks), shape.time_base_num, shape.time_base_den, options.only_tracks,
                  options.except_tracks) {}

    void push(PicturePtr picture) override { waiting_.push_back(std::move(picture)); }
    void finish() override {}

    std::optional<AnalysedFrame> pop() override {
        if (waiting_.empty()) return std::nullopt;
        AnalysedFrame frame{std::move(waiting_.front()), index_++, {}, nullptr};
        waiting_.pop_front();
        frame.faces = cursor_.at(frame.picture->pts());
        const std::vector<std::int64_t>& starts = analysis_->shot_starts;
        while (shot_ + 1 < starts.size() && starts[shot_ + 1] <= frame.index) ++shot_;
        if (shot_ < analysis_->plates.size()) frame.plate = analysis_->plates[shot_];
        return frame;
    }

    Tracks tracks() const override { return analysis_->tracks; }

private:
    std::shared_ptr<const Analysis> analysis_;
    TrackCursor cursor_;
    std::deque<PicturePtr> waiting_;
    std::int64_t index_ = 0;
    std::size_t shot_ = 0;
};

/// One pass: frames wait until the tracker has looked far enough ahead.
class LiveStage : public FaceStage {
public:
    LiveStage(const Options& options, const StreamShape& shape)
        : plates_(options, shape, true),
          log_(shape),
          keep_log_(!options.save_tracks.empty() || !options.report.empty() || options.expect_faces > 0),
          lookahead_(options.lookahead_frames) {
        if (options.tracks.empty()) {
            follower_ = std::make_unique<Follower>(options, shape, options.lookahead_frames);
        } else {
            given_ = std::make_unique<GivenFaces>(options, shape, std::make_shared<Tracks>(read_given_tracks(options, shape)));
        }
    }

    void push(PicturePtr picture) override {
        bool cut = false;
        Waiting waiting{picture, {}};
        if (given_) {
            waiting.faces = given_->push(*picture);
            cut = given_->last_was_cut();
        } else {
            follower_->push(*picture);
            cut = follower_->last_was_cut();
        }
        plates_.push(picture, cut);
        waiting_.push_back(std::move(waiting));
    }

    void finish() override {
        if (follower_) follower_->finish();
        finished_ = true;
    }

    std::optional<AnalysedFrame> pop() override {
        if (waiting_.empty() || !is_final()) return std::nullopt;
        AnalysedFrame frame{waiting_.front().picture, index_, faces(index_), nullptr};
        waiting_.pop_front();
        const Rect needed = plates_.settle(frame.faces);
        ++index_;
        if (!needed.empty()) frame.plate = plates_.current(needed, [this](std::int64_t i) { return faces(i); });
        if (keep_log_) log_.add(frame.faces);
        if (follower_) follower_->tracker().forget_before(index_);
        return frame;
    }

    Tracks tracks() const override { return log_.tracks(); }

private:
    struct Waiting {
        PicturePtr picture;
        std::vector<TrackedFace> faces;   ///< given ones
    };

    bool is_final() const {
        if (follower_) return follower_->tracker().final_frames() > index_;
        return finished_ || static_cast<int>(waiting_.size()) > lookahead_;
    }

    std::vector<TrackedFace> faces(std::int64_t frame) const {
        return follower_ ? follower_->tracker().faces(frame) : waiting_[static_cast<std::size_t>(frame - index_)].faces;
    }

    std::unique_ptr<Follower> follower_;
    std::unique_ptr<GivenFaces> given_;
    ShotPlates plates_;
    FaceLog log_;
    bool keep_log_;
    int lookahead_;
    bool finished_ = false;
    std::deque<Waiting> waiting_;
    std::int64_t index_ = 0;
};

}  // namespace

std::unique_ptr<FaceStage> make_live_stage(const Options& options, const StreamShape& shape) {
    return std::make_unique<LiveStage>(options, shape);
}

std::unique_ptr<FaceStage> make_given_stage(const Options& options, const StreamShape& shape, std::shared_ptr<const Analysis> analysis) {
    return std::make_unique<GivenStage>(options, shape, std::move(analysis));
}

}  // namespace invisiblur
