#pragma once
#include "media/libav/format_converter.hpp"
#include "media/write/frame_sink.hpp"
#include "still/webp_animation.hpp"

namespace invisiblur::av {

/// Writes the frames of an animated WebP as one: libav has no way to keep its times, loops and metadata. Where nothing was hidden in any frame, it
/// is the source again, as other pictures are.
/// Errors: std::runtime_error that begins with the file's name.
class WebpSink : public FrameSink {
public:
    /// In: form of the source; time_base of the frames; source, the whole file, "" where it may not stay as it is.
    /// Owns: borrows the file.
    WebpSink(OutputFile& file, still::WebpForm form, AVRational time_base, still::Bytes source);
    void frame(std::size_t video, FramePtr frame, bool masked) override;
    void packet(int, PacketPtr) override {}
    void finish() override;

private:
    OutputFile& file_;
    still::WebpForm form_;
    AVRational time_base_;
    still::Bytes source_;
    FormatConverter converter_{AV_PIX_FMT_RGBA};
    std::unique_ptr<still::WebpAnimation> animation_;  ///< from the first frame on
    std::size_t frames_ = 0;
    std::int64_t begin_ms_ = 0;
    std::int64_t end_ms_ = 0;
};

}  // namespace invisiblur::av
