#pragma once
#include <span>
#include <vector>

#include "image/image_view.hpp"

namespace invisiblur::still {

/// Which blocks of 8 x 8 samples of one component must be coded anew.
class TouchedBlocks {
public:
    /// In: before and after, the same picture, changed; hidden, rectangles in luma pixels whose blocks count as changed in any case: what was
    /// painted there can equal what was there before, sample by sample, and the coded data would still be the source's.
    TouchedBlocks(const ImageView& before, const ImageView& after, std::span<const Rect> hidden, int component);

    bool touched(int block_x, int block_y) const {
        // blocks wholly beyond the picture's border repeat what is beside them
        return blocks_[static_cast<std::size_t>(std::min(block_y, rows_ - 1)) * columns_ + std::min(block_x, columns_ - 1)] != 0;
    }

private:
    int columns_;
    int rows_;
    std::vector<std::uint8_t> blocks_;
};

}  // namespace invisiblur::still
