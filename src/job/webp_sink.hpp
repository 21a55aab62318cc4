#pragma once
#include "media/libav/format_converter.hpp"
#include "media/write/frame_sink.hpp"
#include "still/webp_animation.hpp"

namespace invisiblur::av {

/// Writes the frames of an animated WebP as one: libav has no way to keep its times, loops and metadata.
/// Errors: std::runtime_error that begins with the file's name.
class WebpSink : public FrameSink {
public:
    /// In: form of the source; time_base of the frames.
    /// Owns: borrows the file.
    WebpSink(OutputFile& file, still::WebpForm form, AVRational time_base);
    void frame(std::size_t video, FramePtr frame, bool masked) override;
    void packet(int, PacketPtr) override {}
    void finish() override;

private:
    OutputFile& file_;
    still::WebpForm form_;
    AVRational time_base_;
    FormatConverter converter_{AV_PIX_FMT_RGBA};
    std::unique_ptr<still::WebpAnimation> animation_;  ///< from the first frame on
    std::size_t frames_ = 0;
    std::int64_t begin_ms_ = 0;
    std::int64_t end_ms_ = 0;
};

}  // namespace invisiblur::av
