#pragma once
#include <array>
#include <cstdint>

#include "image/image_view.hpp"

namespace invisiblur {

/// Sample values of a colour in the picture's own matrix and range (ITU-T H.273); the fourth is opaque alpha.
std::array<float, 4> sample_values(const PixelLayout& layout, const std::array<std::uint8_t, 3>& rgb);

}  // namespace invisiblur
