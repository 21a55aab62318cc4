#pragma once
#include <chrono>
#include <memory>
#include <utility>

#include "invisiblur/transcode.hpp"
#include "media/write/frame_sink.hpp"

namespace invisiblur::av {

/// Shows a Progress a small picture of the result now and then, and hands everything on.
class PictureSink : public FrameSink {
public:
    /// Owns: borrows the progress.
    PictureSink(std::unique_ptr<FrameSink> next, Progress& progress) : next_(std::move(next)), progress_(progress) {}

    void frame(std::size_t video, FramePtr frame, bool masked) override;
    void packet(int source_stream, PacketPtr packet) override { next_->packet(source_stream, std::move(packet)); }
    void finish() override { next_->finish(); }
    const SentRecord* sent() const override { return next_->sent(); }

private:
    std::unique_ptr<FrameSink> next_;
    Progress& progress_;
    std::chrono::steady_clock::time_point shown_{};
};

}  // namespace invisiblur::av
