#pragma once
#include <string>

#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// Makes small 8-bit 4:2:0 copies of frames, for people to look at.
/// Threads: one thread at a time.
class Shrinker {
public:
    /// In: longest_px, most pixels of the longer side; full_range, of the result.
    Shrinker(int longest_px, bool full_range) : longest_px_(longest_px), full_range_(full_range) {}

    /// A copy of the same shape with even sides, no larger than the source; with the source's pts.
    /// Owns:   the caller.
    /// Errors: std::runtime_error where libswscale cannot.
    FramePtr shrink(const AVFrame& frame);

private:
    int longest_px_;
    bool full_range_;
    int from_width_ = 0, from_height_ = 0, from_format_ = AV_PIX_FMT_NONE;
    int width_ = 0, height_ = 0;
    ScalerPtr scaler_;
};

/// A frame as the bytes of a JPEG file, at most `longest_px` wide and high.
/// Errors: as Shrinker; std::runtime_error where there is no encoder.
std::string jpeg_of(const AVFrame& frame, int longest_px);

}  // namespace invisiblur::av
