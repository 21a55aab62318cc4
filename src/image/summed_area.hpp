#pragma once
#include <cstdint>
#include <opencv2/imgproc.hpp>

#include "base/geometry.hpp"

namespace invisiblur {

/// Sums over rectangles in constant time: the summed-area table of Crow (1984), exact in double for pictures of 16-bit samples.
/// Threads: safe.
class SummedArea {
public:
    /// In: value(i), of each sample of width x height, row by row from the top.
    template <class Value>
    SummedArea(int width, int height, Value value) {
        cv::Mat_<double> values(height, width);
        std::size_t i = 0;
        for (int y = 0; y < height; ++y) {
            double* const row = values[y];
            for (int x = 0; x < width; ++x, ++i) row[x] = static_cast<double>(value(i));
        }
        if (values.empty()) {
            sums_ = cv::Mat_<double>::zeros(height + 1, width + 1);
        } else {
            cv::integral(values, sums_, CV_64F);
        }
    }

    double sum(const Rect& r) const {
        const double *const top = sums_[r.y0], *const bottom = sums_[r.y1];
        return bottom[r.x1] - bottom[r.x0] - top[r.x1] + top[r.x0];
    }

private:
    cv::Mat_<double> sums_;
};

/// Means over rectangles of those samples that count.
/// Threads: safe.
class CountedArea {
public:
    /// In: counts(i), whether a sample does; value(i), asked only then.
    template <class Counts, class Value>
    CountedArea(int width, int height, Counts counts, Value value)
        : sums_(width, height, [&](std::size_t i) { return counts(i) ? static_cast<double>(value(i)) : 0.0; }),
          counts_(width, height, [&](std::size_t i) { return counts(i) ? 1.0 : 0.0; }) {}

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
