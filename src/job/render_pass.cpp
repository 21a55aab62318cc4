#include "job/render_pass.hpp"

#include <future>
#include <set>

#include "base/bounded_queue.hpp"
#include "base/thread_group.hpp"
#include "pipeline/erased_frame.hpp"
#include "pipeline/frame_picture.hpp"

namespace invisiblur::av {
namespace {

constexpr std::size_t kFrameWeight = 8;  ///< packets weigh 1
constexpr std::size_t kQueueWeight = 4 * kFrameWeight;
constexpr std::size_t kErasingWeight = 2 * kFrameWeight;  ///< each frame in work needs memory for its membranes

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
        : reader_(reader), stages_(stages), sink_(sink), meter_(meter), counts_(stages.size()) {
        for (std::size_t i = 0; i < options.size(); ++i) erasers_.emplace_back(options[i], reader.videos()[i].shape);
        if (!options.empty()) threads_ = options.front().threads;
    }

    std::vector<RenderedStream> run(const std::atomic<bool>& cancel) {
        ThreadGroup threads([this] { abort(); });
        threads.start([this] { read(); });
        threads.start([this] { find(); });
        threads.start([this] { erase(); });
        threads.start([this] { deliver(); });
        threads.wait(cancel);
        return counts_;
    }

private:
    void abort() {
        decoded_.abort();
        analysed_.abort();
        erased_.abort();
    }

    void read() {
        while (auto item = reader_.next()) {
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

    void find() {
        while (auto thing = decoded_.pop()) {
            if (thing->packet) {
                if (thing->undecoded) stages_[thing->video]->skip();
                analysed_.push({thing->video, thing->stream, {}, std::move(thing->packet), false, thing->undecoded});
                continue;
            }
            stages_[thing->video]->push(std::move(thing->frame));
            pass_on(thing->video);
        }
        if (decoded_.aborted()) return;
        for (std::size_t video = 0; video < stages_.size(); ++video) {
            stages_[video]->finish();
            pass_on(video);
        }
        analysed_.close();
    }

    void pass_on(std::size_t video) {
        while (auto frame = stages_[video]->pop())
            if (!analysed_.push({video, -1, std::move(*frame), nullptr}, kFrameWeight)) return;
    }

    void erase() {
        while (auto thing = analysed_.pop()) {
            if (thing->packet) {
                if (thing->undecoded) ++counts_[thing->video].frames;
                erased_.push({thing->video, thing->stream, {}, std::move(thing->packet), false, thing->undecoded});
                continue;
            }
            const Compositor& eraser = erasers_[thing->video];
            ++counts_[thing->video].frames;
            const bool masked = eraser.needs_erasing(thing->frame);
            if (masked) ++counts_[thing->video].frames_masked;
            for (const TrackedFace& face : thing->frame.faces) seen_.insert({thing->video, face.track});
            faces_ = static_cast<int>(seen_.size());
            // Frames are erased side by side, as many as the queue holds; they keep their order in it.
            const auto how = threads_ == 1 ? std::launch::deferred : std::launch::async;
            auto frame = std::async(
                how, [&eraser, analysed = std::move(thing->frame)]() mutable { return erased_frame(eraser, std::move(analysed)); });
            erased_.push({thing->video, -1, std::move(frame), nullptr, masked}, kFrameWeight);
        }
        if (!analysed_.aborted()) erased_.close();
    }

    void deliver() {
        while (auto thing = erased_.pop()) {
            if (thing->packet) {
                sink_.packet(thing->stream, std::move(thing->packet));
                if (thing->undecoded) meter_.count_frame(faces_);
                continue;
            }
            sink_.frame(thing->video, thing->frame.get(), thing->masked);
            meter_.count_frame(faces_);
        }
        if (erased_.aborted()) return;
        sink_.finish();
        meter_.end_pass();
    }

    Reader& reader_;
    const std::vector<std::unique_ptr<FaceStage>>& stages_;
    FrameSink& sink_;
    ProgressMeter& meter_;
    std::vector<Compositor> erasers_;
    std::vector<RenderedStream> counts_;
    std::set<std::pair<std::size_t, int>> seen_;
    std::atomic<int> faces_{0};
    int threads_ = 0;
    BoundedQueue<Passing<PicturePtr>> decoded_{kQueueWeight};
    BoundedQueue<Passing<FrameRecord>> analysed_{kQueueWeight};
    BoundedQueue<Passing<std::future<FramePtr>>> erased_{kErasingWeight};
};

}  // namespace

std::vector<RenderedStream> render(Reader& reader, const std::vector<std::unique_ptr<FaceStage>>& stages,
                                   const std::vector<Options>& options, FrameSink& sink, ProgressMeter& meter,
                                   const std::atomic<bool>& cancel) {
    return Renderer(reader, stages, options, sink, meter).run(cancel);
}

}  // namespace invisiblur::av
