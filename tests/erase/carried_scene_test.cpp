// What a key frame of a moving camera's shot makes up, and how its neighbours get it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "erase/background/carried_scene.hpp"
#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kWidth = 240, kHeight = 180, kReachPx = 8;
const FaceArea kFace{{100, 60, 128, 96}, {88, 48, 140, 102}};

/// Stripes that move by `shift`, a person who does not.
PlateSample frame_of(std::int64_t index, int shift, std::uint64_t face = 1) {
    Random random(face);
    auto picture = std::make_shared<TestPicture>(layout_named("yuv420p"), kWidth, kHeight, index);
    paint(picture->view(), {0, 0, kWidth, kHeight}, 90);
    for (int x = -24 + shift % 12; x < kWidth; x += 12) paint(picture->view(), intersect(Rect{x, 0, x + 6, kHeight}, picture->view().bounds()), 130);
    paint(picture->view(), {84, kFace.core.y1, 144, kHeight}, 250);
    scramble(picture->view(), kFace.core, random);
    return {picture, index, {kFace}};
}

ShotPlace place_at(int shift, int stretch = 0) {
    return {stretch, {{1, 0, static_cast<double>(-shift), 0, 1, 0, 0, 0, 1}}};
}

}  // namespace

TEST_CASE("a key makes up what nobody saw, and its neighbours get it where the scene has moved to") {
    CarriedScene scene(kReachPx);
    const PlateSample first = frame_of(0, 0), later = frame_of(4, 4);
    REQUIRE(scene.needs_key(first, place_at(0)));
    scene.add_key(first, place_at(0), {});
    REQUIRE(scene.keys().size() == 1);
    CHECK_FALSE(scene.needs_key(first, place_at(0)));
    CHECK_FALSE(scene.needs_key(later, place_at(4)));
    const FittingKey key = scene.key_for(later, place_at(4));
    REQUIRE(key.plate);

    const Rect area{80, 40, 148, 110};
    Plate plate = unknown_plate(later.picture->view().layout, area);
    const std::vector<std::uint8_t> wanted = near_faces(area, later.areas, kReachPx);
    complete_from(plate, key, wanted);
    std::vector<float> luma(plate.known.size());
    read_luma(plate.image.view(), {0, 0, area.width(), area.height()}, luma.data());
    double error = 0;
    int made = 0;
    for (std::size_t i = 0; i < luma.size(); ++i) {
        if (wanted[i] != 0) CHECK(plate.known[i] == 1);
        if (plate.made_up[i] == 0) continue;
        const int x = area.x0 + static_cast<int>(i) % area.width();
        ++made;
        error += std::abs(luma[i] - ((x - 4 + 24) % 12 < 6 ? 130 : 90));
    }
    CHECK(made > 28 * 36);
    CHECK(error / made < 10);
}

TEST_CASE("a face before something else, a scene that has changed and a stretch without a key need one") {
    CarriedScene scene(kReachPx);
    scene.add_key(frame_of(0, 0), place_at(0), {});
    CHECK(scene.needs_key(frame_of(30, 60), place_at(60)));
    CHECK(scene.needs_key(frame_of(3, 6), place_at(0)));  // moved, where the place says it has not
    CHECK(scene.needs_key(frame_of(1, 0), place_at(0, 1)));
    CHECK(scene.key_for(frame_of(1, 0), place_at(0, 1)).plate);
}

TEST_CASE("a later key takes over what an earlier one made up, and no pixel of a core takes part") {
    const auto keys = [](std::uint64_t face) {
        CarriedScene scene(kReachPx);
        scene.add_key(frame_of(0, 0, face), place_at(0), {});
        scene.add_key(frame_of(30, 12, face + 1), place_at(12), {});
        return scene.keys();
    };
    const std::vector<SceneKey> a = keys(1), b = keys(5);
    REQUIRE(a.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) CHECK(samples_of(a[i].plate->image.view()) == samples_of(b[i].plate->image.view()));
    // The same place of the scene, in both keys' pixels.
    const auto luma_at = [](const SceneKey& key, int x, int y) {
        float value = 0;
        const Rect& area = key.plate->area;
        read_component(key.plate->image.view(), 0, {x - area.x0, y - area.y0, x - area.x0 + 1, y - area.y0 + 1}, &value);
        return value;
    };
    for (int x = 104; x < 124; ++x) CHECK(luma_at(a[0], x, 78) == luma_at(a[1], x + 12, 78));
}
