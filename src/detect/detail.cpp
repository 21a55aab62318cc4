#include "detect/detail.hpp"

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace invisiblur {
namespace {

constexpr int kSide = 32;
constexpr double kShadingSigma = 3;  // of kSide: what is larger is light, not features

/// Without mean.
cv::Mat detail_of(const ImageView& image, const Rect& place) {
    cv::Mat luma(place.height(), place.width(), CV_32F), small, shading;
    read_luma(image, place, luma.ptr<float>());
    luma /= static_cast<double>((1 << image.layout.depth()) - 1);
    cv::resize(luma, small, {kSide, kSide}, 0, 0, cv::INTER_AREA);
    cv::GaussianBlur(small, shading, {}, kShadingSigma);
    small -= shading;
    return small - cv::mean(small)[0];
}

}  // namespace

double likeness(const ImageView& a, const Rect& place_a, const ImageView& b, const Rect& place_b) {
    constexpr double kNoDetail = 0.25 / 255;  // below a quarter of an 8-bit step on average it is rounding
    const cv::Mat one = detail_of(a, place_a), other = detail_of(b, place_b);
    const double size_one = cv::norm(one), size_other = cv::norm(other);
    if (std::min(size_one, size_other) < kNoDetail * kSide) return 0;
    return one.dot(other) / (size_one * size_other);
}

}  // namespace invisiblur
