#pragma once
#include <opencv2/core.hpp>

#include "invisiblur/detector.hpp"

namespace invisiblur {

/// Whether a picture that must be turned so far stands upright on its side. Units: degrees, clockwise.
inline bool lying(int degrees) {
    return degrees == 90 || degrees == 270;
}

/// The coded picture turned upright; the same pixels where there is nothing to turn.
cv::Mat upright(const cv::Mat& coded, int degrees);

/// A box of the upright picture in the coded one, whose size is width x height.
Box coded_box(const Box& box, int degrees, float width, float height);

}  // namespace invisiblur
