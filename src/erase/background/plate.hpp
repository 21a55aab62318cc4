#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "image/image_view.hpp"

namespace invisiblur {

/// How much of a plate's detail to paint, part by part of its area: what is right on one side of a face may be wrong on the other.
struct ConfidenceMap {
    /// The area is cut into kSide x kSide parts of one size.
    static constexpr int kSide = 8;
    std::vector<float> parts;  ///< in [0, 1], row by row; 0 leaves the smooth membrane alone; empty for 1 everywhere

    /// Bilinear between the middles of the parts. In: x, y, the place in the area, from 0 to 1.
    float at(float x, float y) const;
    bool whole() const;    ///< 1 everywhere
    bool nothing() const;  ///< 0 everywhere
};

/// What stands behind a part of the picture: the scene with no face in it.
/// `area` lies on the chroma grid; `image` holds its pixels; known[y * area.width() + x] is 1 where a luma pixel was ever seen.
/// Components of unknown pixels are 0.
struct Plate {
    Rect area;
    OwnedImage image;
    std::vector<std::uint8_t> known;
    std::optional<ConfidenceMap> confidence;  ///< none where it was not tried out
    std::vector<std::uint8_t> disputed = {};  ///< 1 for a known pixel of which the first references did not agree; empty where they were not asked
    std::vector<std::uint8_t> made_up = {};   ///< 1 for a known pixel that no frame showed: it was synthesised; empty for none
    std::vector<std::uint8_t> hair = {};  ///< 1 for a pixel of the frame that is hair, known plate or not; empty for none

    /// Whether it comes from other frames of a camera that moves: its light and its place may be a little off. One of a still camera fits as it is.
    bool is_laid() const { return confidence.has_value(); }
    bool is_made_up(std::size_t i) const { return !made_up.empty() && made_up[i] != 0; }
};

/// Gives the plate for any part of any frame of a shot, in that frame's own coordinates.
/// Threads: safe.
class PlateSource {
public:
    virtual ~PlateSource() = default;

    /// Owns:   the caller.
    /// Where nothing is known the plate's `known` is all 0.
    virtual Plate plate(std::int64_t frame, const Rect& area) const = 0;
};

/// One plate for all frames of a shot: the camera stands still.
/// Parts of the picture beyond the stored plate are unknown.
std::unique_ptr<PlateSource> make_still_plate(Plate plate);

/// The part `area` of a plate; what lies beyond it is unknown and 0.
Plate crop_plate(const Plate& plate, const Rect& area);

/// Copies the marked pixels of `from`, with what is known of them, where both plates lie on each other.
/// In: which, 1 for a pixel of `from`; a chroma sample goes with any of its luma pixels.
void lay_over(Plate& to, const Plate& from, std::span<const std::uint8_t> which);

/// Fades an earlier plate of the same area into one that takes its place: what either has made up and both know becomes their mixture, so that nothing pops.
/// In: share, of what was before.
void mix_made_up(Plate& now, const Plate& before, float share);

/// Whether anything is known of a plate.
bool anything_known(const Plate& plate);

/// A plate of which nothing is known.
Plate unknown_plate(const PixelLayout& layout, const Rect& area);

/// Takes back what is known of pixels in whose surroundings much is not: where references disagree from pixel to pixel, those that
/// happened to agree are speckles.
/// In: wanted, 1 for the pixels that count, as many as the plate's; empty for all.
void drop_speckles(Plate& plate, std::span<const std::uint8_t> wanted = {});

/// Gives unknown pixels the smooth membrane through the known ones, so that a partly known plate has no edge within.
/// `known` stays as it is: a filled pixel is good to paint with, not to compare with.
/// In: wanted, as drop_speckles.
void fill_unknown(Plate& plate, std::span<const std::uint8_t> wanted = {});

}  // namespace invisiblur
