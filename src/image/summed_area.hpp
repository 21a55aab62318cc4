#pragma once
#include <algorithm>
#include <cstddef>
#include <memory>

#include "base/geometry.hpp"

namespace invisiblur {

/// Sums over rectangles in constant time: the summed-area table of Crow (1984). Number is int for counts, or double, which is exact for pictures of
/// 16-bit samples.
/// Threads: safe.
template <class Number>
class SumTable {
public:
    /// In: value(i), of each sample of width x height, row by row from the top.
    template <class Value>
    SumTable(int width, int height, Value value)
        : pitch_(static_cast<std::size_t>(width) + 1), sums_(std::make_unique_for_overwrite<Number[]>(pitch_ * (static_cast<std::size_t>(height) + 1))) {
        std::fill_n(sums_.get(), pitch_, Number{});
        std::size_t i = 0;
        for (int y = 0; y < height; ++y) {
            const Number* const above = row(y) + 1;
            Number* const sums = row(y + 1);
            Number sum{};
            *sums = sum;
            for (int x = 0; x < width; ++x, ++i) {
                sum += static_cast<Number>(value(i));
                sums[1 + x] = above[x] + sum;
            }
        }
    }

    Number sum(const Rect& r) const {
        const Number *const top = row(r.y0), *const bottom = row(r.y1);
        return bottom[r.x1] - bottom[r.x0] - top[r.x1] + top[r.x0];
    }

private:
    Number* row(int y) const { return sums_.get() + static_cast<std::size_t>(y) * pitch_; }

    std::size_t pitch_;
    std::unique_ptr<Number[]> sums_;
};
using SummedArea = SumTable<double>;
using CountTable = SumTable<int>;

/// Means over rectangles of those samples that count.
/// Threads: safe.
class CountedArea {
public:
    /// In: counts(i), whether a sample does; value(i), asked only then.
    template <class Counts, class Value>
    CountedArea(int width, int height, Counts counts, Value value)
        : sums_(width, height, [&](std::size_t i) { return counts(i) ? static_cast<double>(value(i)) : 0.0; }),
          counts_(width, height, [&](std::size_t i) { return counts(i) ? 1 : 0; }) {}

    double sum(const Rect& r) const { return sums_.sum(r); }
    int count(const Rect& r) const { return counts_.sum(r); }
    /// 0 where none counts.
    double mean(const Rect& r) const {
        const int n = count(r);
        return n > 0 ? sum(r) / n : 0;
    }

private:
    SummedArea sums_;
    CountTable counts_;
};

}  // namespace invisiblur
