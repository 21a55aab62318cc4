#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "erase/background/still_scene.hpp"
#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kWidth = 240, kHeight = 160;
constexpr int kReachPx = 8;

/// Somebody who never leaves: a head that sways a little, hair around it, a bright body below.
struct Sitter {
    FaceArea face;

    explicit Sitter(int sway) {
        const Rect core{100 + sway, 50, 128 + sway, 86};
        face = {core, {core.x0 - 10, core.y0 - 12, core.x1 + 10, core.y1 + 2}};
    }
};

/// In: sway, pixels from one frame to the next, to and fro; light, steps by which each frame is brighter than the one before.
std::vector<PlateSample> sitting(const char* layout, std::uint64_t seed, int sway = 2, int light = 0) {
    Random random(seed);
    std::vector<PlateSample> samples;
    for (int n = 0; n < 6; ++n) {
        auto picture = std::make_shared<TestPicture>(layout_named(layout), kWidth, kHeight, n);
        paint(picture->view(), {0, 0, kWidth, kHeight}, 90 + n * light);
        for (int x = 0; x < kWidth; x += 12) paint(picture->view(), {x, 0, x + 6, kHeight}, 130 + n * light);
        const Sitter sitter(n % 2 * sway);
        const Rect& core = sitter.face.core;
        paint(picture->view(), {core.x0 - 16, core.y1, core.x1 + 16, kHeight}, 250);
        paint(picture->view(), {core.x0 - 6, core.y0 - 6, core.x1 + 6, core.y1}, 20);
        scramble(picture->view(), core, random);
        samples.push_back({picture, n, {sitter.face}});
    }
    return samples;
}

std::vector<float> luma_of(const Plate& plate) {
    std::vector<float> luma(plate.known.size());
    read_luma(plate.image.view(), {0, 0, plate.area.width(), plate.area.height()}, luma.data());
    return luma;
}

}  // namespace

TEST_CASE("behind somebody who never leaves the scene goes on, and nothing of the person is in it") {
    for (const char* layout : {"yuv420p", "yuv444p", "nv12", "rgb24", "gray", "yuv420p10"}) {
        CAPTURE(layout);
        StillScene scene(true, kReachPx);
        const Rect area{60, 20, 180, 120};
        const Plate plate = scene.plate(sitting(layout, 3), area);
        const std::vector<std::uint8_t> near = near_faces(area, std::vector<FaceArea>{Sitter(0).face}, kReachPx);
        std::size_t unknown = 0;
        for (std::size_t i = 0; i < near.size(); ++i) unknown += near[i] != 0 && plate.known[i] == 0;
        CHECK(unknown == 0);
        REQUIRE(!plate.made_up.empty());
        const std::vector<float> luma = luma_of(plate);
        const double step = 1 << (layout_named(layout).depth() - 8);
        int made = 0, person = 0;
        double error = 0;
        for (std::size_t i = 0; i < luma.size(); ++i) {
            if (plate.made_up[i] == 0) continue;
            const int x = area.x0 + static_cast<int>(i) % area.width();
            ++made;
            person += luma[i] / step < 70 || luma[i] / step > 160;
            error += std::abs(luma[i] / step - (x % 12 < 6 ? 130 : 90));
        }
        CHECK(made > 28 * 36);
        CHECK(person == 0);
        CHECK(error / made < 8);
    }
}

TEST_CASE("while somebody sways, what is to be seen of the wall beside the hair is seen, and not made up") {
    const Rect area{60, 20, 180, 120};
    const auto made_up_in = [&](int sway, const Rect& where) {
        StillScene scene(true, kReachPx);
        const Plate plate = scene.plate(sitting("yuv420p", 3, sway), area);
        int made = 0;
        for (int y = where.y0; y < where.y1; ++y) {
            for (int x = where.x0; x < where.x1; ++x) {
                const std::size_t i = static_cast<std::size_t>((y - area.y0) * area.width() + x - area.x0);
                CHECK(plate.known[i] != 0);
                made += !plate.made_up.empty() && plate.made_up[i] != 0;
            }
        }
        return made;
    };
    // Of the halo, beside the hair, in both places of the head; as far from its edges as the comparison's window reaches.
    const Rect beside{90, 56, 93, 80};
    CHECK(made_up_in(0, beside) > 0);
    CHECK(made_up_in(10, beside) == 0);
}

TEST_CASE("light that changes everywhere alike changes nothing of what is known, and completes as steady light does") {
    const Rect area{60, 20, 180, 120};
    StillScene scene(true, kReachPx);
    const Plate plate = scene.plate(sitting("yuv420p", 3, 2, 6), area);
    const std::vector<float> luma = luma_of(plate);
    std::size_t unknown = 0;
    for (std::size_t i = 0; i < luma.size(); ++i) {
        const int x = area.x0 + static_cast<int>(i) % area.width(), y = area.y0 + static_cast<int>(i) / area.width();
        unknown += plate.known[i] == 0 && y < 86;
        if (y < 36) CHECK(std::abs(luma[i] - (x % 12 < 6 ? 130 : 90)) <= 1);
    }
    CHECK(unknown == 0);
    CHECK(!plate.made_up.empty());
}

TEST_CASE("a completed plate depends on no pixel of a core") {
    StillScene one(true, kReachPx), other(true, kReachPx);
    const Plate a = one.plate(sitting("yuv420p", 1), {60, 20, 180, 120}), b = other.plate(sitting("yuv420p", 2), {60, 20, 180, 120});
    CHECK(a.known == b.known);
    CHECK(a.made_up == b.made_up);
    CHECK(samples_of(a.image.view()) == samples_of(b.image.view()));
}

TEST_CASE("what was made up stays as it was, and gives way to what is revealed") {
    StillScene scene(true, kReachPx);
    std::vector<PlateSample> samples = sitting("yuv420p", 3);
    const Rect area{60, 20, 180, 120};
    const Plate first = scene.plate(samples, area), larger = crop_plate(scene.plate(samples, {40, 10, 200, 130}), area);
    CHECK(samples_of(first.image.view()) == samples_of(larger.image.view()));

    auto empty = std::make_shared<TestPicture>(layout_named("yuv420p"), kWidth, kHeight, 6);
    paint(empty->view(), {0, 0, kWidth, kHeight}, 90);
    for (int x = 0; x < kWidth; x += 12) paint(empty->view(), {x, 0, x + 6, kHeight}, 130);
    paint(empty->view(), {106, 56, 124, 82}, 200);
    samples.push_back({empty, 6, {}});
    const Plate revealed = scene.plate(samples, area);
    std::size_t still_made_up = 0;
    for (std::size_t i = 0; i < first.made_up.size(); ++i) {
        const int y = area.y0 + static_cast<int>(i) / area.width();
        // Where the body was it is in dispute.
        still_made_up += y < 84 && first.made_up[i] != 0 && !revealed.made_up.empty() && revealed.made_up[i] != 0;
    }
    CHECK(still_made_up == 0);

    const auto middle = static_cast<std::size_t>((68 - area.y0) * area.width() + 114 - area.x0);
    const float before = luma_of(first)[middle], after = luma_of(revealed)[middle];
    REQUIRE(std::abs(after - before) > 40);
    const auto fading = make_fading_plate(crop_plate(first, area), crop_plate(revealed, area), 100, 12);
    float last = before;
    for (int frame = 100; frame <= 112; ++frame) {
        const float now = luma_of(fading->plate(frame, area))[middle];
        CHECK(std::abs(now - last) < 15);
        last = now;
    }
    CHECK(last == after);
}

TEST_CASE("a pillarbox's bars are no scene to copy from") {
    constexpr int kLeft = 88, kRight = 142;
    const std::vector<PlateSample> samples = sitting("yuv420p", 4);
    for (const PlateSample& sample : samples) {
        paint(sample.picture->view(), {0, 0, kLeft, kHeight}, 16);
        paint(sample.picture->view(), {kRight, 0, kWidth, kHeight}, 16);
    }
    StillScene scene(true, kReachPx);
    const Rect area{60, 20, 180, 120};
    const Plate plate = scene.plate(samples, area);
    const std::vector<float> luma = luma_of(plate);
    REQUIRE_FALSE(plate.made_up.empty());
    for (std::size_t i = 0; i < luma.size(); ++i) {
        const int x = area.x0 + static_cast<int>(i) % area.width();
        if (plate.made_up[i] != 0 && x >= kLeft && x < kRight) CHECK(luma[i] > 60);
    }
}
