// What the detail of two places says: the same face in other light, another one, a plain fill.
#include "detect/detail.hpp"

#include <doctest/doctest.h>

#include "support/pictures.hpp"
#include "support/raw_clip.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr Rect kPlace{16, 16, 80, 96};

}  // namespace

TEST_CASE("the same detail is known again in other light and under noise, other detail is not") {
    for (const std::string format : {"yuv420p", "yuv420p10le", "gray", "rgb24"}) {
        CAPTURE(format);
        RawClip clip = make_raw_clip(format, 128, 112, 3, 1);
        const ImageView face = clip.view(0), again = clip.view(1), other = clip.view(2);
        Random random(5);
        draw_tiles(face, 11, 0, 0);
        draw_tiles(again, 11, 0, 0, 20);
        add_noise(again, random, 4);
        draw_tiles(other, 12, 0, 0);
        CHECK(likeness(face, kPlace, face, kPlace) > 0.999);
        CHECK(likeness(face, kPlace, again, kPlace) > 0.8);
        CHECK(std::abs(likeness(face, kPlace, other, kPlace)) < 0.3);
    }
}

TEST_CASE("a fill without detail is like nothing") {
    RawClip clip = make_raw_clip("yuv420p", 128, 112, 2, 1);
    draw_tiles(clip.view(0), 11, 0, 0);
    paint(clip.view(1), {0, 0, 128, 112}, 90);
    CHECK(likeness(clip.view(0), kPlace, clip.view(1), kPlace) == 0);
}

TEST_CASE("the same place of a picture of half the size is the same detail") {
    RawClip large = make_raw_clip("gray", 256, 224, 1, 1), small = make_raw_clip("gray", 128, 112, 1, 1);
    draw_tiles(large.view(0), 11, 0, 0);
    std::vector<float> row(256);
    for (int y = 0; y < 112; ++y) {
        for (int x = 0; x < 128; ++x) {
            float four[4];
            read_luma(large.view(0), {2 * x, 2 * y, 2 * x + 2, 2 * y + 2}, four);
            row[x] = (four[0] + four[1] + four[2] + four[3]) / 4;
        }
        write_component(small.view(0), 0, {0, y, 128, y + 1}, row.data());
    }
    CHECK(likeness(large.view(0), {32, 32, 160, 192}, small.view(0), {16, 16, 80, 96}) > 0.95);
}
