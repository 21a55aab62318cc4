#include "image/opencv_version.hpp"

#include <opencv2/core/utility.hpp>

namespace invisiblur {

std::string opencv_version() {
    return cv::getVersionString();
}

}  // namespace invisiblur
