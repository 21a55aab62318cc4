#include "pipeline/pipeline.hpp"

#include "pipeline/erased_frame.hpp"

namespace invisiblur {

Pipeline::Pipeline(const Options& options, const StreamShape& shape, FaceStage& stage, ThreadPool& pool)
    : stage_(stage), pool_(pool), compositor_(std::make_shared<const Compositor>(options, shape)), frames_(std::make_shared<av::FramePool>()) {}

std::optional<Pipeline::Frame> Pipeline::pop() {
    std::optional<FrameRecord> record = stage_.pop();
    if (!record) return std::nullopt;
    Frame frame;
    frame.pts = record->pts;
    frame.masked = compositor_->needs_erasing(*record);
    frame.faces = record->faces;
    frame.frame = pool_.submit([compositor = compositor_, frames = frames_, record = std::move(*record)]() mutable {
        return av::erased_frame(*compositor, std::move(record), *frames);
    });
    return frame;
}

}  // namespace invisiblur
