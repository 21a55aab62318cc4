#include <doctest/doctest.h>

#include <cmath>

#include "erase/background/plate_estimate.hpp"
#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

double worst_difference(const ImageView& a, const ImageView& b) {
    const auto x = samples_of(a), y = samples_of(b);
    double worst = 0;
    for (std::size_t c = 0; c < x.size(); ++c) {
        for (std::size_t i = 0; i < x[c].size(); ++i) worst = std::max(worst, static_cast<double>(std::abs(x[c][i] - y[c][i])));
    }
    return worst;
}

}  // namespace

TEST_CASE("the plate of a walking face is the scene, in every pixel format") {
    for (const NamedLayout& named : all_layouts()) {
        CAPTURE(named.name);
        Random random(3);
        OwnedImage scene(named.layout, 96, 64);
        draw_scene(scene.view(), 5, 0, 0, 0);
        std::vector<PlateSample> samples;
        for (int n = 0; n < 20; ++n) {
            auto picture = std::make_shared<TestPicture>(named.layout, 96, 64, n);
            draw_scene(picture->view(), 5, 0, 0, 0);
            add_noise(picture->view(), random, 2);
            const Rect core{n * 4, 16, n * 4 + 16, 48};
            scramble(picture->view(), core, random);
            samples.push_back({picture, n, {{core, grow(core, 4, 4)}}});
        }
        const Plate plate = estimate_plate(samples, {0, 0, 96, 64});
        CHECK(std::count(plate.known.begin(), plate.known.end(), 1) == 96 * 64);
        CHECK(worst_difference(plate.image.view(), scene.view()) <= 2.0 * (1 << (named.layout.depth() - 8)));
    }
}

TEST_CASE("what a core always covered stays unknown and depends on no sample there") {
    Random random(9);
    const Rect core{20, 20, 40, 44};
    const auto make = [&](bool scrambled) {
        std::vector<PlateSample> samples;
        for (int n = 0; n < 5; ++n) {
            auto picture = std::make_shared<TestPicture>(layout_named("yuv420p"), 64, 64, n);
            draw_scene(picture->view(), 1, 0, 0, 0);
            if (scrambled) scramble(picture->view(), core, random);
            samples.push_back({picture, n, {{core, core}}});
        }
        Plate plate = estimate_plate(samples, {0, 0, 64, 64});
        fill_unknown(plate);
        return plate;
    };
    const Plate one = make(false), other = make(true);
    CHECK(std::count(one.known.begin(), one.known.end(), 0) == 20 * 24);
    CHECK(samples_of(one.image.view()) == samples_of(other.image.view()));
    float middle = 0;
    read_component(one.image.view(), 0, {30, 30, 31, 31}, &middle);
    CHECK(middle > 40);  // filled from around, not left black
}

TEST_CASE("a passer-by in a minority of the samples leaves no ghost") {
    std::vector<PlateSample> samples;
    OwnedImage scene(layout_named("yuv420p"), 64, 48);
    draw_scene(scene.view(), 2, 0, 0, 0);
    for (int n = 0; n < 24; ++n) {
        auto picture = std::make_shared<TestPicture>(layout_named("yuv420p"), 64, 48, n);
        draw_scene(picture->view(), 2, 0, 0, 0);
        if (n % 3 == 0) paint(picture->view(), {10, 10, 30, 40}, 250);
        samples.push_back({picture, n, {}});
    }
    CHECK(worst_difference(estimate_plate(samples, {0, 0, 64, 48}).image.view(), scene.view()) == 0);
}

TEST_CASE("a sampler keeps few frames, spread over the whole shot, the first among them") {
    PlateSampler sampler(8);
    const auto picture = std::make_shared<TestPicture>(layout_named("gray"), 4, 4, 0);
    for (int n = 0; n < 1000; ++n) {
        sampler.offer(std::make_shared<FrameRecord>(record_of(picture, n)));
        REQUIRE(sampler.samples().size() <= 8);
    }
    CHECK(sampler.samples().front().index == 0);
    CHECK(sampler.samples().back().index > 700);
    for (std::size_t i = 2; i < sampler.samples().size(); ++i) {
        CHECK(sampler.samples()[i].index - sampler.samples()[i - 1].index == sampler.samples()[1].index - sampler.samples()[0].index);
    }
}

TEST_CASE("a crop holds its part and knows nothing beyond") {
    Plate plate = unknown_plate(layout_named("nv12"), {8, 8, 40, 40});
    draw_scene(plate.image.view(), 4, 8, 8, 0);
    std::fill(plate.known.begin(), plate.known.end(), 1);
    const Plate part = crop_plate(plate, {0, 16, 24, 48});
    OwnedImage truth(layout_named("nv12"), 24, 32);
    draw_scene(truth.view(), 4, 0, 16, 0);
    for (int y = 0; y < 32; ++y) {
        for (int x = 0; x < 24; ++x) {
            const bool inside = x >= 8 && y < 24;
            CHECK(part.known[static_cast<std::size_t>(y) * 24 + x] == inside);
            float a = 0, b = 0;
            read_component(part.image.view(), 0, {x, y, x + 1, y + 1}, &a);
            read_component(truth.view(), 0, {x, y, x + 1, y + 1}, &b);
            CHECK(a == (inside ? b : 0));
        }
    }
}

TEST_CASE("what is made up fades over into what takes its place, and what both have seen is new at once") {
    const PixelLayout& layout = layout_named("yuv420p");
    const auto plate_of = [&](float value) {
        Plate plate = unknown_plate(layout, {0, 0, 32, 32});
        const std::vector<float> luma(32 * 32, value);
        write_component(plate.image.view(), 0, {0, 0, 32, 32}, luma.data());
        std::fill(plate.known.begin(), plate.known.end(), std::uint8_t{1});
        plate.made_up.assign(plate.known.size(), 0);
        return plate;
    };
    Plate before = plate_of(60), now = plate_of(100);
    // The upper half was made up and is seen now; of the last row nothing was known.
    std::fill_n(before.made_up.begin(), 16 * 32, std::uint8_t{1});
    std::fill_n(before.known.end() - 32, 32, std::uint8_t{0});
    mix_made_up(now, before, 0.25F);
    std::vector<float> luma(32 * 32);
    read_component(now.image.view(), 0, {0, 0, 32, 32}, luma.data());
    for (std::size_t i = 0; i < luma.size(); ++i) REQUIRE(luma[i] == (i < 16 * 32 ? 90 : 100));
}
