#pragma once
#include <opencv2/core.hpp>

#include "invisiblur/detector.hpp"

namespace invisiblur {

/// The pixels of a matrix of 8-bit RGB, which stay its own.
inline RgbView view_of(const cv::Mat& rgb) {
    return {rgb.data, static_cast<std::ptrdiff_t>(rgb.step), rgb.cols, rgb.rows};
}

/// A view's pixels, which stay whose they are, as a matrix to read: OpenCV's header knows no pixels that are const.
inline cv::Mat mat_of(const RgbView& picture) {
    return {picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.data), static_cast<std::size_t>(picture.stride_bytes)};
}

}  // namespace invisiblur
