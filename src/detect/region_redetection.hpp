#pragma once
#include <cstdint>
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

    /// Whether it serves for these boxes of a picture, too.
    bool serves(const Picture& picture, std::span<const Box> boxes) const;

    /// Looks for a face near `box`, upright first, then in two of the other ways, which `turn` chooses.
    /// In:      rotation_degrees, clockwise, that turn the whole picture upright.
    /// Returns: the surest face near the box and of similar size, in source pixels.
    std::optional<Face> at(const Box& box, int rotation_degrees, unsigned turn, Detector& detector) const;

    /// Likewise, one glance.
    std::optional<Face> glance_at(const Box& box, int rotation_degrees, Detector& detector) const {
        return look(box, {0, false}, rotation_degrees, true, detector);
    }

    /// Likewise, one look, which is to say whether what was seen there is a face: it is believed a little less than one that nobody asked for.
    std::optional<Face> decide(const Box& box, int rotation_degrees, Detector& detector) const;

private:
    struct Way {
        double degrees;  ///< clockwise, on top of the picture's own
        bool mirrored;
    };
    std::optional<Face> look(const Box& box, const Way& way, int rotation_degrees, bool glance, Detector& detector) const;

    const Picture* of_;  ///< never read: with its pts, which picture this is
    std::int64_t pts_;
    RgbImage picture_;
    float scale_ = 1;  ///< pixels of picture_ in a source pixel
};

}  // namespace invisiblur
