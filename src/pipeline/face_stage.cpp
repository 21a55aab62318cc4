#include <algorithm>
#include <deque>

#include "pipeline/face_stage.hpp"
#include "pipeline/still_camera.hpp"
#include "track/steady_boxes.hpp"
#include "track/track_recorder.hpp"

namespace invisiblur {
namespace {

/// Doubts that nobody has asked for are noted up to here: an endless stream must not gather them for ever.
constexpr std::size_t kMostUnaskedDoubts = 1000;

/// How many frames a second pass may hold so that a plate sees what comes after: as far as ShotPlates looks, within a budget of memory.
int window_frames(const StreamShape& shape) {
    constexpr int kMost = 38, kLeast = 8;
    constexpr std::int64_t kBudgetBytes = 120 << 20;
    const std::int64_t frame_bytes = static_cast<std::int64_t>(shape.width) * shape.height * 3 / 2;
    return static_cast<int>(std::clamp<std::int64_t>(kBudgetBytes / std::max<std::int64_t>(1, frame_bytes), kLeast, kMost));
}

/// The fades of a frame of which a first pass knows all tracks.
void set_known_fades(const Analysis& analysis, FrameRecord& frame, int over) {
    for (const TrackedFace& face : frame.faces) {
        const auto span = analysis.spans.find(face.track);
        frame.fades.push_back(span != analysis.spans.end() ? fade_at(span->second, frame.index, over) : 1.0F);
    }
}

/// Whether somebody will ask when the frames were shown.
bool wants_frame_pts(const Options& options) {
    return !options.boxes_out.empty() || !options.spans_out.empty() || !options.landmarks_out.empty();
}

/// Whether somebody will ask for the tracks of a stream in one pass.
bool wants_tracks(const Options& options) {
    return wants_frame_pts(options) || !options.save_tracks.empty() || !options.report.empty() || options.expect_faces > 0 || options.verify;
}

/// Where marks stand; nothing where none are drawn.
/// In: analysis, null where the tracks are not known beforehand.
std::optional<SteadyBoxes> places_of_marks(const Options& options, const StreamShape& shape, const std::shared_ptr<const Analysis>& analysis) {
    if (options.mark == "none") return std::nullopt;
    std::shared_ptr<const Tracks> tracks;
    if (analysis) tracks = std::shared_ptr<const Tracks>(analysis, &analysis->tracks);
    return SteadyBoxes(tracks, shape.time_base_num, shape.time_base_den);
}

/// The frame analyser of a stage that gives frames as they come, with what they look ahead.
FrameAnalyser make_analyser(const Options& options, const StreamShape& shape, const std::shared_ptr<const Analysis>& analysis, std::int64_t first_frame) {
    if (analysis) {
        return {options, shape, window_frames(shape), std::shared_ptr<const Tracks>(analysis, &analysis->tracks), ShotRecords(analysis, &analysis->shots), first_frame};
    }
    if (options.tracks.empty()) return {options, shape, ShotPlates::Use::live, options.lookahead_frames};
    return {options, shape, ShotPlates::Use::live, options.lookahead_frames, std::make_shared<Tracks>(read_given_tracks(options, shape))};
}

/// Second pass where every plate is known: each frame comes back at once.
class KnownStage : public FaceStage {
public:
    KnownStage(const Options& options, const StreamShape& shape, std::shared_ptr<const Analysis> analysis, std::int64_t first_frame)
        : analysis_(std::move(analysis)),
          cursor_(std::shared_ptr<const Tracks>(analysis_, &analysis_->tracks), shape.time_base_num, shape.time_base_den,
                  options.only_tracks, options.except_tracks),
          marks_(places_of_marks(options, shape, analysis_)),
          fade_frames_(fade_frames(shape.frame_rate)),
          index_(first_frame) {}

    void push(PicturePtr picture) override { waiting_.push_back(std::move(picture)); }
    void finish() override {}
    bool can_skip() const override { return true; }
    void skip() override { ++index_; }

    std::optional<FrameRecord> pop() override {
        if (waiting_.empty()) return std::nullopt;
        PicturePtr picture = std::move(waiting_.front());
        waiting_.pop_front();
        FrameRecord frame = record_of(std::move(picture), index_++);
        frame.faces = cursor_.at(frame.pts);
        frame.final = true;
        const std::vector<ShotRecord>& shots = analysis_->shots;
        while (shot_ + 1 < shots.size() && shots[shot_ + 1].start <= frame.index) ++shot_;
        if (shot_ < shots.size()) frame.plate = shots[shot_].plate;
        set_known_fades(*analysis_, frame, fade_frames_);
        if (marks_) marks_->note(frame);
        return frame;
    }

    Tracks tracks() const override { return analysis_->tracks; }

private:
    std::shared_ptr<const Analysis> analysis_;
    TrackCursor cursor_;
    std::optional<SteadyBoxes> marks_;
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
          analyser_(make_analyser(options, shape, analysis_, first_frame)),
          recorder_(shape),
          marks_(places_of_marks(options, shape, analysis_)),
          records_(wants_tracks(options)),
          keeps_pts_(wants_frame_pts(options)),
          fade_frames_(fade_frames(shape.frame_rate)),
          live_fade_(shape, options.lookahead_frames) {
        if (Follower* follower = analyser_.follower(); follower && !records_) follower->tracker().note_doubts_up_to(kMostUnaskedDoubts);
    }

    void expect(const PicturePtr& picture) override { analyser_.expect(picture); }
    void push(PicturePtr picture) override { analyser_.push(std::move(picture)); }
    void set_horizon(int frames) override { analyser_.set_horizon(frames); }
    void finish() override { analyser_.finish(); }

    std::optional<FrameRecord> pop() override {
        if (!analyser_.next_is_final()) return std::nullopt;
        FrameRecord& record = analyser_.settle(true);
        if (analysis_) {
            set_known_fades(*analysis_, record, fade_frames_);
        } else {
            live_fade_.next(analyser_.frames(), record.index);
        }
        if (records_) recorder_.add(record.faces);
        if (keeps_pts_) frame_pts_.push_back(record.pts);
        FrameRecord done = record;
        if (marks_) marks_->note(done);
        done.luma = nullptr;
        done.scene = nullptr;
        analyser_.release();
        return done;
    }

    Tracks tracks() const override { return analysis_ ? analysis_->tracks : recorder_.tracks(); }

    std::vector<std::int64_t> frame_pts() const override { return frame_pts_; }

    std::vector<Tracker::Doubt> doubts() const override {
        const Follower* follower = analyser_.follower();
        return follower ? follower->tracker().doubts() : std::vector<Tracker::Doubt>{};
    }

    std::string detector() const override {
        const Follower* follower = analyser_.follower();
        return follower ? follower->detector_name() : std::string();
    }

private:
    std::shared_ptr<const Analysis> analysis_;
    FrameAnalyser analyser_;
    TrackRecorder recorder_;
    std::optional<SteadyBoxes> marks_;
    bool records_;
    bool keeps_pts_;
    std::vector<std::int64_t> frame_pts_;
    int fade_frames_;
    LiveFade live_fade_;
};

}  // namespace

std::unique_ptr<FaceStage> make_live_stage(const Options& options, const StreamShape& shape) {
    refuse_people_unseen(options);
    return std::make_unique<WindowStage>(options, shape, nullptr, 0);
}

std::unique_ptr<FaceStage> make_given_stage(const Options& options, const StreamShape& shape, std::shared_ptr<const Analysis> analysis,
                                            std::int64_t first_frame) {
    check_still_camera(options, *analysis);
    const bool moves = std::any_of(analysis->shots.begin(), analysis->shots.end(), [](const ShotRecord& r) { return r.moving; });
    if (moves) return std::make_unique<WindowStage>(options, shape, std::move(analysis), first_frame);
    return std::make_unique<KnownStage>(options, shape, std::move(analysis), first_frame);
}

}  // namespace invisiblur
