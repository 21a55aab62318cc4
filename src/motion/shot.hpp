#pragma once
#include <span>
#include <vector>

#include "image/image_view.hpp"

namespace invisiblur {

/// Finds cuts: places where one camera's picture is followed by another's. A flash, a fade and a fast pan are none.
/// Faces take no part: pixels of a core, in the frame or in the one it is compared with, are left out.
/// Order:   frames as they are shown.
/// Threads: one thread at a time.
class ShotDetector {
public:
    /// Takes the next frame; true where a new shot begins with it (the first frame begins none).
    /// In: luma, a block mean of the picture, the same size each time; cores, in pixels of `luma`, rounded outward.
    bool push(const GrayImage& luma, std::span<const Rect> cores);

private:
    /// A small copy without the cores; value -1 where a core touches.
    struct Sketch {
        int width = 0;
        int height = 0;
        std::vector<float> cells;
    };
    static Sketch sketch(const GrayImage& luma, std::span<const Rect> cores);
    static Rect between_bars(const Sketch& before, const Sketch& after);
    static float contrast(const Sketch& sketch);
    static float difference(const Sketch& before, const Sketch& after, float recognised);

    Sketch last_;                ///< the last frame that showed something
    int flat_frames_ = 0;        ///< since then: black or white
    std::vector<float> recent_;  ///< the last differences, for the usual one of this video
};

}  // namespace invisiblur
