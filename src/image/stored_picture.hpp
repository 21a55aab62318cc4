#pragma once
#include <stdexcept>

#include "image/picture.hpp"

namespace invisiblur {

/// A picture that came out of a file between two runs: a reference for plates, at which no detector looks.
/// Threads: safe.
class StoredPicture : public Picture {
public:
    StoredPicture(OwnedImage image, std::int64_t pts, bool interlaced) : image_(std::move(image)), pts_(pts), interlaced_(interlaced) {}

    const ImageView& view() const override { return image_.view(); }
    std::int64_t pts() const override { return pts_; }
    bool interlaced() const override { return interlaced_; }
    RgbImage scaled_rgb(int, int) const override { throw std::logic_error("a stored picture is no source for a detector"); }

private:
    OwnedImage image_;
    std::int64_t pts_;
    bool interlaced_;
};

}  // namespace invisiblur
