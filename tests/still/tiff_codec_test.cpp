// TIFFs as libtiff makes them: forms that are read as they are, and those that are not handled.
#include "still/tiff_codec.hpp"

#include <doctest/doctest.h>
#include <tiffio.h>

#include <cstdlib>
#include <string>

#include "support/tiff_maker.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

still::TiffPicture decoded(const TiffShape& shape) {
    still::Policy policy;
    policy.name = "it.tif";
    return still::decode_tiff(make_tiff(shape), policy);
}

int sample_of(const ImageView& view, int x, int y, int c) {
    return view.layout.bytes_per_sample == 1 ? component<std::uint8_t>(view, c).get(x, y) : component<std::uint16_t>(view, c).get(x, y);
}

/// The largest difference from what the TIFF was made of.
int largest_error(const TiffShape& shape) {
    const still::TiffPicture picture = decoded(shape);
    const ImageView& view = picture.image.view();
    CHECK(view.width == shape.width);
    CHECK(view.height == shape.height);
    int largest = 0;
    for (int y = 0; y < view.height; ++y)
        for (int x = 0; x < view.width; ++x)
            for (int c = 0; c < view.layout.component_count; ++c) {
                const int made_of = std::min(c, shape.samples - 1);  // a palette's entry is one number
                largest = std::max(largest, std::abs(sample_of(view, x, y, c) - tiff_sample(shape, x, y, made_of)));
            }
    return largest;
}

std::string refusal(const TiffShape& shape) {
    try {
        decoded(shape);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "no refusal";
}

}  // namespace

TEST_CASE("samples are read as they are stored, in strips and tiles, together and plane by plane") {
    for (const int tile : {0, 32})
        for (const bool separate : {false, true})
            for (const int depth : {8, 16})
                for (const int samples : {1, 3, 4}) {
                    CAPTURE(tile);
                    CAPTURE(separate);
                    CAPTURE(depth);
                    CAPTURE(samples);
                    TiffShape shape{.samples = samples, .depth = depth, .compression = COMPRESSION_LZW, .separate = separate, .tile = tile};
                    shape.photometric = samples == 1 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB;
                    CHECK(largest_error(shape) == 0);
                }
    CHECK(largest_error({.samples = 1, .photometric = PHOTOMETRIC_PALETTE}) == 0);
}

TEST_CASE("a JPEG in a TIFF is read as RGB, whatever it is stored as") {
    for (const int tile : {0, 32})
        for (const int subsampling : {1, 2}) {
            CAPTURE(tile);
            CAPTURE(subsampling);
            CHECK(largest_error({.photometric = PHOTOMETRIC_YCBCR, .compression = COMPRESSION_JPEG, .tile = tile, .subsampling = subsampling}) <= 12);
        }
    for (const bool separate : {false, true}) {
        CAPTURE(separate);
        CHECK(largest_error({.compression = COMPRESSION_JPEG, .separate = separate}) <= 12);
    }
}

TEST_CASE("YCbCr in planes of their own is refused, however many there are") {
    for (const int tile : {0, 16})
        for (const int samples : {1, 2, 3, 4, 5, 7}) {
            CAPTURE(tile);
            CAPTURE(samples);
            const TiffShape shape{.width = 16, .height = 16, .samples = samples, .photometric = PHOTOMETRIC_YCBCR, .compression = COMPRESSION_JPEG,
                                  .separate = true, .tile = tile};
            CHECK(refusal(shape).find("cannot be worked on: convert it to RGB first") != std::string::npos);
        }
}
