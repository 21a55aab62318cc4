#include "job/render_pass.hpp"

#include <future>
#include <set>

#include "base/bounded_queue.hpp"
#include "base/foresight.hpp"
#include "base/stage_times.hpp"
#include "base/thread_group.hpp"
#include "pipeline/frame_picture.hpp"
#include "pipeline/pipeline.hpp"

namespace invisiblur::av {
namespace {

constexpr std::size_t kFrameWeight = 8;  ///< packets weigh 1
constexpr std::size_t kDecodedWeight = 2 * kFrameWeight;

/// One thing on its way: a frame of a video stream, or a packet that is copied.
template <class Frame>
struct Passing {
    std::size_t video = 0;
    int stream = -1;
    Frame frame{};
    PacketPtr packet;
    bool masked = false;     ///< a frame, once it is erased
    bool undecoded = false;  ///< a packet of which no frame comes
};

class Renderer {
public:
    Renderer(Reader& reader, const std::vector<std::unique_ptr<FaceStage>>& stages, const std::vector<Options>& options, FrameSink& sink,
             ProgressMeter& meter)
        : reader_(reader), sink_(sink), meter_(meter), counts_(stages.size()), pool_(thread_count(options.empty() ? 0 : options.front().threads)),
          erased_((pool_.width() + 1) * kFrameWeight) {  // each frame in work needs memory
        for (std::size_t i = 0; i < options.size(); ++i) pipelines_.emplace_back(options[i], reader.videos()[i].shape, *stages[i], pool_);
    }

    std::vector<RenderedStream> run(const std::atomic<bool>& cancel) {
        ThreadGroup threads([this] { abort(); });
        threads.start([this] { read(); });
        threads.start([this] { analyse(); });
        threads.start([this] { deliver(); });
        threads.wait(cancel);
        for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i].painted = pipelines_[i].painted();
        return counts_;
    }

private:
    void abort() {
        decoded_.abort();
        erased_.abort();
    }

    std::optional<ReadItem> next_item() {
        const StageTimer timer(Stage::read);
        return reader_.next();
    }

    void read() {
        while (auto item = next_item()) {
            if (item->packet) {
                const std::size_t video = reader_.video_of(item->stream).value_or(0);
                if (!decoded_.push({video, item->stream, nullptr, std::move(item->packet), false, item->undecoded})) return;
                continue;
            }
            const std::size_t video = *reader_.video_of(item->stream);
            if (!decoded_.push({video, item->stream, make_picture(std::move(item->frame)), nullptr}, kFrameWeight)) return;
        }
        decoded_.close();
    }

    void analyse() {
        Foresight<Passing<PicturePtr>> coming(decoded_, foresight_steps(pool_.width() > 1), [this](const Passing<PicturePtr>& thing) {
            if (thing.frame && pool_.width() > 1) pipelines_[thing.video].expect(thing.frame);
        });
        while (auto thing = coming.next()) {
            if (thing->packet) {
                if (thing->undecoded) pipelines_[thing->video].skip(), ++counts_[thing->video].frames;
                erased_.push({thing->video, thing->stream, {}, std::move(thing->packet), false, thing->undecoded});
                continue;
            }
            pipelines_[thing->video].push(std::move(thing->frame));
            pass_on(thing->video);
        }
        if (decoded_.aborted()) return;
        for (std::size_t video = 0; video < pipelines_.size(); ++video) {
            pipelines_[video].finish();
            pass_on(video);
        }
        erased_.close();
    }

    void pass_on(std::size_t video) {
        while (auto frame = pipelines_[video].pop()) {
            ++counts_[video].frames;
            if (frame->masked) ++counts_[video].frames_masked;
            for (const TrackedFace& face : frame->faces) seen_.insert({video, face.track});
            faces_ = static_cast<int>(seen_.size());
            if (!erased_.push({video, -1, std::move(frame->frame), nullptr, frame->masked}, kFrameWeight)) return;
        }
    }

    void deliver() {
        while (auto thing = erased_.pop()) {
            if (thing->packet) {
                sink_.packet(thing->stream, std::move(thing->packet));
                if (thing->undecoded) meter_.count_frame(faces_);
                continue;
            }
            FramePtr frame = thing->frame.get();
            const StageTimer timer(Stage::write);
            sink_.frame(thing->video, std::move(frame), thing->masked);
            meter_.count_frame(faces_);
        }
        if (erased_.aborted()) return;
        const StageTimer timer(Stage::write);
        sink_.finish();
        meter_.end_pass();
    }

    Reader& reader_;
    FrameSink& sink_;
    ProgressMeter& meter_;
    std::vector<RenderedStream> counts_;
    std::set<std::pair<std::size_t, int>> seen_;
    std::atomic<int> faces_{0};
    ThreadPool pool_;
    std::deque<Pipeline> pipelines_;
    BoundedQueue<Passing<PicturePtr>> decoded_{kDecodedWeight};
    BoundedQueue<Passing<std::future<FramePtr>>> erased_;
};

}  // namespace

std::vector<RenderedStream> render(Reader& reader, const std::vector<std::unique_ptr<FaceStage>>& stages,
                                   const std::vector<Options>& options, FrameSink& sink, ProgressMeter& meter,
                                   const std::atomic<bool>& cancel) {
    return Renderer(reader, stages, options, sink, meter).run(cancel);
}

}  // namespace invisiblur::av
