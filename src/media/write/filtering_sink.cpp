#include "media/write/filtering_sink.hpp"

namespace invisiblur::av {
namespace {

std::unique_ptr<FrameFilter> make_filter(const VideoStream& video, const Options& options) {
    return std::make_unique<FrameFilter>("--vf-after", options.vf_after, video.time_base, video.frame_rate, options.threads);
}

/// What a filter says of colours and fields is seen only in a frame. This one comes from a graph of its own and goes nowhere.
FramePtr first_of(const VideoStream& video, const Options& options) {
    if (!video.first->data[0]) return nullptr;
    const auto filter = make_filter(video, options);
    filter->send(make_frame_reference(*video.first));
    filter->send(nullptr);
    auto frame = filter->receive();
    if (!frame) return nullptr;
    FramePtr bare = make_frame();
    check(av_frame_copy_props(bare.get(), frame->get()), "cannot copy a frame's properties");
    bare->format = (*frame)->format;
    bare->width = (*frame)->width;
    bare->height = (*frame)->height;
    return bare;
}

}  // namespace

FilteringSink::FilteringSink(std::unique_ptr<FrameSink> next, const std::vector<VideoStream>& videos, const Options& options)
    : next_(std::move(next)) {
    for (const VideoStream& video : videos) filters_.push_back(make_filter(video, options));
}

void FilteringSink::frame(std::size_t video, FramePtr frame, bool masked) {
    filters_[video]->send(std::move(frame));
    while (auto filtered = filters_[video]->receive()) next_->frame(video, std::move(*filtered), masked);
}

void FilteringSink::packet(int source_stream, PacketPtr packet) {
    next_->packet(source_stream, std::move(packet));
}

void FilteringSink::finish() {
    for (std::size_t video = 0; video < filters_.size(); ++video) frame(video, nullptr, false);
    next_->finish();
}

std::vector<VideoStream> after_filters(const std::vector<VideoStream>& videos, const Options& options) {
    std::vector<VideoStream> after;
    if (options.vf_after.empty()) return after;
    for (const VideoStream& video : videos) {
        after.push_back(described(video, *make_filter(video, options)));
        if (FramePtr first = first_of(video, options)) after.back().first = std::move(first);
    }
    return after;
}

}  // namespace invisiblur::av
