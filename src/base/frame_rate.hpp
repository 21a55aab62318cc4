#pragma once

namespace invisiblur {

/// Frames a second: the stream's own, or the usual 25 where it says none (0).
inline constexpr double kUsualFrameRate = 25;
inline double frame_rate_or_usual(double frame_rate) {
    return frame_rate > 0 ? frame_rate : kUsualFrameRate;
}

}  // namespace invisiblur
