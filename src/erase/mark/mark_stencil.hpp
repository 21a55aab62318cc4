#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/geometry.hpp"
#include "image/image_view.hpp"

namespace invisiblur {

/// How much of each pixel of a rectangle becomes light and how much dark: a mark before it is drawn.
/// Units:   shares from 0 to 255; the light lies over the dark.
/// Threads: one thread at a time.
class MarkStencil {
public:
    /// In: area, on the chroma grid of the picture, inside it; may be empty.
    explicit MarkStencil(const Rect& area);

    const Rect& area() const { return area_; }

    /// In: a pixel of the area.
    void set(int x, int y, int light, int dark);

    /// Makes dark what lies within `reach` pixels of what is light.
    void add_edge(int reach);

    /// In: kept, a rectangle that must not be touched, on the chroma grid.
    void leave_out(const Rect& kept);

    /// Draws it; samples in which it has no share keep every bit. A subsampled sample gets the mean of its luma pixels.
    void paint(const ImageView& image, bool interlaced) const;

private:
    std::size_t at(int x, int y) const {
        return static_cast<std::size_t>(y - area_.y0) * static_cast<std::size_t>(area_.width()) + static_cast<std::size_t>(x - area_.x0);
    }
    std::vector<float> shares(const ImageView& image, int c, bool interlaced, const std::vector<std::uint8_t>& cover) const;
    void paint_component(const ImageView& image, int c, bool interlaced, float bright, float black) const;

    Rect area_;
    std::vector<std::uint8_t> light_, dark_;
};

}  // namespace invisiblur
