#pragma once
#include <vector>

#include "erase/fill/fill.hpp"

namespace invisiblur {

/// One component of a patch, taken out of the picture to be worked on.
struct PatchSamples {
    Rect where;  ///< in the component's own pixels
    std::vector<Cell> cells;
    std::vector<float> values;
    Rect picture, border;  ///< within the letterbox, and where it may be border; likewise

    PatchSamples(const ImageView& image, const FillTask& task, int c);

    /// Whether sample i lies in a part of the picture, `picture` or `border`.
    bool in(const Rect& part, std::size_t i) const {
        if (part == where) return true;  // most pictures have no letterbox
        const int x = static_cast<int>(i % static_cast<std::size_t>(where.width())), y = static_cast<int>(i / static_cast<std::size_t>(where.width()));
        return part.contains(where.x0 + x, where.y0 + y);
    }

    /// Writes the replaced samples only: all others keep every bit.
    void put_back(const ImageView& image, int c) const;
};

/// Components of gray with alpha: luma, then alpha.
inline bool is_alpha(const PixelLayout& layout, int c) {
    return c == 3 || (layout.component_count == 2 && c == 1);
}

}  // namespace invisiblur
