#pragma once
#include <optional>
#include <span>
#include <vector>

#include "motion/transition.hpp"

namespace invisiblur {

/// Finds where shots begin: at cuts, and at the end of dissolves and fades. A flash and a fast pan are none.
/// Faces take no part: pixels of a core, in the frame or in the one it is compared with, are left out.
/// Order:   frames as they are shown.
/// Threads: one thread at a time.
class ShotDetector {
public:
    /// Takes the next frame.
    /// In:      luma, a block mean of the picture, the same size each time; cores, in pixels of `luma`, rounded outward.
    /// Returns: where a new shot begins with it, how many frames before it show how the last one went over into it: 0 for a cut. Nothing where none does (the first
    ///          frame begins none).
    std::optional<int> push(const GrayImage& luma, std::span<const Rect> cores);

private:
    std::optional<int> abrupt_start(const PictureSketch& now);

    TransitionDetector transitions_;
    PictureSketch last_;         ///< the last frame that showed something
    int flat_frames_ = 0;        ///< since then: black or white
    std::vector<float> recent_;  ///< the last differences, for the usual one of this video
};

}  // namespace invisiblur
