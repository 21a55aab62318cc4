#pragma once
#include "media/write/frame_sink.hpp"

namespace invisiblur::av {

/// Sends finished frames through options.vf_after and hands on what comes out.
class FilteringSink : public FrameSink {
public:
    FilteringSink(std::unique_ptr<FrameSink> next, const std::vector<VideoStream>& videos, const Options& options);
    void frame(std::size_t video, FramePtr frame, bool masked) override;
    void packet(int source_stream, PacketPtr packet) override;
    void finish() override;
    const SentRecord* sent() const override { return next_->sent(); }

private:
    std::unique_ptr<FrameSink> next_;
    std::vector<std::unique_ptr<FrameFilter>> filters_;
};

/// What the videos are after options.vf_after; empty without that option.
/// Errors: as FrameFilter.
std::vector<VideoStream> after_filters(const std::vector<VideoStream>& videos, const Options& options);

}  // namespace invisiblur::av
