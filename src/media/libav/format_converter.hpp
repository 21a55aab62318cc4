#pragma once
#include <optional>

#include "media/libav/handles.hpp"
#include "options/frame_size.hpp"

namespace invisiblur::av {

/// How YUV samples mean colours: matrix (AVCOL_SPC_*) and range.
struct YuvColour {
    int matrix = AVCOL_SPC_UNSPECIFIED;
    bool full_range = false;
};

/// What a frame says, or what is usual for its size where it says nothing: BT.709 for HD, BT.601 below.
YuvColour yuv_colour_of(const AVFrame& frame);

/// From frames like this one to a size, a pixel format and, where that is YUV, a meaning of its samples, as exactly as libswscale can.
/// Errors: std::runtime_error where there is no way from one format to the other.
ScalerPtr make_scaler(const AVFrame& frame, const FrameSize& size, AVPixelFormat to, const YuvColour& colour);

/// Changes frames' pixel format at the same size; properties and side data stay.
/// Threads: one thread at a time.
class FormatConverter {
public:
    /// In: colour, of the result where it is YUV; the source's own by default.
    explicit FormatConverter(AVPixelFormat to, std::optional<YuvColour> colour = std::nullopt) : to_(to), colour_(colour) {}

    /// Owns:   the caller.
    /// Errors: std::runtime_error where there is no way from one format to the other.
    FramePtr convert(const AVFrame& frame);

    AVPixelFormat to() const { return to_; }

private:
    AVPixelFormat to_;
    std::optional<YuvColour> colour_;
    AVPixelFormat from_ = AV_PIX_FMT_NONE;
    int width_ = 0;
    int height_ = 0;
    ScalerPtr scaler_;
};

/// The format that holds exactly the same pictures and that all stages understand: itself in most cases, bgra for palettes, the
/// machine's byte order for the other one, whole bytes for fewer bits, RGB for gray with transparency; 16 bits for floats and the colours of a sensor's
/// raw samples are not exact. AV_PIX_FMT_NONE where there is none.
AVPixelFormat native_format(AVPixelFormat format);

}  // namespace invisiblur::av
