#include "detect/upright.hpp"

namespace invisiblur {

cv::Mat upright(const cv::Mat& coded, int degrees) {
    if (degrees == 0) return coded;
    cv::Mat turned;
    cv::rotate(coded, turned, degrees == 90 ? cv::ROTATE_90_CLOCKWISE : degrees == 180 ? cv::ROTATE_180 : cv::ROTATE_90_COUNTERCLOCKWISE);
    return turned;
}

Box coded_box(const Box& b, int degrees, float width, float height) {
    switch (degrees) {
        case 90:
            return {b.y, height - b.x - b.w, b.h, b.w};
        case 180:
            return {width - b.x - b.w, height - b.y - b.h, b.w, b.h};
        case 270:
            return {width - b.y - b.h, b.x, b.h, b.w};
        default:
            return b;
    }
}

}  // namespace invisiblur
