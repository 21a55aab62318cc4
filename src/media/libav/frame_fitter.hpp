#pragma once
#include "media/libav/format_converter.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// Gives frames of other sizes and formats one size, format and meaning of colours. What has another shape stands in the middle between
/// black bars.
/// Threads: one thread at a time.
class FrameFitter {
public:
    /// In: size, format, colour of all frames to come.
    FrameFitter(const FrameSize& size, AVPixelFormat format, const YuvColour& colour) : size_(size), format_(format), colour_(colour) {}

    /// Properties and side data stay.
    /// Errors: std::runtime_error where there is no way from one format to the other.
    FramePtr fit(const AVFrame& frame);

private:
    void set_up(const AVFrame& frame);

    FrameSize size_;
    AVPixelFormat format_;
    YuvColour colour_;
    FrameSize from_size_;
    int from_format_ = AV_PIX_FMT_NONE;
    FrameSize inner_;
    int x_ = 0, y_ = 0;  ///< of the inner picture
    ScalerPtr scaler_;
};

}  // namespace invisiblur::av
