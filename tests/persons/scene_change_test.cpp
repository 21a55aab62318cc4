// Where another scene may begin: a cut that is missed could show somebody.
#include "persons/scene_change.hpp"

#include <doctest/doctest.h>

#include "support/pictures.hpp"

using namespace invisiblur;

namespace {

/// A gray picture whose samples are a function of the place.
template <class Value>
OwnedImage picture(Value value) {
    PixelLayout layout;
    layout.component_count = layout.plane_count = 1;
    layout.components[0].depth = 8;
    layout.components[0].step_bytes = 1;
    OwnedImage image(layout, 192, 108);
    const ComponentView<std::uint8_t> luma = component<std::uint8_t>(image.view(), 0);
    for (int y = 0; y < 108; ++y)
        for (int x = 0; x < 192; ++x) luma.set(x, y, value(x, y));
    return image;
}

int changes(const std::vector<const OwnedImage*>& film) {
    SceneChange scenes;
    int count = 0;
    for (const OwnedImage* image : film) count += scenes.push(image->view());
    return count;
}

}  // namespace

TEST_CASE("a short insert is two changes, also between wide black bars; a slow pan and noise are none") {
    const auto bars = [](int x, int inside) { return x < 60 || x >= 132 ? 16 : inside; };
    const OwnedImage first = picture([&](int x, int y) { return bars(x, 120 + (x + y) % 20); });
    const OwnedImage noisy = picture([&](int x, int y) { return bars(x, 120 + (x + y) % 20 + (x * 7 + y * 13) % 5); });
    const OwnedImage insert = picture([&](int x, int y) { return bars(x, 60 + (x * y) % 40); });
    const OwnedImage panned = picture([&](int x, int y) { return bars(x, 120 + (x + 2 + y) % 20); });
    CHECK(changes({&first, &noisy, &first, &panned}) == 0);
    CHECK(changes({&first, &first, &insert, &first}) == 2);
    CHECK(changes({&insert}) == 0);
}
