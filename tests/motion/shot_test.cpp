#include "motion/shot.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <utility>
#include <vector>

#include "track/scene.hpp"

using namespace invisiblur;
using test::scene;

namespace {

GrayImage brighter(GrayImage image, int add, float gain = 1) {
    for (std::uint8_t& v : image.pixels)
        v = static_cast<std::uint8_t>(std::clamp(static_cast<int>(static_cast<float>(v) * gain) + add, 0, 255));
    return image;
}

/// A mixture of two pictures, with a share of the second one in [0, 1].
GrayImage mixed(const GrayImage& a, const GrayImage& b, float share) {
    GrayImage image = a;
    share = std::clamp(share, 0.0F, 1.0F);
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = static_cast<std::uint8_t>(std::lround((1 - share) * static_cast<float>(a.pixels[i]) + share * static_cast<float>(b.pixels[i])));
    return image;
}

/// Where shots begin among pictures, and over how many frames each.
std::vector<std::pair<int, int>> starts(int count, const std::function<GrayImage(int)>& picture) {
    ShotDetector shots;
    std::vector<std::pair<int, int>> found;
    for (int n = 0; n < count; ++n) {
        if (const auto over = shots.push(picture(n), {})) found.push_back({n, *over});
    }
    return found;
}

GrayImage black(int width, int height) {
    return {width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 16)};
}

}  // namespace

TEST_CASE("a cut is found in the frame it happens in, and only there") {
    ShotDetector shots;
    for (int n = 0; n < 30; ++n) {
        const bool cut = shots.push(scene(160, 90, n < 12 ? 1 : 2, 0, {}), {}) == 0;
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
        CHECK(detector.push(image, {}).has_value() == (n == 20));
    }
}

TEST_CASE("a pan and a flash are no cuts") {
    ShotDetector pan, flash;
    for (int n = 0; n < 40; ++n) {
        CHECK_MESSAGE(!pan.push(scene(160, 90, 1, static_cast<float>(n) * 9, {}), {}), "pan, frame " << n);
        CHECK_MESSAGE(!flash.push(brighter(scene(160, 90, 1, 0, {}), n == 10 || n == 11 ? 255
                                                                     : n == 20          ? 90
                                                                                        : 0),
                                  {}),
                      "flash, frame " << n);
    }
}

TEST_CASE("a dissolve of any usual length ends one shot and begins another, and the frames between are known") {
    for (const int length : {5, 12, 25, 50}) {
        CAPTURE(length);
        const int first = 40;
        const auto found = starts(160, [&](int n) {
            // Both scenes move a little, as scenes do.
            const float drift = static_cast<float>(n) * 0.05F;
            return mixed(scene(160, 90, 1, drift, {}), scene(160, 90, 2, -drift, {}), static_cast<float>(n - first + 1) / static_cast<float>(length + 1));
        });
        REQUIRE(found.size() == 1);
        const int begin = found[0].first - found[0].second;
        CHECK(found[0].first >= first + length);
        CHECK(found[0].first <= first + length + 13);  // a span of 96 wants to see rest for an eighth of it
        CHECK(begin >= first - 1);
        CHECK(begin <= first + length / 8 + 1);
    }
}

TEST_CASE("a fade to black and one from black end a shot each") {
    const auto found = starts(120, [](int n) {
        const GrayImage dark = black(160, 90);
        if (n < 60) return mixed(scene(160, 90, 1, 0, {}), dark, static_cast<float>(n - 20) / 13);
        return mixed(dark, scene(160, 90, 2, 0, {}), static_cast<float>(n - 66) / 13);
    });
    REQUIRE(found.size() == 2);
    CHECK(found[0].first <= 33);
    CHECK(found[0].first - found[0].second <= 22);
    CHECK(found[1].first >= 78);
    CHECK(found[1].first <= 84);
    CHECK(found[1].first - found[1].second <= 69);
}

TEST_CASE("darkness that is no flash ends a shot, and what comes after it begins one") {
    const auto found = starts(60, [](int n) { return n >= 20 && n < 40 ? black(160, 90) : scene(160, 90, n < 40 ? 1 : 2, 0, {}); });
    REQUIRE(found.size() == 2);
    CHECK(found[0].first - found[0].second == 20);
    CHECK(found[1] == std::pair{40, 0});
}

TEST_CASE("changes of light, a zoom, a slow pan and who walks by are no transitions") {
    const GrayImage room = scene(160, 90, 1, 0, {});
    const auto part = [](int n) { return std::clamp(static_cast<float>(n - 30) / 20, 0.0F, 1.0F); };
    CHECK(starts(120, [&](int n) { return brighter(room, static_cast<int>(60 * part(n)), 1 - 0.5F * part(n)); }).empty());
    CHECK(starts(120, [&](int n) { return scene(160, 90, 1, static_cast<float>(n) * 1.5F, {}); }).empty());
    CHECK(starts(120, [&](int n) { return scene(160, 90, 1, 0, Box{static_cast<float>(n) * 4 - 160, 0, 120, 90}); }).empty());
    CHECK(starts(120, [&](int n) {
              GrayImage image = room;
              const float zoom = 1 + part(n);
              for (int y = 0; y < 90; ++y) {
                  for (int x = 0; x < 160; ++x) {
                      const int sx = static_cast<int>(80 + static_cast<float>(x - 80) / zoom), sy = static_cast<int>(45 + static_cast<float>(y - 45) / zoom);
                      image.pixels[static_cast<std::size_t>(y) * 160 + static_cast<std::size_t>(x)] = room.pixels[static_cast<std::size_t>(sy) * 160 + static_cast<std::size_t>(sx)];
                  }
              }
              return image;
          }).empty());
}

TEST_CASE("what happens in a core decides nothing") {
    ShotDetector calm, wild;
    const Rect core{40, 10, 120, 80};
    for (int n = 0; n < 20; ++n) {
        const Box face{40, 10, 80, 70};
        const std::uint64_t scene_seed = n < 10 ? 1 : 2;
        const bool a = calm.push(scene(160, 90, scene_seed, 0, face, 5), {&core, 1}).has_value();
        const bool b = wild.push(scene(160, 90, scene_seed, 0, face, 100 + static_cast<std::uint64_t>(n)), {&core, 1}).has_value();
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
    CHECK(shots.push(scene(64, 36, 2, 0, {}), {}) == 0);  // after two that show nothing
    CHECK(!shots.push(scene(160, 90, 2, 0, {}), {}));
}
