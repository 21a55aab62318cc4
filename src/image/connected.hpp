#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace invisiblur {

/// Whether one of a pixel's up to four neighbours is something. In: x, y, in a map of width x height; is(index).
template <class Is>
bool any_neighbour(int x, int y, int width, int height, Is is) {
    const std::size_t row = static_cast<std::size_t>(width), i = static_cast<std::size_t>(y) * row + static_cast<std::size_t>(x);
    return (x > 0 && is(i - 1)) || (x + 1 < width && is(i + 1)) || (y > 0 && is(i - row)) || (y + 1 < height && is(i + row));
}

/// The four neighbours of some pixels that may be entered, as indices like them.
/// In:  front, indices into a map of width x height, row by row; may_enter(i), whether a pixel may be and was not entered before: it notes that
///      itself.
template <class MayEnter>
std::vector<int> neighbours_of(const std::vector<int>& front, int width, int height, MayEnter may_enter) {
    std::vector<int> entered;
    const auto reach = [&](int i) {
        if (may_enter(i)) entered.push_back(i);
    };
    for (const int i : front) {
        const int x = i % width, y = i / width;
        if (x > 0) reach(i - 1);
        if (x + 1 < width) reach(i + 1);
        if (y > 0) reach(i - width);
        if (y + 1 < height) reach(i + width);
    }
    return entered;
}

/// The connected components of a map, by four neighbours.
class ConnectedComponents {
public:
    /// In: belongs, width * height, not 0 for the pixels that form components.
    ConnectedComponents(std::span<const std::uint8_t> belongs, int width, int height);

    /// How many pixels each has; the first entry is for the pixels that belong to none.
    const std::vector<std::size_t>& sizes() const { return sizes_; }
    /// Of pixel i, from 1 on; 0 for none.
    std::size_t label(std::size_t i) const { return static_cast<std::size_t>(labels_[i]); }

private:
    std::vector<int> labels_;
    std::vector<std::size_t> sizes_;
};

/// 1 for the pixels of each component that holds a seed, 0 for all others.
/// In: belongs, as above; seeds, as many: one that does not belong is none.
std::vector<std::uint8_t> connected_to(std::span<const std::uint8_t> seeds, std::span<const std::uint8_t> belongs, int width, int height);

}  // namespace invisiblur
