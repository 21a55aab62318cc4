#include "erase/fill/sample_values.hpp"

namespace invisiblur {

std::array<float, 4> sample_values(const PixelLayout& layout, const std::array<std::uint8_t, 3>& rgb) {
    const float steps = static_cast<float>(1 << (layout.depth() - 8));
    const float top = static_cast<float>((1 << layout.depth()) - 1);
    if (layout.rgb) return {rgb[0] * top / 255, rgb[1] * top / 255, rgb[2] * top / 255, top};
    const float r = rgb[0] / 255.0F, g = rgb[1] / 255.0F, b = rgb[2] / 255.0F;
    const float y = layout.kr * r + (1 - layout.kr - layout.kb) * g + layout.kb * b;
    const float u = (b - y) / (2 * (1 - layout.kb)), v = (r - y) / (2 * (1 - layout.kr));
    const float middle = 128 * steps;
    if (layout.full_range) return {y * top, middle + u * top, middle + v * top, top};
    return {(16 + 219 * y) * steps, middle + 224 * u * steps, middle + 224 * v * steps, top};
}

}  // namespace invisiblur
