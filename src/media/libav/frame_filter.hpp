#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "media/libav/handles.hpp"
#include "media/libav/log_listener.hpp"

extern "C" {
#include <libavfilter/avfilter.h>
}

namespace invisiblur::av {

using FilterGraphPtr = std::unique_ptr<AVFilterGraph, FreeAddress<avfilter_graph_free>>;

/// What comes out of a filter graph.
struct FilteredVideo {
    int width = 0;
    int height = 0;
    int format = -1;
    AVRational time_base{};
    AVRational frame_rate{};  ///< 0/1 where unknown
    AVRational sample_aspect{0, 1};
};

/// One video's frames through the user's filters, as ffmpeg's -vf has them. When the frames change their size or pixel format, the graph
/// is drained and built anew; what comes out must stay alike.
/// Units:   frames go in with pts and duration in the time base given, and come out in output().time_base; each pts is later than the one
///          before.
/// Errors:  std::invalid_argument that names the option and tells what libavfilter says of the graph; std::runtime_error or
///          std::system_error in mid-stream. Destroy only after that.
/// Order:   send(), receive() until it gives nothing, again; send(nullptr) at the end.
/// Threads: one thread at a time; filters with several of its own.
class FrameFilter {
public:
    FrameFilter(std::string option, std::string graph, AVRational time_base, AVRational frame_rate, int threads);
    FrameFilter(const FrameFilter&) = delete;
    FrameFilter& operator=(const FrameFilter&) = delete;

    /// Builds the graph for frames like this one, which may lack pixels, unless one stands.
    void set_up(const AVFrame& like);

    /// Known once the graph stands.
    const FilteredVideo& output() const { return *output_; }

    void send(FramePtr frame);
    std::optional<FramePtr> receive();

private:
    void build(const AVFrame& like);
    AVFilterContext& add(const char* filter, const char* name, const std::string& arguments);
    AVFilterContext& add_source(const AVFrame& like);
    void connect(AVFilterContext& source, AVFilterContext& end);
    void note_output(const AVFrame& like);
    void push(FramePtr frame);
    FramePtr complete(FramePtr frame);
    [[noreturn]] void refuse(const std::string& why) const;

    std::string option_;
    std::string text_;
    AVRational time_base_;
    AVRational frame_rate_;
    int threads_;
    LogListener log_;
    FilterGraphPtr graph_;
    AVFilterContext* source_ = nullptr;
    AVFilterContext* sink_ = nullptr;
    int width_ = 0, height_ = 0, format_ = -1;  ///< that the graph stands for
    std::optional<FilteredVideo> output_;
    std::deque<FramePtr> ready_;
    std::int64_t last_pts_ = AV_NOPTS_VALUE;
};

}  // namespace invisiblur::av
