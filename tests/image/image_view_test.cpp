#include <doctest/doctest.h>

#include <vector>

#include "image/image_view.hpp"
#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// The rounded mean of one block, pixel by pixel.
int mean_of_block(const ImageView& image, int bx, int by, int factor) {
    const Rect block = intersect(Rect{bx * factor, by * factor, (bx + 1) * factor, (by + 1) * factor}, image.bounds());
    std::vector<float> luma(static_cast<std::size_t>(block.width()) * block.height());
    read_luma(image, block, luma.data());
    int sum = 0;
    for (const float v : luma) sum += static_cast<int>(v);
    const int count = static_cast<int>(luma.size());
    return (sum + count / 2) / count;
}

}  // namespace

TEST_CASE("a small picture holds the rounded means of its blocks, parts of blocks at the border too") {
    Random random(7);
    for (const char* layout : {"gray", "yuv420p", "nv12"}) {
        for (const int factor : {1, 3, 4, 300}) {
            CAPTURE(layout);
            CAPTURE(factor);
            const TestPicture picture(layout_named(layout), 322, 310, 0);
            scramble(picture.view(), picture.view().bounds(), random);
            const GrayImage small = block_mean_luma(picture.view(), factor);
            REQUIRE(small.width == (322 + factor - 1) / factor);
            REQUIRE(small.height == (310 + factor - 1) / factor);
            int wrong = 0;
            for (int i = 0; i < small.width * small.height; ++i)
                wrong += small.pixels[static_cast<std::size_t>(i)] != mean_of_block(picture.view(), i % small.width, i / small.width, factor);
            CHECK(wrong == 0);
        }
    }
}

TEST_CASE("white stays white where many rows are summed") {
    const TestPicture picture(layout_named("gray"), 16, 512, 0);
    const ImageView& view = picture.view();
    std::vector<float> white(16 * 512, 255.0F);
    write_component(view, 0, view.bounds(), white.data());
    for (const int factor : {16, 257, 258, 512}) CHECK(block_mean_luma(view, factor).pixels.front() == 255);
}
