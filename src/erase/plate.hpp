#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "image_view.hpp"

namespace invisiblur {

/// A picture that owns its planes, in the layout of another one.
class OwnedImage {
public:
    OwnedImage() = default;
    OwnedImage(const PixelLayout& layout, int width, int height);

    const ImageView& view() const { return view_; }

private:
    std::vector<std::uint8_t> bytes_;
    ImageView view_;
};

/// What stands behind a part of the picture: the scene with no face in it.
/// `area` lies on the chroma grid; `image` holds its pixels; known[y * area.width() + x] is 1 where a luma pixel was ever seen.
/// Components of unknown pixels are 0.
struct Plate {
    Rect area;
    OwnedImage image;
    std::vector<std::uint8_t> known;
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

}  // namespace invisiblur
