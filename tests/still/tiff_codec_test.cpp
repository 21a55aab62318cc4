// TIFFs as libtiff makes them: forms that are read as they are, and those that are not handled.
#include "still/tiff_codec.hpp"

#include <doctest/doctest.h>
#include <tiffio.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <string>

#include "support/tiff_maker.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

still::TiffPage decoded(const TiffShape& shape) {
    still::Policy policy;
    policy.name = "it.tif";
    return still::decode_tiff(make_tiff(shape), policy);
}

int sample_of(const ImageView& view, int x, int y, int c) {
    return view.layout.bytes_per_sample == 1 ? component<std::uint8_t>(view, c).get(x, y) : component<std::uint16_t>(view, c).get(x, y);
}

/// The largest difference from what the TIFF was made of.
int largest_error(const TiffShape& shape) {
    const still::TiffPage picture = decoded(shape);
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

TEST_CASE("YCbCr without JPEG is read as RGB, and stays as it is coded where nothing is hidden") {
    still::Policy policy;
    policy.name = "it.tif";
    for (const int compression : {COMPRESSION_NONE, COMPRESSION_LZW})
        for (const int subsampling : {1, 2}) {
            CAPTURE(compression);
            CAPTURE(subsampling);
            const TiffShape shape{.photometric = PHOTOMETRIC_YCBCR, .compression = compression, .subsampling = subsampling};
            const auto made = make_tiff(shape);
            const still::TiffPage before = still::decode_tiff(made, policy);
            double largest = 0;
            for (int y = 0; y < shape.height; ++y)
                for (int x = 0; x < shape.width; ++x) {
                    const int left = x / subsampling * subsampling, top = y / subsampling * subsampling;
                    const double red = tiff_sample(shape, x, y, 0) + 1.402 * (tiff_sample(shape, left, top, 2) - 128);
                    largest = std::max(largest, std::abs(sample_of(before.image.view(), x, y, 0) - std::clamp(red, 0.0, 255.0)));
                }
            CHECK(largest <= 1);
            const still::TiffPage untouched = still::decode_tiff(still::open_still(still::Kind::tiff, made, policy)->write({}), policy);
            CHECK(untouched.form.ycbcr);
            CHECK(untouched.samples == before.samples);
            const std::vector<Rect> hidden{{10, 8, 20, 16}};
            const still::TiffPage after = still::decode_tiff(still::open_still(still::Kind::tiff, made, policy)->write(hidden), policy);
            CHECK_FALSE(after.form.ycbcr);
            CHECK(after.form.compression == compression);
            CHECK(after.samples == before.samples);
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

namespace {

constexpr Rect kChanged{10, 8, 20, 16};

/// Paints a rectangle in one colour, of 8 bits.
void paint(const ImageView& view, const std::vector<int>& colour) {
    for (int y = kChanged.y0; y < kChanged.y1; ++y)
        for (int x = kChanged.x0; x < kChanged.x1; ++x)
            for (int c = 0; c < view.layout.component_count; ++c) {
                const int value = c == 3 || view.layout.component_count == 1 ? colour[0] : colour[static_cast<std::size_t>(c)];
                if (view.layout.bytes_per_sample == 1) component<std::uint8_t>(view, c).set(x, y, value);
                else component<std::uint16_t>(view, c).set(x, y, 257 * value);
            }
}

/// Whether two files hold the same samples, bit for bit, outside the rectangle, and in none of its pixels the same as before.
struct Kept {
    bool outside = true;
    int inside = 0;  ///< pixels that are still as they were
};
Kept compare(const still::TiffPage& before, const still::TiffPage& after) {
    Kept kept;
    const std::size_t bytes = before.form.pixel_bytes();
    for (int y = 0; y < before.form.height; ++y)
        for (int x = 0; x < before.form.width; ++x) {
            const std::size_t at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(before.form.width) + static_cast<std::size_t>(x)) * bytes;
            const bool same = std::equal(&before.samples[at], &before.samples[at] + bytes, &after.samples[at]);
            const bool hidden = x >= kChanged.x0 && x < kChanged.x1 && y >= kChanged.y0 && y < kChanged.y1;
            if (hidden) kept.inside += same;
            else kept.outside &= same;
        }
    return kept;
}

}  // namespace

TEST_CASE("every form keeps its bits outside what was changed, and its own kind of samples") {
    const TiffShape shapes[] = {{.samples = 1, .depth = 2, .photometric = PHOTOMETRIC_MINISBLACK},
                                {.width = 49, .samples = 1, .depth = 4, .photometric = PHOTOMETRIC_MINISWHITE, .compression = COMPRESSION_LZW},
                                {.width = 47, .samples = 1, .depth = 4, .photometric = PHOTOMETRIC_PALETTE, .tile = 16},
                                {.samples = 1, .depth = 12, .photometric = PHOTOMETRIC_MINISBLACK, .compression = COMPRESSION_ADOBE_DEFLATE},
                                {.width = 47, .depth = 12, .compression = COMPRESSION_LZW, .tile = 16},
                                {.samples = 1, .depth = 32, .photometric = PHOTOMETRIC_MINISBLACK},
                                {.samples = 1, .depth = 16, .photometric = PHOTOMETRIC_MINISBLACK, .format = SAMPLEFORMAT_INT},
                                {.depth = 32, .compression = COMPRESSION_LZW, .big = true},
                                {.depth = 32, .tile = 16, .format = SAMPLEFORMAT_IEEEFP},
                                {.samples = 1, .depth = 32, .photometric = PHOTOMETRIC_MINISBLACK, .compression = COMPRESSION_ADOBE_DEFLATE, .format = SAMPLEFORMAT_IEEEFP, .big = true},
                                {.samples = 2, .photometric = PHOTOMETRIC_MINISBLACK},
                                {.samples = 4, .photometric = PHOTOMETRIC_SEPARATED, .compression = COMPRESSION_LZW},
                                {.samples = 4, .depth = 16, .photometric = PHOTOMETRIC_SEPARATED, .separate = true},
                                {.samples = 5, .compression = COMPRESSION_LZW},
                                {.samples = 6, .depth = 16, .separate = true},
                                {.samples = 3, .depth = 16, .photometric = PHOTOMETRIC_MINISBLACK, .tile = 16},
                                {.samples = 2, .photometric = PHOTOMETRIC_PALETTE},
                                {.samples = 5, .photometric = PHOTOMETRIC_SEPARATED, .compression = COMPRESSION_LZW},
                                {.samples = 6, .depth = 16, .photometric = PHOTOMETRIC_SEPARATED, .tile = 16},
                                {.samples = 4, .photometric = PHOTOMETRIC_CIELAB},
                                {.samples = 5, .depth = 32, .format = SAMPLEFORMAT_IEEEFP},
                                {.photometric = PHOTOMETRIC_CIELAB, .compression = COMPRESSION_LZW},
                                {.depth = 16, .photometric = PHOTOMETRIC_CIELAB},
                                {.photometric = PHOTOMETRIC_ICCLAB, .tile = 16},
                                {.depth = 16, .photometric = PHOTOMETRIC_ICCLAB, .big = true}};
    still::Policy policy;
    policy.name = "it.tif";
    for (const TiffShape& shape : shapes) {
        CAPTURE(&shape - shapes);
        const auto made = make_tiff(shape);
        const auto file = still::open_still(still::Kind::tiff, made, policy);
        paint(file->pixels(), {230, 20, 20});
        const std::vector<Rect> hidden{kChanged};
        const still::Bytes result = file->write(hidden);
        const still::TiffPage before = still::decode_tiff(made, policy), after = still::decode_tiff(result, policy);
        CHECK(before.form.depth == after.form.depth);
        CHECK(before.form.samples == after.form.samples);
        CHECK(before.form.colours == after.form.colours);
        CHECK(before.form.extras == after.form.extras);
        CHECK(before.form.numbers_are == after.form.numbers_are);
        CHECK(before.form.tile_width == after.form.tile_width);
        CHECK((result[2] == 43) == shape.big);
        const Kept kept = compare(before, after);
        CHECK(kept.outside);
        const bool palette = shape.photometric == PHOTOMETRIC_PALETTE, gray = shape.photometric == PHOTOMETRIC_MINISBLACK;
        const bool coarse = shape.depth < 8 || palette;
        CHECK(kept.inside <= (coarse ? 40 : 0));
        // What was painted is what stands there, as far as the samples can say it.
        const ImageView& view = after.image.view();
        const int full = view.layout.bytes_per_sample == 1 ? 255 : 65535, red = sample_of(view, 15, 12, 0) * 255 / full;
        if (!palette) CHECK(std::abs(red - 230) <= (coarse ? 90 : 4));  // this one has no red
        if (view.layout.component_count >= 3 && !coarse) CHECK(std::abs(sample_of(view, 15, 12, 1) * 255 / full - (gray ? 230 : 20)) <= 6);
    }
}

TEST_CASE("samples that the picture has not go over what is hidden from both sides, whatever stood there") {
    still::Policy policy;
    policy.name = "it.tif";
    for (const int photometric : {PHOTOMETRIC_SEPARATED, PHOTOMETRIC_RGB}) {
        CAPTURE(photometric);
        const TiffShape shape{.samples = photometric == PHOTOMETRIC_RGB ? 5 : 6, .photometric = photometric};
        still::TiffPage page = decoded(shape), other = decoded(shape);
        const std::size_t bytes = page.form.pixel_bytes(), last = bytes - 1;
        const auto at = [&](int x, int y) { return (static_cast<std::size_t>(y) * 48 + static_cast<std::size_t>(x)) * bytes + last; };
        for (int y = kChanged.y0; y < kChanged.y1; ++y)
            for (int x = kChanged.x0; x < kChanged.x1; ++x) other.samples[at(x, y)] = static_cast<std::uint8_t>(251 * x * y);
        const std::vector<Rect> hidden{kChanged};
        const OwnedImage picture = page.colours->picture(page.samples);
        page.colours->put_changes(picture.view(), hidden, page.samples);
        other.colours->put_changes(picture.view(), hidden, other.samples);
        CHECK(page.samples == other.samples);
        CHECK(page.samples[at(9, 12)] <= page.samples[at(10, 12)]);
        CHECK(page.samples[at(15, 12)] == (page.samples[at(9, 12)] * 5 + page.samples[at(20, 12)] * 6 + 5) / 11);
    }
    // a row that is hidden from side to side has nothing to go by
    still::TiffPage page = decoded({.samples = 5, .photometric = PHOTOMETRIC_SEPARATED});
    const std::vector<Rect> rows{{0, 8, 48, 9}};
    page.colours->put_changes(page.image.view(), rows, page.samples);
    CHECK(page.samples[(8 * 48 + 20) * 5 + 4] == 0);
    CHECK(page.samples[(9 * 48 + 20) * 5 + 4] != 0);
}

TEST_CASE("pixels of one bit are black and white before and after, and gray is dithered") {
    still::Policy policy;
    policy.name = "it.tif";
    for (const int photometric : {PHOTOMETRIC_MINISBLACK, PHOTOMETRIC_MINISWHITE}) {
        const TiffShape shape{.samples = 1, .depth = 1, .photometric = photometric, .compression = COMPRESSION_CCITTFAX4};
        const auto made = make_tiff(shape);
        const auto file = still::open_still(still::Kind::tiff, made, policy);
        paint(file->pixels(), {64, 64, 64});
        const std::vector<Rect> hidden{kChanged};
        const still::Bytes result = file->write(hidden);
        const still::TiffPage before = still::decode_tiff(made, policy), after = still::decode_tiff(result, policy);
        CHECK(after.form.compression == COMPRESSION_CCITTFAX4);
        CHECK(compare(before, after).outside);
        int white = 0;
        for (int y = kChanged.y0; y < kChanged.y1; ++y)
            for (int x = kChanged.x0; x < kChanged.x1; ++x) white += sample_of(after.image.view(), x, y, 0) / 255;
        CHECK(white >= 15);  // a quarter of 80
        CHECK(white <= 25);
    }
}

TEST_CASE("a picture that uses little of its range is as light as one that uses all") {
    // What 8 bits say, in the lowest of 16 and 32, with and without a sign, and in floats up to 255: to a detector it is the same picture.
    still::Policy policy;
    policy.name = "it.tif";
    const still::TiffPage light = decoded({.samples = 1, .photometric = PHOTOMETRIC_MINISBLACK});
    for (const int format : {SAMPLEFORMAT_UINT, SAMPLEFORMAT_INT, SAMPLEFORMAT_IEEEFP})
        for (const int depth : {16, 32}) {
            if (format == SAMPLEFORMAT_IEEEFP && depth == 16) continue;
            CAPTURE(format);
            CAPTURE(depth);
            still::TiffPage page = decoded({.samples = 1, .depth = depth, .photometric = PHOTOMETRIC_MINISBLACK, .format = format});
            for (std::size_t i = 0; i < light.samples.size(); ++i) {
                const std::uint32_t small = light.samples[i], real = std::bit_cast<std::uint32_t>(static_cast<float>(small));
                std::memcpy(&page.samples[i * static_cast<std::size_t>(depth) / 8], format == SAMPLEFORMAT_IEEEFP ? &real : &small, static_cast<std::size_t>(depth) / 8);
            }
            const still::TiffColours colours(page.form, page.samples);
            const OwnedImage picture = colours.picture(page.samples);
            for (const int x : {0, 20, 47}) CHECK(std::abs(sample_of(picture.view(), x, 9, 0) / 257 - sample_of(light.image.view(), x, 9, 0)) <= 1);
            // and what is put back is what was there
            const still::Bytes before = page.samples;
            const std::vector<Rect> all{{0, 0, 48, 32}};
            colours.put_changes(picture.view(), all, page.samples);
            if (format != SAMPLEFORMAT_IEEEFP) CHECK(page.samples == before);
        }
}

TEST_CASE("bits that the picture has not do not survive where it is hidden, even where it does not change") {
    still::Policy policy;
    policy.name = "it.tif";
    for (const int format : {SAMPLEFORMAT_UINT, SAMPLEFORMAT_IEEEFP}) {
        const auto made = make_tiff({.samples = 1, .depth = 32, .photometric = PHOTOMETRIC_MINISBLACK, .format = format});
        still::TiffPage page = still::decode_tiff(made, policy);
        page.samples[4 * (12 * 48 + 15)] ^= 1;  // its lowest bit
        const std::vector<Rect> hidden{kChanged};
        still::Bytes other = still::decode_tiff(made, policy).samples;
        const OwnedImage picture = page.colours->picture(page.samples);
        page.colours->put_changes(picture.view(), hidden, page.samples);
        page.colours->put_changes(picture.view(), hidden, other);
        CHECK(page.samples == other);
    }
}

namespace {

/// The pixels of a picture without padding.
still::Bytes pixels_of(const ImageView& view) {
    still::Bytes pixels;
    const auto row = static_cast<std::size_t>(view.width) * static_cast<std::size_t>(view.layout.components[0].step_bytes);
    for (int y = 0; y < view.height; ++y) still::append(pixels, {view.data[0] + y * view.stride_bytes[0], row});
    return pixels;
}

}  // namespace

TEST_CASE("each page of a file is gone through, and what lost something before loses no more where nothing is hidden") {
    still::Policy policy;
    policy.name = "it.tif";
    const TiffShape shape{.photometric = PHOTOMETRIC_YCBCR, .compression = COMPRESSION_JPEG, .subsampling = 2, .pages = 3};
    const auto made = make_tiff(shape);
    const auto file = still::open_still(still::Kind::tiff, made, policy);
    REQUIRE(file->pages() == 3);
    file->next_page({});
    paint(file->pixels(), {255, 0, 0});
    const std::vector<Rect> hidden{kChanged};
    file->next_page(hidden);
    const still::Bytes result = file->write({});
    const auto again = still::open_still(still::Kind::tiff, result, policy);
    REQUIRE(again->pages() == 3);
    const still::TiffPage source = still::decode_tiff(made, policy);
    const auto red = [&] { return sample_of(again->pixels(), 15, 12, 0) - sample_of(again->pixels(), 15, 12, 1); };
    CHECK(pixels_of(again->pixels()) == source.samples);
    again->next_page({});
    CHECK(red() > 200);
    again->next_page({});
    CHECK(pixels_of(again->pixels()) == source.samples);
}
