#include "media/libav/frame_filter.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "media/libav/compat.hpp"
#include "media/libav/pixel_layout.hpp"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/pixdesc.h>
}

namespace invisiblur::av {
namespace {

using InOutPtr = std::unique_ptr<AVFilterInOut, FreeAddress<avfilter_inout_free>>;
using ParametersOfSourcePtr = std::unique_ptr<AVBufferSrcParameters, FreeAddress<av_freep>>;

/// All pixel formats that the later stages understand, for the filter "format".
std::string handled_formats() {
    std::string names;
    for (const AVPixFmtDescriptor* d = nullptr; (d = av_pix_fmt_desc_next(d));) {
        if (!find_pixel_layout(av_pix_fmt_desc_get_id(d))) continue;
        names += (names.empty() ? "" : "|") + std::string(d->name);
    }
    return names;
}

InOutPtr end_of(const char* name, AVFilterContext& filter) {
    InOutPtr end(not_null(avfilter_inout_alloc()));
    end->name = not_null(av_strdup(name));
    end->filter_ctx = &filter;
    end->pad_idx = 0;
    return end;
}

}  // namespace

FrameFilter::FrameFilter(std::string option, std::string graph, AVRational time_base, AVRational frame_rate, int threads)
    : option_(std::move(option)), text_(std::move(graph)), time_base_(time_base), frame_rate_(frame_rate), threads_(threads) {}

void FrameFilter::refuse(const std::string& why) const {
    const std::string reason = log_.last();
    throw std::invalid_argument(fmt::format("{} \"{}\": {}{}", option_, text_, why, reason.empty() ? "" : " (" + reason + ")"));
}

void FrameFilter::set_up(const AVFrame& like) {
    if (!graph_) build(like);
}

void FrameFilter::build(const AVFrame& like) {
    graph_.reset(not_null(avfilter_graph_alloc()));
    log_.listen(*graph_);
    graph_->nb_threads = threads_;
    source_ = &add_source(like);
    sink_ = &add("buffersink", "out", "");
    // Later graphs of the same video must give what the first one gave.
    AVFilterContext& format = add("format", "format", "pix_fmts=" + (output_ ? format_name(output_->format) : handled_formats()));
    connect(*source_, format);
    check(avfilter_link(&format, 0, sink_, 0), "cannot end the filter graph");
    if (avfilter_graph_config(graph_.get(), nullptr) < 0) refuse("the filters do not work with this video");
    width_ = like.width;
    height_ = like.height;
    format_ = like.format;
    note_output(like);
}

AVFilterContext& FrameFilter::add(const char* filter, const char* name, const std::string& arguments) {
    AVFilterContext* context = nullptr;
    check(avfilter_graph_create_filter(&context, not_null(avfilter_get_by_name(filter)), name, arguments.c_str(), nullptr, graph_.get()),
          fmt::format("cannot make the filter {}", filter));
    return *context;
}

AVFilterContext& FrameFilter::add_source(const AVFrame& like) {
    AVFilterContext& source = *not_null(avfilter_graph_alloc_filter(graph_.get(), avfilter_get_by_name("buffer"), "in"));
    const ParametersOfSourcePtr parameters(not_null(av_buffersrc_parameters_alloc()));
    parameters->format = like.format;
    parameters->width = like.width;
    parameters->height = like.height;
    parameters->time_base = time_base_;
    parameters->frame_rate = frame_rate_;
    parameters->sample_aspect_ratio = like.sample_aspect_ratio;
    set_colour(*parameters, like);
    check(av_buffersrc_parameters_set(&source, parameters.get()), "cannot describe the video to its filters");
    check(avfilter_init_str(&source, nullptr), "cannot describe the video to its filters");
    return source;
}

/// Puts the user's filters between the two.
void FrameFilter::connect(AVFilterContext& source, AVFilterContext& end) {
    AVFilterInOut* inputs = end_of("out", end).release();
    AVFilterInOut* outputs = end_of("in", source).release();
    const int code = avfilter_graph_parse_ptr(graph_.get(), text_.c_str(), &inputs, &outputs, graph_.get());
    const InOutPtr open_inputs(inputs), open_outputs(outputs);
    if (code < 0) refuse("libavfilter does not understand this");
    if (open_inputs || open_outputs) refuse("the filters must take one video and give one");
}

void FrameFilter::note_output(const AVFrame& like) {
    FilteredVideo now;
    now.width = av_buffersink_get_w(sink_);
    now.height = av_buffersink_get_h(sink_);
    now.format = av_buffersink_get_format(sink_);
    now.time_base = av_buffersink_get_time_base(sink_);
    now.frame_rate = av_buffersink_get_frame_rate(sink_);
    now.sample_aspect = av_buffersink_get_sample_aspect_ratio(sink_);
    if (!output_) output_ = now;
    if (output_->width == now.width && output_->height == now.height && output_->format == now.format) return;
    throw std::runtime_error(fmt::format("the frame size changes to {}x{}, and \"{}\" makes {}x{} of it where it made {}x{} before; end it with scale={}:{}",
                                         like.width, like.height, text_, now.width, now.height, output_->width, output_->height, output_->width,
                                         output_->height));
}

void FrameFilter::send(FramePtr frame) {
    if (!frame) {
        if (graph_) push(nullptr);
        return;
    }
    const bool changed = frame->width != width_ || frame->height != height_ || frame->format != format_;
    if (graph_ && changed) {
        push(nullptr);
        graph_.reset();
    }
    if (!graph_) build(*frame);
    push(std::move(frame));
}

/// Frame in, all that is ready out; null drains.
void FrameFilter::push(FramePtr frame) {
    const std::string failed = fmt::format("{} \"{}\" failed", option_, text_);
    check(av_buffersrc_add_frame_flags(source_, frame.get(), 0), failed);
    for (;;) {
        FramePtr made = make_frame();
        const int code = av_buffersink_get_frame(sink_, made.get());
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
        check(code, failed);
        ready_.push_back(complete(std::move(made)));
    }
}

/// Gives it a time later than the one before and a duration in output().time_base.
FramePtr FrameFilter::complete(FramePtr frame) {
    const AVRational own = av_buffersink_get_time_base(sink_);
    const AVRational rate = output_->frame_rate;
    const std::int64_t usual = std::max<std::int64_t>(1, rate.num > 0 ? av_rescale_q(1, av_inv_q(rate), output_->time_base) : 1);
    std::int64_t pts = frame->pts == AV_NOPTS_VALUE ? AV_NOPTS_VALUE : av_rescale_q(frame->pts, own, output_->time_base);
    if (pts == AV_NOPTS_VALUE) pts = last_pts_ == AV_NOPTS_VALUE ? 0 : last_pts_ + usual;
    if (last_pts_ != AV_NOPTS_VALUE && pts <= last_pts_) pts = last_pts_ + 1;
    frame->pts = last_pts_ = pts;
    // Before 6.0 filters leave durations in the source's time; a new rate makes them wrong in any case.
    const bool same_rate = rate.num > 0 && frame_rate_.num > 0 && av_cmp_q(rate, frame_rate_) == 0;
    const bool rescaled = LIBAVUTIL_VERSION_MAJOR >= 58;
    const std::int64_t duration = av_rescale_q(frame_duration(*frame), rescaled ? own : time_base_, output_->time_base);
    set_frame_duration(*frame, same_rate ? duration : usual);
    return frame;
}

std::optional<FramePtr> FrameFilter::receive() {
    if (ready_.empty()) return std::nullopt;
    FramePtr frame = std::move(ready_.front());
    ready_.pop_front();
    return frame;
}

}  // namespace invisiblur::av
