// What of a halo shows the scene: a drawn head that goes before a drawn scene.
#include <doctest/doctest.h>

#include <cmath>

#include "erase/background/halo_scene.hpp"
#include "erase/background/warped_sampler.hpp"
#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kSize = 180;
constexpr int kHead = 8;  ///< so far hair reaches beyond the core

FaceArea face_at(int x) {
    return {{x, 60, x + 40, 110}, {x - 30, 30, x + 70, 140}};
}

bool in_head(const FaceArea& face, int x, int y) {
    const Rect head = grow(face.core, kHead, kHead);
    return head.contains(x, y) && y < face.core.y1;
}

/// A frame whose scene is moved by dx, with a head of its own texture whose core is at x.
PlateSample frame_of(std::int64_t index, int dx, int x, float inside = 255) {
    auto picture = std::make_shared<TestPicture>(layout_named("gray"), kSize, kSize, index);
    const FaceArea face = face_at(x);
    std::vector<float> row(kSize);
    for (int y = 0; y < kSize; ++y) {
        for (int px = 0; px < kSize; ++px) {
            const double s = px + dx;
            float& value = row[static_cast<std::size_t>(px)];
            value = static_cast<float>(120 + 40 * std::sin(s / 2) + 30 * std::cos(y / 3.0) + 15 * std::sin((s + y) / 3));
            if (in_head(face, px, y)) value = static_cast<float>(60 + 30 * std::sin((px - x) / 2.0) + 20 * std::cos((y + px - x) / 2.0));
        }
        write_component(picture->view(), 0, {0, y, kSize, y + 1}, row.data());
    }
    paint(picture->view(), face.core, inside);
    return {picture, index, {face}};
}

/// The camera pans by 1 pixel a frame; the head goes to the right by 1 before it: by 2 before the scene.
PlateSample frame(std::int64_t index, float inside = 255) {
    const int n = static_cast<int>(index);
    return frame_of(index, n, 70 + n, inside);
}

RegisteredSample laid_over(const PlateSample& other, const PlateSample& sample) {
    return {&other, {{1, 0, static_cast<double>(sample.index - other.index), 0, 1, 0, 0, 0, 1}}};
}

HaloScene scene_of(const PlateSample& sample, const PlateSample& earlier, const PlateSample& later) {
    const RegisteredSample before = laid_over(earlier, sample), after = laid_over(later, sample);
    return find_halo_scene(sample, std::span(&before, 1), std::span(&after, 1));
}

}  // namespace

TEST_CASE("a halo's scene is told from the hair that moves with the face") {
    PlateSample sample = frame(0);
    const PlateSample earlier = frame(-4), later = frame(4);
    const HaloScene found = scene_of(sample, earlier, later);
    CHECK(found.complete);
    const FaceArea& face = sample.areas[0];
    int scene = 0, shown = 0, hair = 0, taken_for_scene = 0, taken_for_hair = 0;
    for (int y = face.halo.y0; y < face.halo.y1; ++y) {
        for (int x = face.halo.x0; x < face.halo.x1; ++x) {
            if (face.core.contains(x, y)) continue;
            const bool head = in_head(face, x, y), shows = found.shows(0, face, x, y);
            (head ? hair : scene) += 1;
            (head ? taken_for_scene : shown) += shows;
            if (head && y < 80) taken_for_hair += found.hair[0][static_cast<std::size_t>(y - face.halo.y0) * face.halo.width() + (x - face.halo.x0)];
        }
    }
    CHECK(shown > 0.7 * scene);
    CHECK(taken_for_scene < 0.05 * hair);
    CHECK(taken_for_hair > 0.4 * hair);  // that beside the lower half is left to other rules
    sample.scene = std::make_shared<const HaloScene>(found);
    CHECK_FALSE(hides_scene(sample, face.halo.x0 + 3, 80));
    CHECK(hides_scene(sample, face.core.x0 - 3, 80));
    CHECK(hides_scene(sample, face.core.x0 + 3, 80));
}

TEST_CASE("where the face stands still before the scene nothing is believed of its halo") {
    PlateSample sample = frame_of(0, 0, 70);
    const PlateSample earlier = frame_of(-6, 0, 70), later = frame_of(6, 0, 70);
    const RegisteredSample before{&earlier, {}}, after{&later, {}};
    const HaloScene found = find_halo_scene(sample, std::span(&before, 1), std::span(&after, 1));
    CHECK_FALSE(found.complete);
    sample.scene = std::make_shared<const HaloScene>(found);
    CHECK(hides_scene(sample, 45, 80));
    CHECK(found.hair[0].empty());
}

TEST_CASE("what one neighbour takes for scene is not believed where the other shows something else at the scene's place") {
    PlateSample sample = frame(0);
    const PlateSample earlier = frame(-4), later = frame(4);
    const FaceArea& face = sample.areas[0];
    const int x = face.halo.x0 + 8, y = 80;
    sample.scene = std::make_shared<const HaloScene>(scene_of(sample, earlier, later));
    CHECK_FALSE(hides_scene(sample, x, y));
    paint(later.picture->view(), {x - 4 - 8, y - 12, x - 4 + 8, y + 12}, 255);  // the scene's place there is 4 pixels to the left
    sample.scene = std::make_shared<const HaloScene>(scene_of(sample, earlier, later));
    CHECK(hides_scene(sample, x, y));
}

TEST_CASE("what a halo is believed to show depends on no pixel of a core") {
    const HaloScene one = scene_of(frame(0), frame(-4), frame(4));
    const HaloScene other = scene_of(frame(0, 10), frame(-4, 100), frame(4, 0));
    CHECK(one.maps == other.maps);
    CHECK(one.hair == other.hair);
}

TEST_CASE("a neighbour's halo that shows the scene is a reference, its hair is none") {
    PlateSample sample = frame(0);
    sample.scene = std::make_shared<const HaloScene>(scene_of(sample, frame(-4), frame(4)));
    const FaceArea& face = sample.areas[0];
    const WarpedSampler sampler({&sample, {}}, 0, face.halo);
    CHECK(sampler.at(face.halo.x0 + 3, 80)->clear());
    CHECK(sampler.at(face.halo.x0 + 3, 80)->freedom == WarpedSampler::Freedom::scene);
    CHECK(WarpedSampler({&sample, {}}, 0, {0, 0, kSize, kSize}).at(5, 5)->freedom == WarpedSampler::Freedom::clear);
    CHECK_FALSE(sampler.at(face.core.x0 - 3, 80)->clear());
    CHECK_FALSE(sampler.at(face.core.x0 + 3, 80).has_value());
}
