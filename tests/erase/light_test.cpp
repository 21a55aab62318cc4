#include "erase/fill/light.hpp"

#include <doctest/doctest.h>

using namespace invisiblur;

namespace {

std::vector<float> border(int like_plate, int darker, int others) {
    std::vector<float> changes(static_cast<std::size_t>(like_plate), 1.0F);
    changes.insert(changes.end(), static_cast<std::size_t>(darker), -10.0F);
    for (int i = 0; i < others; ++i) changes.push_back(static_cast<float>(i % 2 == 0 ? 20 + 3 * i : -20 - 3 * i));
    return changes;
}

}  // namespace

TEST_CASE("a border that looks like its plate has no change of light, whatever stands beside it") {
    CHECK(light_of(border(30, 0, 70), 6.0F, 24.0F) == 0);
    CHECK(light_of(border(100, 0, 0), 6.0F, 24.0F) == 0);
    CHECK(light_of(std::vector<float>(), 6.0F, 24.0F) == 0);
}

TEST_CASE("a border that is darker as a whole has the change of light that most of it shows") {
    CHECK(light_of(border(0, 100, 0), 6.0F, 24.0F) == -10);
    CHECK(light_of(border(10, 60, 30), 6.0F, 24.0F) == -10);
}

TEST_CASE("where some of a border looks like the plate by chance, twice as much that agrees on another light is believed, if light changes so far") {
    CHECK(light_of(border(25, 70, 5), 6.0F, 24.0F) == -10);
    CHECK(light_of(border(45, 55, 0), 6.0F, 24.0F) == 0);
    CHECK(light_of(border(25, 70, 5), 6.0F, 8.0F) == 0);
}
