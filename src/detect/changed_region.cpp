#include "detect/changed_region.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace invisiblur {
namespace {

/// A block's side and the way to the next one, in pixels of the small picture, in which the smallest face is about so large. They overlap,
/// so that it fills one of them.
constexpr int kBlockPx = 4;
constexpr int kStepPx = 2;
/// Sums of a block's differences. A mean of two and a half steps is more than a camera's or a codec's noise makes of a still scene; where
/// there is more noise, up to four are let pass.
constexpr int kBlock = kBlockPx * kBlockPx;
constexpr int kLeastChange = 5 * kBlock / 2;
constexpr int kMostNoise = 4 * kBlock;
constexpr int kTimesNoise = 8;

/// The difference of two pictures, summed over overlapping blocks: columns x rows of them.
struct BlockSums {
    int columns, rows;
    std::vector<int> sums;

    BlockSums(const GrayImage& a, const GrayImage& b)
        : columns(std::max(0, (a.width - kBlockPx) / kStepPx + 1)), rows(std::max(0, (a.height - kBlockPx) / kStepPx + 1)) {
        std::vector<int> across(static_cast<std::size_t>(a.width));
        for (int row = 0; row < rows; ++row) {
            std::fill(across.begin(), across.end(), 0);
            for (int y = row * kStepPx; y < row * kStepPx + kBlockPx; ++y) {
                const std::size_t first = static_cast<std::size_t>(y) * a.width;
                for (std::size_t x = 0; x < across.size(); ++x) across[x] += a.pixels[first + x] - b.pixels[first + x];
            }
            for (int column = 0; column < columns; ++column) {
                const int* at = &across[static_cast<std::size_t>(column * kStepPx)];
                int sum = 0;
                for (int k = 0; k < kBlockPx; ++k) sum += at[k];
                sums.push_back(std::abs(sum));
            }
        }
    }

    int median() const {
        std::vector<int> sorted = sums;
        const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
        std::nth_element(sorted.begin(), middle, sorted.end());
        return *middle;
    }
};

}  // namespace

Rect changed_region(const GrayImage& before, const GrayImage& now) {
    const Rect whole{0, 0, now.width, now.height};
    if (before.width != now.width || before.height != now.height) return whole;
    const BlockSums blocks(before, now);
    if (blocks.sums.empty()) return whole;
    const int least = std::clamp(kTimesNoise * blocks.median(), kLeastChange, kMostNoise);
    Rect changed;
    std::size_t i = 0;
    for (int row = 0; row < blocks.rows; ++row) {
        for (int column = 0; column < blocks.columns; ++column, ++i) {
            if (blocks.sums[i] < least) continue;
            const int x = column * kStepPx, y = row * kStepPx;
            changed = unite(changed, {x, y, x + kBlockPx, y + kBlockPx});
        }
    }
    return changed;
}

}  // namespace invisiblur
