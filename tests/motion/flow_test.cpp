#include "motion/flow.hpp"

#include <doctest/doctest.h>

#include "base/geometry.hpp"
#include "track/scene.hpp"

using namespace invisiblur;
using test::scene;

TEST_CASE("a box follows its content, over a background that moves otherwise") {
    for (const float size : {12.0F, 30.0F, 90.0F}) {
        for (const auto& [dx, dy] : {std::pair{0.0F, 0.0F}, {3.0F, -2.0F}, {-5.0F, 4.0F}}) {
            const Box before{100, 70, size, size}, after{100 + dx, 70 + dy, size, size};
            const CarriedBox there = carry_box(scene(320, 240, 1, 0, before), scene(320, 240, 1, 4, after), before, 0, 0);
            CHECK_MESSAGE(iou(there.box, after) > 0.8F, "size " << size << " shift " << dx << "," << dy);
            CHECK(there.confidence > 0.5F);
        }
    }
}

TEST_CASE("a face that comes nearer grows") {
    const Box before{100, 70, 40, 40}, after{99, 69, 42, 42};
    const CarriedBox there = carry_box(scene(320, 240, 1, 0, before), scene(320, 240, 1, 0, after), before, 0, 0);
    CHECK(there.box.w > 41);
    CHECK(iou(there.box, after) > 0.9F);
}

TEST_CASE("content that is gone has no confidence") {
    const Box box{100, 70, 40, 40};
    const CarriedBox there = carry_box(scene(320, 240, 1, 0, box), scene(320, 240, 9, 0, {}), box, 0, 0);
    CHECK(there.confidence < 0.5F);
}

TEST_CASE("a box outside the picture and a tiny picture are survived") {
    CHECK(carry_box(scene(64, 48, 1, 0, {}), scene(64, 48, 1, 0, {}), {-200, -200, 30, 30}, 0, 0).confidence == 0);
    CHECK(carry_box(scene(4, 4, 1, 0, {}), scene(4, 4, 1, 0, {}), {0, 0, 4, 4}, 0, 0).confidence == 0);
    CHECK(carry_box(scene(64, 48, 1, 0, {}), scene(64, 48, 1, 0, {}), {10, 10, 0, 0}, 5, 5).confidence == 0);
}

TEST_CASE("likeness ignores brightness and contrast") {
    const GrayImage a = scene(64, 64, 1, 0, {});
    GrayImage b = a;
    for (std::uint8_t& v : b.pixels) v = static_cast<std::uint8_t>(v / 2 + 60);
    CHECK(likeness(a, {10, 10, 30, 30}, b, {10, 10, 30, 30}) > 0.98F);
    CHECK(likeness(a, {10, 10, 30, 30}, scene(64, 64, 5, 0, {}), {10, 10, 30, 30}) < 0.5F);
}
