#include "motion/camera.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// A textured scene with corners, seen from (dx, dy) pixels further right and down.
GrayImage scene(int dx, int dy, Random& random, int noise, int light = 0) {
    GrayImage image{320, 200, std::vector<std::uint8_t>(320 * 200)};
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            // Blocks of 11 pixels with shades of their own, as windows in a wall.
            Random shade(static_cast<std::uint64_t>((x + dx + 100000) / 11) * 7919 + static_cast<std::uint64_t>((y + dy + 100000) / 11));
            const int value = shade.between(60, 190) + light + (noise > 0 ? random.between(-noise, noise) : 0);
            image.pixels[static_cast<std::size_t>(y) * image.width + x] = static_cast<std::uint8_t>(value);
        }
    }
    return image;
}

void cover(GrayImage& image, const Rect& r, Random& random) {
    for (int y = r.y0; y < r.y1; ++y) {
        for (int x = r.x0; x < r.x1; ++x)
            image.pixels[static_cast<std::size_t>(y) * image.width + x] = static_cast<std::uint8_t>(random.between(0, 255));
    }
}

double moved_by(const Homography& h, double dx, double dy) {
    double worst = 0;
    for (int k = 0; k < 4; ++k) {
        const Point corner{k & 1 ? 320.0 : 0.0, k >> 1 ? 200.0 : 0.0};
        const Point p = apply(h, corner);
        worst = std::max(worst, std::hypot(p.x - corner.x - dx, p.y - corner.y - dy));
    }
    return worst;
}

}  // namespace

TEST_CASE("a camera on a tripod stands still, whatever noise, flicker and passers-by do") {
    Random random(1);
    Camera camera(1);
    for (int n = 0; n < 40; ++n) {
        GrayImage image = scene(0, 0, random, 4, random.between(-6, 6));
        cover(image, {n * 6, 60, n * 6 + 60, 200}, random);  // not known as a face
        const Camera::Pose pose = camera.push(image, {}, false);
        CHECK(pose.stretch == 0);
        CHECK(pose.to_start.is_identity());
    }
}

TEST_CASE("before a bare wall neither somebody who moves nor a camera that adapts to the light makes a motion") {
    Random random(5);
    Camera camera(1);
    for (int n = 0; n < 20; ++n) {
        GrayImage image{320, 200, std::vector<std::uint8_t>(320 * 200)};
        for (std::uint8_t& pixel : image.pixels) pixel = static_cast<std::uint8_t>(140 - (n < 10 ? 0 : 12) + random.between(-1, 1));
        const Rect body{100 + n, 40 - n, 200 + 2 * n, 200};
        cover(image, body, random);
        const Camera::Pose pose = camera.push(image, {}, false, std::vector<Rect>{body});
        CHECK(pose.stretch == 0);
        CHECK(pose.to_start.is_identity());
    }
}

TEST_CASE("a pan is measured to a part of a pixel and no error adds up over it") {
    Random random(2);
    Camera camera(1);
    for (int n = 0; n < 90; ++n) {
        const Camera::Pose pose = camera.push(scene(3 * n, n, random, 3), {}, false);
        REQUIRE(pose.stretch == 0);
        // A point of this frame lay further right and down in the first one.
        CHECK(moved_by(pose.to_start, 3 * n, n) < 1.0);
    }
}

TEST_CASE("units are source pixels: with blocks of four the same pan is four times as far") {
    Random random(3);
    Camera camera(4);
    camera.push(scene(0, 0, random, 2), {}, false);
    const Camera::Pose pose = camera.push(scene(5, 2, random, 2), {}, false);
    const Point p = apply(pose.to_start, {640, 400});
    CHECK(p.x == doctest::Approx(660).epsilon(0.001));
    CHECK(p.y == doctest::Approx(408).epsilon(0.001));
}

TEST_CASE("a cut starts a new stretch, and so does a scene that cannot be followed") {
    Random random(4);
    Camera camera(1);
    CHECK(camera.push(scene(0, 0, random, 2), {}, false).stretch == 0);
    CHECK(camera.push(scene(1, 0, random, 2), {}, true).stretch == 1);
    GrayImage other = scene(5000, 777, random, 2);
    const Camera::Pose pose = camera.push(other, {}, false);
    CHECK(pose.stretch == 2);
    CHECK(pose.to_start.is_identity());
}

TEST_CASE("what a core holds takes no part in any pose") {
    const Rect core{100, 50, 170, 150};
    const auto poses = [&](std::uint64_t seed) {
        Random noise(5), face(seed);
        Camera camera(1);
        std::vector<Homography> all;
        for (int n = 0; n < 25; ++n) {
            GrayImage image = scene(2 * n, n / 2, noise, 3);
            cover(image, core, face);
            all.push_back(camera.push(image, std::vector<Rect>{core}, false).to_start);
        }
        return all;
    };
    CHECK(poses(10) == poses(11));
}

TEST_CASE("homographies multiply and invert") {
    const Homography h{{1.02, 0.03, 14, -0.02, 0.99, -6, 1e-5, 2e-5, 1}};
    const Point p = apply(inverse(h) * h, {123, 45});
    CHECK(p.x == doctest::Approx(123));
    CHECK(p.y == doctest::Approx(45));
}
