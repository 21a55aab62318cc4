#include "still/touched_blocks.hpp"

#include <algorithm>

namespace invisiblur::still {
namespace {

constexpr int kBlock = 8;

}  // namespace

TouchedBlocks::TouchedBlocks(const ImageView& before, const ImageView& after, std::span<const Rect> hidden, int c) {
    const auto a = component<std::uint8_t>(before, c), b = component<std::uint8_t>(after, c);
    columns_ = (a.width + kBlock - 1) / kBlock;
    rows_ = (a.height + kBlock - 1) / kBlock;
    blocks_.resize(static_cast<std::size_t>(columns_) * rows_);
    const auto mark = [&](int x, int y) { blocks_[static_cast<std::size_t>(y / kBlock) * columns_ + x / kBlock] = 1; };
    for (int y = 0; y < a.height; ++y)
        for (int x = 0; x < a.width; ++x)
            if (*a.at(x, y) != *b.at(x, y)) mark(x, y);
    const int across = before.layout.log2_width(c), down = before.layout.log2_height(c);
    for (const Rect& luma : hidden) {
        const Rect rect = intersect(Rect{luma.x0 >> across, luma.y0 >> down, -(-luma.x1 >> across), -(-luma.y1 >> down)}, Rect{0, 0, a.width, a.height});
        for (int y = rect.y0 / kBlock * kBlock; y < rect.y1; y += kBlock)
            for (int x = rect.x0 / kBlock * kBlock; x < rect.x1; x += kBlock) mark(x, y);
    }
}

}  // namespace invisiblur::still
