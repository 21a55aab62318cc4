#pragma once
#include <cstddef>
#include <utility>
#include <vector>

namespace invisiblur {

/// Whether one of a pixel's up to four neighbours is something. In: x, y, in a map of width x height; is(index).
template <class Is>
bool any_neighbour(int x, int y, int width, int height, Is is) {
    const std::size_t row = static_cast<std::size_t>(width), i = static_cast<std::size_t>(y) * row + static_cast<std::size_t>(x);
    return (x > 0 && is(i - 1)) || (x + 1 < width && is(i + 1)) || (y > 0 && is(i - row)) || (y + 1 < height && is(i + row));
}

/// The four neighbours of some pixels that may be entered, as indices like them. In: may_enter, as spread_from().
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

/// Walks over the pixels that hang together with some, by their four neighbours.
/// In:  front, where to begin, as indices into a map of width x height, row by row; may_enter(i), whether a pixel belongs to it and was
///      not entered before: it notes that itself.
/// Returns: the front and all that was entered.
template <class MayEnter>
std::vector<int> spread_from(std::vector<int> front, int width, int height, MayEnter may_enter) {
    std::vector<int> entered = front;
    while (!front.empty()) {
        front = neighbours_of(front, width, height, may_enter);
        entered.insert(entered.end(), front.begin(), front.end());
    }
    return entered;
}

}  // namespace invisiblur
