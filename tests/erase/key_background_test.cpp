// Plates that a frame takes from a neighbour's, on a small scene whose truth is known.
#include <doctest/doctest.h>

#include <cmath>

#include "erase/background/key_background.hpp"
#include "support/pictures.hpp"
#include "support/waves.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kSize = 160;
constexpr int kReach = 8;
const FaceArea kFace{{60, 60, 84, 92}, {48, 48, 96, 104}};
const Rect kAround{36, 36, 108, 116};
constexpr double kKeyShift = 2, kTargetShift = 3.5;

/// In: dx, the scene's shift in this frame; face, what stands in its faces' cores.
PlateSample frame_of(std::int64_t index, double dx, std::vector<FaceArea> areas, float light = 0, int face = 255) {
    return waves_with_faces(kSize, index, dx, std::move(areas), light, face);
}

Homography shifted(double dx) {
    return {{1, 0, dx, 0, 1, 0, 0, 0, 1}};
}

/// A key that was asked for one face, and three references that see behind it.
/// In: own, the faces in the key itself.
KeyBackground key_of(int face = 255, std::vector<FaceArea> own = {kFace}) {
    std::vector<PlateSample> samples;
    std::vector<Homography> maps;
    for (const double dx : {0.0, 1.0, -1.0}) {
        samples.push_back(frame_of(10 + static_cast<std::int64_t>(dx), dx, {}));
        maps.push_back(shifted(kKeyShift - dx));
    }
    return {frame_of(4, kKeyShift, std::move(own), 0, face), samples, maps, std::vector{kFace}, false, kReach};
}

PlateSample target(float light = 0, int face = 255) {
    return frame_of(5, kTargetShift, {kFace}, light, face);
}

float value_at(const Plate& plate, int x, int y) {
    float value = 0;
    read_component(plate.image.view(), 0, {x - plate.area.x0, y - plate.area.y0, x - plate.area.x0 + 1, y - plate.area.y0 + 1}, &value);
    return value;
}

/// The largest difference from the scene, and from its light, in the core.
double worst_in_core(const Plate& plate, float light) {
    double worst = 0;
    for (int y = kFace.core.y0; y < kFace.core.y1; ++y) {
        for (int x = kFace.core.x0; x < kFace.core.x1; ++x)
            worst = std::max(worst, static_cast<double>(std::abs(value_at(plate, x, y) - scene_at(x + kTargetShift, y) - light)));
    }
    return worst;
}

bool core_is_known(const Plate& plate) {
    for (int y = kFace.core.y0; y < kFace.core.y1; ++y) {
        for (int x = kFace.core.x0; x < kFace.core.x1; ++x)
            if (plate.known[static_cast<std::size_t>(y - plate.area.y0) * plate.area.width() + (x - plate.area.x0)] == 0) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("a neighbour takes the scene from the key, moved and lit as its own surroundings say") {
    const KeyBackground key = key_of();
    for (const float light : {0.0F, 20.0F}) {
        // The camera's motion is a pixel off.
        const auto plate = key.plate(target(light), shifted(kTargetShift - kKeyShift + 1), kAround);
        REQUIRE(plate);
        CHECK(core_is_known(*plate));
        CHECK(worst_in_core(*plate, light) <= 3);
    }
}

TEST_CASE("the key judges for its neighbours where it has their faces, and where it has not they do") {
    const Homography map = shifted(kTargetShift - kKeyShift);
    const auto judged = key_of().plate(target(), map, kAround);
    REQUIRE(judged);
    REQUIRE(judged->confidence);
    CHECK(judged->confidence->whole());
    const auto unjudged = key_of(255, {}).plate(target(), map, kAround);
    REQUIRE(unjudged);
    CHECK(core_is_known(*unjudged));
    CHECK_FALSE(unjudged->confidence);
}

TEST_CASE("where the key's picture ends the frame closes its plate itself") {
    // The picture's right border cuts the face; the frame sees farther right than the key.
    const FaceArea cut{{130, 60, kSize, 92}, {118, 48, kSize, 104}};
    const auto farther = [&](double dx) { return FaceArea{{130 - static_cast<int>(dx), 60, kSize, 92}, {118 - static_cast<int>(dx), 48, kSize, 104}}; };
    std::vector<PlateSample> samples;
    std::vector<Homography> maps;
    for (const double dx : {20.0, 21.0, 22.0}) {
        samples.push_back(frame_of(10 + static_cast<std::int64_t>(dx), dx, {}));
        maps.push_back(shifted(kKeyShift - dx));
    }
    const KeyBackground key(frame_of(4, kKeyShift, {cut}), samples, maps, std::vector{cut, farther(4)}, false, kReach);
    const auto plate = key.plate(frame_of(5, kKeyShift + 6, {cut}), shifted(6), {100, 36, kSize, 116});
    REQUIRE(plate);
    REQUIRE(plate->confidence);
    REQUIRE(anything_known(*plate));
    for (int y = cut.core.y0; y < cut.core.y1; ++y) {
        for (int x = cut.core.x0; x < cut.core.x1; ++x) CHECK(value_at(*plate, x, y) > 20);
    }
}

TEST_CASE("the key's own frame takes it as it is") {
    const KeyBackground key = key_of();
    const auto plate = key.plate(frame_of(4, kKeyShift, {kFace}), {}, kAround);
    REQUIRE(plate);
    CHECK(core_is_known(*plate));
    CHECK(std::abs(value_at(*plate, 70, 70) - scene_at(70 + kKeyShift, 70)) <= 1);
}

TEST_CASE("a face that the key was not asked for gets nothing from it, nor does a frame that looks different") {
    const KeyBackground key = key_of();
    PlateSample elsewhere = frame_of(5, kTargetShift, {{{100, 20, 124, 52}, {92, 12, 132, 60}}});
    CHECK_FALSE(key.plate(elsewhere, shifted(kTargetShift - kKeyShift), {84, 4, 140, 68}).has_value());
    auto other = std::make_shared<TestPicture>(layout_named("gray"), kSize, kSize, 5);
    for (int y = 0; y < kSize; y += 4)
        for (int x = 0; x < kSize; x += 4) paint(other->view(), {x, y, x + 4, y + 4}, (x / 4 * 7 + y / 4 * 5) % 11 * 23);
    CHECK_FALSE(key.plate({other, 5, {kFace}}, shifted(kTargetShift - kKeyShift), kAround).has_value());
}

TEST_CASE("no pixel of a core, the key's or the frame's own, changes what a frame takes") {
    const Homography map = shifted(kTargetShift - kKeyShift);
    const auto one = key_of(255).plate(target(0, 255), map, kAround), two = key_of(0).plate(target(0, 90), map, kAround);
    REQUIRE(one);
    REQUIRE(two);
    CHECK(one->known == two->known);
    bool same = true;
    for (int y = kAround.y0; y < kAround.y1; ++y)
        for (int x = kAround.x0; x < kAround.x1; ++x) same &= value_at(*one, x, y) == value_at(*two, x, y);
    CHECK(same);
}

TEST_CASE("an area is carried whole") {
    const auto picture = std::make_shared<TestPicture>(layout_named("gray"), kSize, kSize, 0);
    const FaceArea carried = carried_area(kFace, shifted(0.5), picture->view(), false);
    CHECK(carried.core == Rect{60, 60, 85, 92});
    CHECK(carried.halo == Rect{48, 48, 97, 104});
}
