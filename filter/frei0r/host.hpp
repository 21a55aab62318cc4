#pragma once
#include <optional>

namespace invisiblur::frei0r {

/// The host whose code is at `caller`: the major version of its libavfilter; kOtherHost for MLT, GStreamer and the like; kUnknownHost for an
/// ffmpeg that shows no symbols.
int host_of(const void* caller);

constexpr int kOtherHost = 0;
constexpr int kUnknownHost = -1;

/// How many pixels lie from one row to the next in a host's pictures. The frei0r interface has no word for it: rows are as long as the
/// picture is wide, but libavfilter up to version 8 (FFmpeg 5.1) rounds them up to 16 pixels.
/// Returns: nothing where the host may do either and the width is no multiple of 16.
std::optional<int> row_px(int width, int host);

}  // namespace invisiblur::frei0r
