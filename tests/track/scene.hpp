#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>

#include "image/image_view.hpp"
#include "invisiblur/detector.hpp"

namespace invisiblur::test {

/// A random value in [0, 255] for a place, the same each time.
inline int texture(int x, int y, std::uint64_t seed) {
    std::uint64_t v = seed + 0x9e3779b97f4a7c15U * static_cast<std::uint64_t>(x * 7919 + y * 104729 + 1000003);
    v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9U;
    v = (v ^ (v >> 27)) * 0x94d049bb133111ebU;
    return static_cast<int>((v >> 40) & 255);
}

/// The texture, smoothed over cells of `cell` pixels, so that flow can follow it.
inline int smooth_texture(float x, float y, int cell, std::uint64_t seed) {
    const float u = x / static_cast<float>(cell), v = y / static_cast<float>(cell);
    const int x0 = static_cast<int>(std::floor(u)), y0 = static_cast<int>(std::floor(v));
    const float fx = u - static_cast<float>(x0), fy = v - static_cast<float>(y0);
    const auto at = [&](int dx, int dy) { return static_cast<float>(texture(x0 + dx, y0 + dy, seed)); };
    return static_cast<int>((at(0, 0) * (1 - fx) + at(1, 0) * fx) * (1 - fy) + (at(0, 1) * (1 - fx) + at(1, 1) * fx) * fy);
}

/// A textured scene that is shifted by (pan_x, 0), with a textured face in `face` (where it has a size).
inline GrayImage scene(int width, int height, std::uint64_t seed, float pan_x, const Box& face, std::uint64_t face_seed = 77) {
    GrayImage image{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height)};
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const float px = static_cast<float>(x), py = static_cast<float>(y), fx = px - face.x, fy = py - face.y;
            const bool inside = fx >= 0 && fy >= 0 && fx < face.w && fy < face.h;
            const int value =
                inside ? smooth_texture(fx * 32 / face.w, fy * 32 / face.h, 5, face_seed) : smooth_texture(px + pan_x, py, 9, seed);
            image.pixels[static_cast<std::size_t>(y) * width + x] = static_cast<std::uint8_t>(value);
        }
    }
    return image;
}

}  // namespace invisiblur::test
