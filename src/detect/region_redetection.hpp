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

    /// Glances, upright only.
    std::optional<Face> glance_at(const Box& box, int rotation_degrees, Detector& detector) const;

    /// Whether what was seen at `box` is a face. A face is one in a mirror and at another size, too; a thing that looks like one is often not.
    /// Returns: the face with the lower of the scores, none where it is none.
    std::optional<Face> decide(const Box& box, int rotation_degrees, Detector& detector) const;

private:
    /// A face of this size in a tile of this size: large enough for the network's best recall, with the head and shoulders around it that it
    /// knows faces by, and cheap (1/27 of a 640x384 look).
    static constexpr int kTilePx = 96;
    static constexpr float kFacePx = 34;

    struct Way {
        double degrees;  ///< clockwise, on top of the picture's own
        bool mirrored;
        float face_px = kFacePx;  ///< how large the face is shown
    };
    std::optional<Face> look(const Box& box, const Way& way, int rotation_degrees, bool glance, Detector& detector) const;

    const Picture* of_;  ///< never read: with its pts, which picture this is
    std::int64_t pts_;
    RgbImage picture_;
    float scale_ = 1;  ///< pixels of picture_ in a source pixel
};

}  // namespace invisiblur
