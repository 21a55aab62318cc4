#pragma once
#include <optional>
#include <span>

#include <opencv2/core.hpp>

#include "image/picture.hpp"
#include "invisiblur/detector.hpp"

namespace invisiblur {

/// Region-of-interest redetection: a picture at the size that is best for looking again at some boxes alone.
/// Threads: one thread at a time.
class RegionRedetection {
public:
    /// In: boxes and size of the picture in source pixels.
    RegionRedetection(const Picture& picture, std::span<const Box> boxes, int source_width, int source_height);

    /// Looks for a face near `box`, upright first, then in two of the other ways, which `turn` chooses.
    /// In:      rotation_degrees, clockwise, that turn the whole picture upright.
    /// Returns: the surest face near the box and of similar size, in source pixels.
    std::optional<Face> at(const Box& box, int rotation_degrees, unsigned turn, Detector& detector) const;

private:
    struct Way {
        double degrees;  ///< clockwise, on top of the picture's own
        bool mirrored;
    };
    std::optional<Face> look(const Box& box, const Way& way, int rotation_degrees, Detector& detector) const;

    RgbImage picture_;
    float scale_ = 1;  ///< pixels of picture_ in a source pixel
};

}  // namespace invisiblur
