#pragma once
#include <deque>
#include <future>
#include <memory>
#include <optional>

#include "base/thread_pool.hpp"
#include "erase/compositor.hpp"
#include "media/libav/frame_pool.hpp"
#include "pipeline/face_stage.hpp"

namespace invisiblur {

/// One video stream's way from pictures to frames without faces: a stage that learns all of each frame in order, then a pool that erases
/// frames side by side, since by then they are independent. The transcoder, the C API, both filters and Python go through it.
/// Order:   as FaceStage's; pop() gives frames in order.
/// Errors:  as the stage; what erasing throws comes out of the frame's future. After an error it can only be destroyed.
/// Owns:    borrows the stage and the pool, which must live longer.
/// Threads: one thread at a time.
class Pipeline {
public:
    Pipeline(const Options& options, const StreamShape& shape, FaceStage& stage, ThreadPool& pool);

    void expect(const PicturePtr& picture) { stage_.expect(picture); }
    void push(PicturePtr picture) { stage_.push(std::move(picture)); }
    void skip() { stage_.skip(); }
    void set_horizon(int frames) { stage_.set_horizon(frames); }
    void finish() { stage_.finish(); }

    /// A frame of which all is known and that is erased, or will be.
    struct Frame {
        std::future<FramePtr> frame;
        std::int64_t pts = 0;
        bool masked = false;
        std::vector<TrackedFace> faces;
    };
    std::optional<Frame> pop();

    /// What was painted in the frames that are done, by track.
    std::map<int, PaintedShare> painted() const { return compositor_->painted(); }

private:
    FaceStage& stage_;
    ThreadPool& pool_;
    std::shared_ptr<const Compositor> compositor_;
    std::shared_ptr<av::FramePool> frames_;
};

}  // namespace invisiblur
