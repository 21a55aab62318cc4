#pragma once
#include <string>

namespace invisiblur {

/// "4.6.0", of the OpenCV that is linked at run time.
std::string opencv_version();

}  // namespace invisiblur
