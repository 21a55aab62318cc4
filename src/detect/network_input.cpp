#include "detect/network_input.hpp"

#include <algorithm>

#include <opencv2/dnn.hpp>

#include "detect/detection_size.hpp"
#include "detect/rgb_mat.hpp"

namespace invisiblur {
namespace {

int padded(int length) {
    return std::max(kNetworkGridPx, (length + kNetworkGridPx - 1) / kNetworkGridPx * kNetworkGridPx);
}

}  // namespace

cv::Mat network_input(const RgbView& picture) {
    const cv::Mat rgb = mat_of(picture);
    const int width = padded(picture.width), height = padded(picture.height);
    if (width == picture.width && height == picture.height) return cv::dnn::blobFromImage(rgb);
    cv::Mat whole;
    cv::copyMakeBorder(rgb, whole, 0, height - picture.height, 0, width - picture.width, cv::BORDER_CONSTANT);
    return cv::dnn::blobFromImage(whole);
}

Box box_within(const RgbView& picture, float centre_x, float centre_y, float width, float height) {
    const float x0 = std::max(0.0F, centre_x - width / 2), y0 = std::max(0.0F, centre_y - height / 2);
    const float x1 = std::min(static_cast<float>(picture.width), centre_x + width / 2);
    const float y1 = std::min(static_cast<float>(picture.height), centre_y + height / 2);
    return {x0, y0, x1 - x0, y1 - y0};
}

}  // namespace invisiblur
