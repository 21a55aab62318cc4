// What of a picture has to be looked at again.
#include "detect/region_of_interest.hpp"

#include <doctest/doctest.h>

#include <random>

#include "detect/changed_region.hpp"

using namespace invisiblur;

namespace {

constexpr DetectionSize kPicture{1280, 720}, kWindow{768, 432};

/// A gray picture under a camera's noise.
GrayImage noisy(unsigned seed, int step = 0) {
    GrayImage image{640, 360, std::vector<std::uint8_t>(640 * 360)};
    std::mt19937 random(seed);
    for (std::uint8_t& p : image.pixels) p = static_cast<std::uint8_t>(100 + step + static_cast<int>(random() % 7));
    return image;
}

void paint(GrayImage& image, const Rect& r, int step) {
    for (int y = r.y0; y < r.y1; ++y)
        for (int x = r.x0; x < r.x1; ++x) image.pixels[static_cast<std::size_t>(y) * 640 + x] = static_cast<std::uint8_t>(image.pixels[static_cast<std::size_t>(y) * 640 + x] + step);
}

}  // namespace

TEST_CASE("noise is no change, the smallest dim face is, and light over all is everywhere") {
    CHECK(changed_region(noisy(1), noisy(2)).empty());
    GrayImage face = noisy(2);
    const Rect place{301, 203, 306, 209};
    paint(face, place, 8);
    const Rect changed = changed_region(noisy(1), face);
    CHECK(intersect(changed, place).width() >= 4);
    CHECK(changed.width() <= 12);
    CHECK(changed_region(noisy(1), noisy(2, 9)) == Rect{0, 0, 640, 360});
    CHECK(changed_region(GrayImage{8, 8, std::vector<std::uint8_t>(64)}, noisy(1)) == Rect{0, 0, 640, 360});
}

TEST_CASE("a window holds what has changed, with the whole of each face that has part in it, and lies in the picture") {
    for (const Rect changed : {Rect{0, 0, 20, 20}, {600, 300, 640, 340}, {1270, 700, 1280, 720}, {700, 0, 800, 400}}) {
        const auto window = region_of_interest(changed, {}, kPicture, kWindow);
        REQUIRE(window);
        CHECK(intersect(window->window, changed) == changed);
        CHECK(intersect(window->window, Rect{0, 0, 1280, 720}) == window->window);
        CHECK(window->news == changed);
    }
    const std::vector<Box> known{{620, 320, 100, 100}, {760, 320, 60, 60}, {100, 100, 50, 50}};
    const auto window = region_of_interest({600, 300, 640, 340}, known, kPicture, kWindow);
    REQUIRE(window);
    CHECK(intersect(window->news, Rect{620, 320, 820, 420}) == Rect{620, 320, 820, 420});
    CHECK_FALSE(overlap(window->news, Rect{100, 100, 150, 150}));
}

TEST_CASE("what does not fit in a window needs the whole picture") {
    CHECK_FALSE(region_of_interest({100, 100, 1000, 200}, {}, kPicture, kWindow));
    CHECK_FALSE(region_of_interest({600, 10, 700, 500}, {}, kPicture, kWindow));
    const std::vector<Box> known{{500, 200, 500, 500}};
    CHECK_FALSE(region_of_interest({600, 300, 640, 340}, known, kPicture, kWindow));
}
