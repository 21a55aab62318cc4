#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/geometry.hpp"

namespace invisiblur::still {

/// Marks the pixels of a row that lie in one of the rectangles with 1, the others with 0. In: row, as long as the picture is wide.
inline void mark_hidden(std::span<const Rect> hidden, int y, std::vector<std::uint8_t>& row) {
    std::ranges::fill(row, std::uint8_t{0});
    for (const Rect& rect : hidden)
        if (y >= rect.y0 && y < rect.y1)
            for (int x = std::max(0, rect.x0); x < std::min(static_cast<int>(row.size()), rect.x1); ++x) row[static_cast<std::size_t>(x)] = 1;
}

}  // namespace invisiblur::still
