// What a tracker makes of glances, which propose faces, and of looks, which decide.
#include <doctest/doctest.h>

#include <string_view>

#include "track/story.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

TEST_CASE("what only glances see is not hidden, and is listed; one look makes a face of it, from its first frame on") {
    const auto glanced = [](int) { return true; };
    const ToldTracker thing = told({.frames = 60, .place = walk, .seen = [](int n) { return n == 20 ? 0.8F : 0.5F; }, .glanced = glanced});
    for (int n = 0; n < 60; ++n) CHECK(thing.faces(n).empty());
    REQUIRE(!thing.doubts().empty());
    CHECK(std::string_view(thing.doubts()[0].why) == "a weak detection was dropped");

    const ToldTracker face = told({.frames = 60, .place = walk, .seen = [](int n) { return n == 20 ? 0.8F : 0.5F; }, .glanced = [](int n) { return n != 20; }});
    for (int n = 0; n < 60; ++n) CHECK_MESSAGE(covered(face, n, walk(n)) > 0.9F, n);
}

TEST_CASE("very sure glances are believed by themselves, and with no look-ahead a strong one hides at once") {
    const auto glanced = [](int) { return true; };
    const ToldTracker sure = told({.frames = 40, .place = walk, .seen = [](int n) { return n >= 25 && n < 30 ? 0.8F : 0.5F; }, .glanced = glanced});
    for (int n = 0; n < 40; ++n) CHECK_MESSAGE(covered(sure, n, walk(n)) > 0.9F, n);

    ToldTracker causal(settings(0));
    tell(causal, {.frames = 1, .place = walk, .seen = [](int) { return 0.6F; }, .glanced = glanced}, 0, 1);
    CHECK(covered(causal, 0, walk(0)) > 0.9F);
}

TEST_CASE("of faces that only glances have carried for a second a look is asked for") {
    ToldTracker tracker(settings());
    const Story story{.frames = 60, .place = walk, .seen = [](int) { return 0.75F; }, .glanced = [](int n) { return n > 5 && n != 50; }};
    tell(tracker, story, 0, 28);
    CHECK(tracker.only_glanced().empty());
    tell(tracker, story, 28, 40);
    REQUIRE(tracker.only_glanced().size() == 1);
    CHECK(iou(tracker.only_glanced()[0], walk(40)) > 0.7F);
    tell(tracker, story, 40, 51);
    CHECK(tracker.only_glanced().empty());
}
