#include "motion/shot.hpp"

#include <doctest/doctest.h>

#include "track/scene.hpp"

using namespace invisiblur;
using test::scene;

namespace {

GrayImage brighter(GrayImage image, int add, float gain = 1) {
    for (std::uint8_t& v : image.pixels)
        v = static_cast<std::uint8_t>(std::clamp(static_cast<int>(static_cast<float>(v) * gain) + add, 0, 255));
    return image;
}

}  // namespace

TEST_CASE("a cut is found in the frame it happens in, and only there") {
    ShotDetector shots;
    for (int n = 0; n < 30; ++n) {
        const bool cut = shots.push(scene(160, 90, n < 12 ? 1 : 2, 0, {}), {});
        CHECK_MESSAGE(cut == (n == 12), "frame " << n);
    }
}

TEST_CASE("a cut between two pictures with the same bars is found, and the bars make none") {
    ShotDetector detector;
    for (int n = 0; n < 40; ++n) {
        GrayImage image = scene(160, 90, n < 20 ? 1 : 2, 0, {});
        for (int y = 0; y < image.height; ++y) {
            for (int x = 0; x < image.width; ++x) {
                if (x < image.width * 3 / 8 || x >= image.width * 5 / 8) image.pixels[static_cast<std::size_t>(y) * image.width + x] = 16;
            }
        }
        CAPTURE(n);
        CHECK(detector.push(image, {}) == (n == 20));
    }
}

TEST_CASE("a pan, a flash and a fade are no cuts") {
    ShotDetector pan, flash, fade;
    for (int n = 0; n < 40; ++n) {
        CHECK_MESSAGE(!pan.push(scene(160, 90, 1, static_cast<float>(n) * 9, {}), {}), "pan, frame " << n);
        CHECK_MESSAGE(!flash.push(brighter(scene(160, 90, 1, 0, {}), n == 10 || n == 11 ? 255
                                                                     : n == 20          ? 90
                                                                                        : 0),
                                  {}),
                      "flash, frame " << n);
        const float light = std::abs(1 - static_cast<float>(n) / 20);  // to black and back
        CHECK_MESSAGE(!fade.push(brighter(scene(160, 90, 1, 0, {}), 0, light), {}), "fade, frame " << n);
    }
}

TEST_CASE("what happens in a core decides nothing") {
    ShotDetector calm, wild;
    const Rect core{40, 10, 120, 80};
    for (int n = 0; n < 20; ++n) {
        const Box face{40, 10, 80, 70};
        const std::uint64_t scene_seed = n < 10 ? 1 : 2;
        const bool a = calm.push(scene(160, 90, scene_seed, 0, face, 5), {&core, 1});
        const bool b = wild.push(scene(160, 90, scene_seed, 0, face, 100 + static_cast<std::uint64_t>(n)), {&core, 1});
        CHECK(a == b);
        CHECK(a == (n == 10));
    }
}

TEST_CASE("a frame that is all core claims no cut") {
    ShotDetector shots;
    const Rect all{0, 0, 160, 90};
    for (int n = 0; n < 6; ++n) CHECK(!shots.push(scene(160, 90, static_cast<std::uint64_t>(n), 0, {}), {&all, 1}));
}

TEST_CASE("pictures of one pixel and of changing size are survived") {
    ShotDetector shots;
    CHECK(!shots.push(scene(1, 1, 1, 0, {}), {}));
    CHECK(!shots.push(scene(1, 1, 2, 0, {}), {}));
    CHECK(!shots.push(scene(64, 36, 2, 0, {}), {}));
    CHECK(!shots.push(scene(160, 90, 2, 0, {}), {}));
}
