#include "detect/suppression.hpp"

#include <doctest/doctest.h>

using namespace invisiblur;

TEST_CASE("of answers that overlap the surest stays, neighbours stay apart") {
    const std::vector<Face> kept =
        suppress_overlaps({{{10, 10, 20, 20}, 0.4F}, {{11, 11, 20, 20}, 0.9F}, {{32, 10, 20, 20}, 0.5F}, {{12, 9, 19, 21}, 0.3F}}, 0.3F);
    REQUIRE(kept.size() == 2);
    CHECK(kept[0].score == doctest::Approx(0.9));
    CHECK(kept[1].box.x == 32);
}

TEST_CASE("nothing gives nothing") {
    CHECK(suppress_overlaps({}, 0.3F).empty());
}
