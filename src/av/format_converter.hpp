#pragma once
#include "av/handles.hpp"

namespace invisiblur::av {

/// Changes frames' pixel format at the same size; properties and side data stay.
/// Threads: one thread at a time.
class FormatConverter {
public:
    explicit FormatConverter(AVPixelFormat to) : to_(to) {}

    /// Owns:   the caller.
    /// Errors: std::runtime_error where there is no way from one format to the other.
    FramePtr convert(const AVFrame& frame);

private:
    AVPixelFormat to_;
    AVPixelFormat from_ = AV_PIX_FMT_NONE;
    int width_ = 0;
    int height_ = 0;
    ScalerPtr scaler_;
};

/// The format that holds exactly the same pictures and that all stages understand: itself in most cases, bgra for palettes, the
/// machine's byte order for the other one. AV_PIX_FMT_NONE where there is none.
AVPixelFormat native_format(AVPixelFormat format);

}  // namespace invisiblur::av
