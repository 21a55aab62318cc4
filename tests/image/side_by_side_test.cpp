#include "image/side_by_side.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

using invisiblur::side_by_side;

TEST_CASE("each number comes once, none for none") {
    for (const std::size_t count : {0U, 1U, 2U, 97U}) {
        std::vector<int> seen(count, 0);
        side_by_side(count, [&](std::size_t i) { ++seen[i]; });
        CHECK(seen == std::vector<int>(count, 1));
    }
}

TEST_CASE("what one throws comes out once all are through") {
    for (const std::size_t count : {1U, 40U})
        CHECK_THROWS_WITH_AS(side_by_side(count, [](std::size_t i) { if (i == 0) throw std::runtime_error("no"); }), "no", std::runtime_error);
}
