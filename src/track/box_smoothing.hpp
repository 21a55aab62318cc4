#pragma once
#include <cstddef>
#include <span>

#include "invisiblur/detector.hpp"

namespace invisiblur {

/// A side may lie so much of the box's size within boxes[at]'s own: detections jitter by that, and a mask reaches farther than its box.
inline constexpr float kSteadyJitter = 0.05F;

/// The box at `at` without pulsing and trembling from frame to frame: the sides as seen from a smoothed centre, their mean over `radius`
/// frames each way, or, where it is more, the largest of them but for kSteadyJitter (a dilation, then a smoothing no wider than it). What sticks out
/// is never more than that, and nothing where a side is suddenly far beyond the usual. A face that moves steadily is not widened by its motion.
/// In: boxes of consecutive frames, as many as are known within 2 * radius of `at`; at < boxes.size().
Box smooth_box(std::span<const Box> boxes, std::size_t at, std::size_t radius);

}  // namespace invisiblur
