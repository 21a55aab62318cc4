#pragma once
#include <opencv2/core.hpp>

#include "invisiblur/detector.hpp"

namespace invisiblur {

/// A picture as the networks see it: 1 x 3 x height x width floats, RGB, 0 to 255, with black on the right and below up to multiples of
/// kNetworkGridPx; never distorted.
cv::Mat network_input(const RgbView& picture);

/// The face's box around a centre, held within the picture.
Box box_within(const RgbView& picture, float centre_x, float centre_y, float width, float height);

}  // namespace invisiblur
