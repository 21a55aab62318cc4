#include "job/webp_sink.hpp"

#include "media/libav/compat.hpp"
#include "media/libav/pixel_layout.hpp"

namespace invisiblur::av {

WebpSink::WebpSink(OutputFile& file, still::WebpForm form, AVRational time_base, still::Bytes source)
    : file_(file), form_(std::move(form)), time_base_(time_base), source_(std::move(source)) {}

void WebpSink::frame(std::size_t, FramePtr frame, bool masked) {
    if (masked) source_.clear();
    const auto ms = [&](std::int64_t ticks) { return av_rescale_q(ticks, time_base_, {1, 1000}); };
    if (!animation_) {
        form_.width = frame->width, form_.height = frame->height;  // filters may have changed it
        animation_ = std::make_unique<still::WebpAnimation>(form_, file_.name());
    }
    const FramePtr rgba = frame->format == AV_PIX_FMT_RGBA ? std::move(frame) : converter_.convert(*frame);
    // The source's own times, which are finer where a frame lasts no time at all.
    const bool known = frames_ < form_.durations_ms.size();
    begin_ms_ = known ? end_ms_ : std::max(end_ms_, ms(rgba->pts));
    animation_->add(view_of(*rgba), begin_ms_);
    end_ms_ = begin_ms_ + (known ? form_.durations_ms[frames_] : std::max<std::int64_t>(0, ms(frame_duration(*rgba))));
    ++frames_;
}

void WebpSink::finish() {
    if (!animation_) throw std::runtime_error(file_.name() + ": there is no frame for the animation");
    file_.write(source_.empty() ? animation_->finish(end_ms_) : source_);
}

}  // namespace invisiblur::av
