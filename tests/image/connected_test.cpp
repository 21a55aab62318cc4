#include "image/connected.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string_view>

using namespace invisiblur;

namespace {

std::vector<std::uint8_t> map_of(std::string_view text) {
    std::vector<std::uint8_t> map;
    for (const char c : text) map.push_back(c == '#');
    return map;
}

/// By walking, pixel by pixel.
std::vector<std::uint8_t> walked(std::vector<std::uint8_t> found, const std::vector<std::uint8_t>& belongs, int width, int height) {
    for (std::size_t i = 0; i < found.size(); ++i) found[i] &= belongs[i];
    for (bool more = true; more;) {
        more = false;
        std::size_t i = 0;
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x, ++i) {
                if (found[i] != 0 || belongs[i] == 0 || !any_neighbour(x, y, width, height, [&](std::size_t k) { return found[k] != 0; })) continue;
                found[i] = 1;
                more = true;
            }
        }
    }
    return found;
}

}  // namespace

TEST_CASE("components hang together by their sides, not by their corners") {
    const auto map = map_of(
        "##..#"
        "#..#."
        "..##.");
    const ConnectedComponents components(map, 5, 3);
    CHECK(components.sizes() == std::vector<std::size_t>{8, 3, 1, 3});
    CHECK(components.label(0) == components.label(5));
    CHECK(components.label(4) != components.label(8));
    CHECK(components.label(2) == 0);
}

TEST_CASE("what hangs together with seeds is what a walk from them reaches") {
    std::mt19937 random(1);
    for (int round = 0; round < 200; ++round) {
        const int width = 1 + static_cast<int>(random() % 30), height = 1 + static_cast<int>(random() % 30);
        std::vector<std::uint8_t> belongs(static_cast<std::size_t>(width * height)), seeds(belongs.size());
        for (std::size_t i = 0; i < belongs.size(); ++i) {
            belongs[i] = random() % 10 < 6;
            seeds[i] = random() % 40 == 0;
        }
        REQUIRE(connected_to(seeds, belongs, width, height) == walked(seeds, belongs, width, height));
    }
}

TEST_CASE("of nothing there are no components") {
    CHECK(connected_to({}, {}, 0, 0).empty());
    CHECK(ConnectedComponents({}, 0, 0).sizes() == std::vector<std::size_t>{0});
}
