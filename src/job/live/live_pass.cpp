#include "job/live/live_pass.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <future>

#include "base/bounded_queue.hpp"
#include "base/foresight.hpp"
#include "base/frame_rate.hpp"
#include "base/stage_times.hpp"
#include "base/thread_group.hpp"
#include "job/live/frame_thinner.hpp"
#include "job/live/live_schedule.hpp"
#include "media/read/salvage.hpp"
#include "pipeline/frame_picture.hpp"
#include "pipeline/pipeline.hpp"

namespace invisiblur::av {
namespace {

constexpr double kUsualDelay_s = 1;
constexpr double kLookAheadPart = 0.5;  ///< of the delay; the rest is for waiting, looking, erasing and encoding
constexpr double kWaitPart = 0.25;      ///< of the delay, until frames are left out
constexpr std::size_t kMostWaiting = 64;  ///< pictures in memory
constexpr std::size_t kErasedWeight = 8;  ///< of a frame; packets weigh 1
constexpr double kLongestWait_s = 0.1;    ///< what another thread has planned meanwhile is seen after that

/// One thing on its way: a frame of a video, or a packet that is copied.
template <class Frame>
struct Passing {
    std::size_t video = 0;
    int stream = -1;
    Frame frame{};
    PacketPtr packet;
    double came_s = 0;
    std::int64_t pts = 0;
    bool masked = false;
};

/// What belongs to one video of the source.
struct LiveVideo {
    LiveVideo(const VideoStream& video, const Options& stage_options, const LiveRule& rule, FaceStage& stage, ThreadPool& pool)
        : pipeline(stage_options, video.shape, stage, pool),
          schedule(std::max<std::int64_t>(1, std::llround(1 / frame_rate_or_usual(video.shape.frame_rate) / av_q2d(video.time_base))),
                   1 / frame_rate_or_usual(video.shape.frame_rate), rule.delay_s),
          blank(blank_like(*video.first, video.first->width, video.first->height, video.first->format)),
          lookahead(stage_options.lookahead_frames) {}

    Pipeline pipeline;
    LiveSchedule schedule;
    FrameThinner thinner;      ///< of the reading thread
    std::atomic<double> share{1};  ///< as it has it
    FramePtr blank;
    int lookahead;  ///< frames, where none is left out
};

class LiveRenderer {
public:
    LiveRenderer(LiveSource& source, const std::vector<std::unique_ptr<FaceStage>>& stages, const std::vector<Options>& options, const LiveRule& rule,
                 FrameSink& sink, ProgressMeter& meter)
        : source_(source), rule_(rule), sink_(sink), meter_(meter), pool_(thread_count(options.front().threads)), erased_((pool_.width() + 1) * kErasedWeight) {
        const auto& videos = source.reader().videos();
        for (std::size_t i = 0; i < videos.size(); ++i) videos_.emplace_back(videos[i], options[i], rule, *stages[i], pool_);
        tally_.streams.resize(videos.size());
    }

    LiveTally run() {
        const std::atomic<bool> never{false};
        ThreadGroup threads([this] { abort(); });
        threads.start([this] { read(); });
        threads.start([this] { analyse(); });
        threads.start([this] { deliver(); });
        threads.wait(never);
        for (std::size_t i = 0; i < videos_.size(); ++i) tally_.streams[i].painted = videos_[i].pipeline.painted();
        if (measured_ > 0) tally_.mean_delay_s = delays_s_ / static_cast<double>(measured_);
        return tally_;
    }

private:
    void abort() {
        waiting_.abort();
        erased_.abort();
    }

    void read() {
        while (auto live = source_.next()) {
            if (waiting_.aborted()) return;
            ReadItem& item = live->item;
            const auto video = source_.reader().video_of(item.stream);
            if (item.frame) take(*video, *live);
            else if (!waiting_.push({0, item.stream, nullptr, std::move(item.packet)}, 0)) return;
        }
        for (LiveVideo& video : videos_) video.schedule.end();
        waiting_.close();
    }

    /// Never waits: a source cannot be held up.
    void take(std::size_t number, LiveItem& live) {
        LiveVideo& video = videos_[number];
        const std::int64_t pts = live.item.frame->pts;
        ++tally_.frames;
        video.schedule.come(live.came_s);
        const bool wanted = video.thinner.keep(lateness_);
        video.share = video.thinner.share();
        const bool in_time = wanted && (!rule_.blanks || live.due_s > live.came_s);
        const bool room = in_time && waiting_count_ < kMostWaiting;
        if (!room || !video.schedule.plan({pts, live.came_s, live.due_s})) {
            ++tally_.left_out;
            return;
        }
        ++waiting_count_;
        waiting_.push({number, live.item.stream, make_picture(std::move(live.item.frame)), nullptr, live.came_s, pts});
    }

    void analyse() {
        Foresight<Passing<PicturePtr>> coming(waiting_, foresight_steps(pool_.width() > 1), [this](const Passing<PicturePtr>& thing) {
            if (thing.frame && pool_.width() > 1) videos_[thing.video].pipeline.expect(thing.frame);
        });
        while (auto thing = coming.next()) {
            if (thing->packet) {
                if (!erased_.push({thing->video, thing->stream, {}, std::move(thing->packet)})) return;
                continue;
            }
            LiveVideo& video = videos_[thing->video];
            --waiting_count_;
            lateness_ = (steady_s() - thing->came_s) / (kWaitPart * rule_.delay_s);
            video.pipeline.set_horizon(std::max(1, static_cast<int>(std::lround(video.lookahead * video.share))));
            video.pipeline.push(std::move(thing->frame));
            pass_on(thing->video);
        }
        if (waiting_.aborted()) return;
        for (std::size_t i = 0; i < videos_.size(); ++i) {
            videos_[i].pipeline.finish();
            pass_on(i);
        }
        erased_.close();
    }

    void pass_on(std::size_t video) {
        while (auto frame = videos_[video].pipeline.pop()) {
            for (const TrackedFace& face : frame->faces) newest_ = std::max(newest_, face.track);
            faces_ = newest_;
            if (!erased_.push({video, -1, std::move(frame->frame), nullptr, 0, frame->pts, frame->masked}, kErasedWeight)) return;
        }
    }

    void deliver() {
        while (!erased_.ended()) {
            auto thing = erased_.pop_for(std::chrono::duration<double>(std::clamp(next_due_s() - steady_s(), 0.0, kLongestWait_s)));
            if (thing && thing->packet) sink_.packet(thing->stream, std::move(thing->packet));
            else if (thing) put(*thing);
            send_blanks();
        }
        if (erased_.aborted()) return;
        const StageTimer timer(Stage::write);
        sink_.finish();
        meter_.end_pass();
    }

    double next_due_s() const {
        double next_s = INFINITY;
        for (const LiveVideo& video : videos_) next_s = std::min(next_s, video.schedule.next_due_s(rule_.blanks));
        return next_s;
    }

    /// A frame that went out blank already is forgotten.
    void put(Passing<std::future<FramePtr>>& thing) {
        LiveVideo& video = videos_[thing.video];
        const auto planned = video.schedule.planned(thing.pts);
        if (!planned) return;
        const std::chrono::duration<double> left(std::max(0.0, planned->due_s - steady_s()));
        if (rule_.blanks && thing.frame.wait_for(left) == std::future_status::timeout) return;  // send_blanks() stands in
        FramePtr frame = thing.frame.get();
        if (thing.masked) ++tally_.streams[thing.video].frames_masked;
        send(thing.video, std::move(frame), thing.masked);
        const double delay_s = steady_s() - planned->came_s;
        tally_.most_delay_s = std::max(tally_.most_delay_s, delay_s);
        delays_s_ += delay_s;
        ++measured_;
    }

    void send_blanks() {
        for (std::size_t i = 0; i < videos_.size(); ++i) {
            while (const auto pts = videos_[i].schedule.blank_due(steady_s(), rule_.blanks)) {
                FramePtr blank = make_frame_reference(*videos_[i].blank);
                blank->pts = *pts;
                ++tally_.blank;
                send(i, std::move(blank), true);
            }
        }
    }

    void send(std::size_t video, FramePtr frame, bool masked) {
        const StageTimer timer(Stage::write);
        const std::int64_t pts = frame->pts;
        sink_.frame(video, std::move(frame), masked);
        videos_[video].schedule.sent(pts);
        ++tally_.streams[video].frames;
        meter_.count_frame(faces_);
    }

    LiveSource& source_;
    const LiveRule rule_;
    FrameSink& sink_;
    ProgressMeter& meter_;
    LiveTally tally_;
    double delays_s_ = 0;
    std::int64_t measured_ = 0;
    int newest_ = 0;  ///< number of a track
    std::atomic<int> faces_{0};
    std::atomic<double> lateness_{0};
    std::atomic<std::size_t> waiting_count_{0};
    ThreadPool pool_;
    std::deque<LiveVideo> videos_;
    BoundedQueue<Passing<PicturePtr>> waiting_{kMostWaiting + 1};
    BoundedQueue<Passing<std::future<FramePtr>>> erased_;
};

}  // namespace

LiveRule live_rule(const Options& options) {
    return {options.delay_s > 0 ? options.delay_s : kUsualDelay_s, options.on_late != "wait"};
}

Options live_options(Options options, const LiveRule& rule, double frame_rate) {
    const auto fits = static_cast<int>(kLookAheadPart * rule.delay_s * frame_rate_or_usual(frame_rate));
    options.lookahead_frames = std::min(options.lookahead_frames, std::max(1, fits));
    return options;
}

LiveTally render_live(LiveSource& source, const std::vector<std::unique_ptr<FaceStage>>& stages, const std::vector<Options>& options, const LiveRule& rule,
                      FrameSink& sink, ProgressMeter& meter) {
    return LiveRenderer(source, stages, options, rule, sink, meter).run();
}

}  // namespace invisiblur::av
