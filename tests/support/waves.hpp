#pragma once
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "erase/background/plate_estimate.hpp"
#include "support/pictures.hpp"

namespace invisiblur::test {

/// A scene without a single flat place, whose truth between the pixels is known.
inline float scene_at(double x, double y) {
    return static_cast<float>(120 + 40 * std::sin(x / 5) + 30 * std::cos(y / 6) + 15 * std::sin((x + y) / 3));
}

/// In: dx, the scene's shift; light, how much brighter it is.
inline void draw_waves(const ImageView& image, double dx, float light) {
    std::vector<float> row(static_cast<std::size_t>(image.width));
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) row[static_cast<std::size_t>(x)] = scene_at(x + dx, y) + light;
        write_component(image, 0, {0, y, image.width, y + 1}, row.data());
    }
}

/// A square gray frame of that scene. In: areas, its faces; face, the value in their cores.
inline PlateSample waves_with_faces(int size, std::int64_t index, double dx, std::vector<FaceArea> areas, float light, int face) {
    auto picture = std::make_shared<TestPicture>(layout_named("gray"), size, size, index);
    draw_waves(picture->view(), dx, light);
    for (const FaceArea& area : areas) paint(picture->view(), area.core, face);
    return {picture, index, std::move(areas)};
}

}  // namespace invisiblur::test
