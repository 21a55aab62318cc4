#pragma once
#include <vector>

#include "base/geometry.hpp"

namespace invisiblur {

/// Sums over rectangles in constant time: the summed-area table of Crow (1984), exact in double for pictures of 16-bit samples.
class SummedArea {
public:
    SummedArea(int width, int height) : stride_(width + 1), sums_(static_cast<std::size_t>(stride_) * (height + 1), 0.0) {}

    /// Rows from the top, cells from the left.
    void set(int x, int y, double value) {
        double* row = &sums_[static_cast<std::size_t>(y + 1) * stride_];
        row[x + 1] = value + row[x] + row[x + 1 - stride_] - row[x - stride_];
    }
    double sum(const Rect& r) const {
        const double* top = &sums_[static_cast<std::size_t>(r.y0) * stride_];
        const double* bottom = &sums_[static_cast<std::size_t>(r.y1) * stride_];
        return bottom[r.x1] - bottom[r.x0] - top[r.x1] + top[r.x0];
    }

private:
    int stride_;
    std::vector<double> sums_;
};

/// Means over rectangles of those samples that count.
class CountedArea {
public:
    CountedArea(int width, int height) : sums_(width, height), counts_(width, height) {}

    /// As SummedArea::set().
    void set(int x, int y, bool counts, double value) {
        sums_.set(x, y, counts ? value : 0.0);
        counts_.set(x, y, counts ? 1.0 : 0.0);
    }
    double sum(const Rect& r) const { return sums_.sum(r); }
    double count(const Rect& r) const { return counts_.sum(r); }
    /// 0 where none counts.
    double mean(const Rect& r) const {
        const double n = count(r);
        return n > 0 ? sum(r) / n : 0;
    }

private:
    SummedArea sums_, counts_;
};

}  // namespace invisiblur
