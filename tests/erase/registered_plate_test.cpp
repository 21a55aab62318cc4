// Plates of a frame from its neighbours in time, on small scenes whose truth is known.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "erase/background/confidence_map.hpp"
#include "erase/background/registered_plate.hpp"
#include "erase/background/scene_estimate.hpp"
#include "image/robust_mean.hpp"
#include "support/pictures.hpp"
#include "support/waves.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kSize = 160;
const Rect kCore{60, 60, 84, 92};
const Rect kHalo{48, 48, 96, 104};

/// In: dx, the scene's shift in this frame; areas, its faces.
PlateSample frame_of(std::int64_t index, double dx, std::vector<FaceArea> areas, float light = 0) {
    return waves_with_faces(kSize, index, dx, std::move(areas), light, 255);
}

PlateSample target() {
    return frame_of(0, 0, {{kCore, kHalo}});
}

double worst_in_core(const Plate& plate) {
    double worst = 0;
    for (int y = kCore.y0; y < kCore.y1; ++y) {
        for (int x = kCore.x0; x < kCore.x1; ++x) {
            float value = 0;
            read_component(plate.image.view(), 0, {x, y, x + 1, y + 1}, &value);
            worst = std::max(worst, static_cast<double>(std::abs(value - scene_at(x, y))));
        }
    }
    return worst;
}

bool known_at(const Plate& plate, int x, int y) {
    return plate.known[static_cast<std::size_t>(y) * kSize + x] != 0;
}

Plate plate_of(const std::vector<PlateSample>& samples, const Homography& map = {}) {
    std::vector<RegisteredSample> registered;
    for (const PlateSample& sample : samples) registered.push_back({&sample, map});
    return estimate_registered(target(), registered, {0, 0, kSize, kSize}, 8);
}

}  // namespace

TEST_CASE("values agree when more than half of them do; of two that differ neither is believed") {
    std::vector<float> two{100, 200}, four{100, 101, 200, 201}, three{100, 102, 200};
    CHECK_FALSE(robust_mean(std::span(two), 8.0F, 24.0F).has_value());
    CHECK_FALSE(robust_mean(std::span(four), 8.0F, 24.0F).has_value());
    CHECK(robust_mean(std::span(three), 8.0F, 24.0F) == 101);
}

TEST_CASE("neighbours show what stands behind, and their light does not matter") {
    CHECK(worst_in_core(plate_of({frame_of(1, 0, {}), frame_of(2, 0, {}, 20), frame_of(3, 0, {}, -15)})) <= 1.5);
}

TEST_CASE("a registration that is a little off is mended around the face") {
    // The camera's motion says that nothing moved; near the face the scene moved by 1.6 pixels.
    const Homography off{{1, 0, 1.0, 0, 1, 0, 0, 0, 1}};
    CHECK(worst_in_core(plate_of({frame_of(1, 0.6, {}), frame_of(2, 0.6, {}), frame_of(3, 0.6, {})}, off)) <= 4);
}

TEST_CASE("a passer-by in one of two neighbours is not painted, and farther ones tell the truth") {
    const Rect walker{71, 73, 76, 79};
    const auto with_walker = [&](std::int64_t index) {
        PlateSample sample = frame_of(index, 0, {});
        paint(sample.picture->view(), walker, 250);
        return sample;
    };
    const Plate disputed = plate_of({with_walker(1), frame_of(2, 0, {})});
    CHECK_FALSE(known_at(disputed, 73, 76));
    CHECK(known_at(disputed, 62, 64));
    std::vector<PlateSample> more{with_walker(1), with_walker(2), with_walker(3)};
    more.push_back(frame_of(4, 0, {}));
    more.push_back(frame_of(5, 0, {}));
    for (int n = 6; n < 12; ++n) more.push_back(frame_of(n, 0, {}));
    CHECK(known_at(plate_of(more), 62, 64));
}

TEST_CASE("what a passer-by disputes is known and marked as disputed, and nothing else is") {
    std::vector<PlateSample> samples;
    for (int n = 1; n <= 7; ++n) samples.push_back(frame_of(n, 0, {}));
    for (int n = 0; n < 2; ++n) paint(samples[static_cast<std::size_t>(n)].picture->view(), {71, 73, 76, 79}, 250);
    std::vector<RegisteredSample> registered;
    for (const PlateSample& sample : samples) registered.push_back({&sample, {}});
    const Plate plate = seen_by(registered, target(), {{FaceArea{kCore, kHalo}}}, {0, 0, kSize, kSize}, 8);
    const auto disputed = [&](int x, int y) { return plate.disputed[static_cast<std::size_t>(y) * kSize + x] != 0; };
    CHECK((known_at(plate, 73, 76) && disputed(73, 76)));
    CHECK((known_at(plate, 62, 64) && !disputed(62, 64)));
    CHECK(std::count(plate.disputed.begin(), plate.disputed.end(), 1) == 5 * 6);
}

TEST_CASE("behind a face of whose place two frames see too little nothing is known") {
    // Others hide a third of the core with theirs.
    const FaceArea other{{60, 60, 68, 92}, {56, 56, 68, 96}};
    std::vector<PlateSample> samples{frame_of(1, 0, {other}), frame_of(2, 0, {other}), frame_of(3, 0, {other})};
    CHECK_FALSE(known_at(plate_of(samples), 76, 76));
    samples.push_back(frame_of(4, 0, {}));
    CHECK_FALSE(known_at(plate_of(samples), 76, 76));
    samples.push_back(frame_of(5, 0, {}));
    CHECK(known_at(plate_of(samples), 76, 76));
}

TEST_CASE("the plate goes on smoothly where it is not known behind one of two faces") {
    const FaceArea unseen{{120, 60, 144, 92}, {108, 48, 156, 104}};
    const PlateSample two = frame_of(0, 0, {{kCore, kHalo}, unseen});
    std::vector<PlateSample> samples;
    std::vector<RegisteredSample> registered;
    for (int n = 1; n <= 3; ++n) samples.push_back(frame_of(n, 0, {unseen}));
    for (const PlateSample& sample : samples) registered.push_back({&sample, {}});
    const Plate plate = estimate_registered(two, registered, {0, 0, kSize, kSize}, 8);
    CHECK(known_at(plate, 76, 76));
    CHECK_FALSE(known_at(plate, 132, 76));
    float value = 0;
    read_component(plate.image.view(), 0, {132, 76, 133, 77}, &value);
    CHECK(value > 30);
}

TEST_CASE("a halo is believed only where it shows what is seen outside all halos") {
    // Nearer frames have the place in a halo, and something dark stands there: hair.
    const Rect hair{70, 64, 80, 84};
    std::vector<PlateSample> samples;
    for (int n = 1; n <= 4; ++n) {
        samples.push_back(frame_of(n, 0, {{{100, 60, 124, 92}, {64, 48, 136, 104}}}));
        paint(samples.back().picture->view(), hair, 10);
    }
    CHECK_FALSE(known_at(plate_of(samples), 75, 76));
    samples.push_back(frame_of(5, 0, {}));
    samples.push_back(frame_of(6, 0, {}));
    CHECK(worst_in_core(plate_of(samples)) <= 1.5);
}

TEST_CASE("what the target shows beside the face and others confirm is the scene, whatever passed by in most of them") {
    std::vector<PlateSample> samples;
    for (int n = 1; n <= 3; ++n) {
        samples.push_back(frame_of(n, 0, {}));
        paint(samples.back().picture->view(), {50, 50, 58, 58}, 250);
    }
    samples.push_back(frame_of(4, 0, {}));
    samples.push_back(frame_of(5, 0, {}));
    float value = 0;
    const Plate plate = plate_of(samples);
    read_component(plate.image.view(), 0, {54, 54, 55, 55}, &value);
    CHECK(value == doctest::Approx(scene_at(54, 54)).epsilon(0.02));
}

TEST_CASE("a plate is believed as far as it explains the surroundings of the face") {
    const PlateSample face = target();
    const auto confidence_of = [&](double dx) {
        Plate plate = unknown_plate(layout_named("gray"), {0, 0, kSize, kSize});
        draw_waves(plate.image.view(), dx, 30);
        std::fill(plate.known.begin(), plate.known.end(), 1);
        return plate_confidence(face.picture->view(), plate, face.areas).at(0.5F, 0.5F);
    };
    CHECK(confidence_of(0) > 0.95);
    CHECK(confidence_of(15) == 0);  // half a wave off
}

TEST_CASE("a plate that is right on one side of the face only is believed there only, and knows nothing on the other") {
    const PlateSample face = target();
    Plate plate = unknown_plate(layout_named("gray"), {0, 0, kSize, kSize});
    draw_waves(plate.image.view(), 15, 0);
    std::vector<float> right(kSize / 2);
    for (int y = 0; y < kSize; ++y) {
        for (int x = 0; x < kSize / 2; ++x) right[static_cast<std::size_t>(x)] = scene_at(x, y);
        write_component(plate.image.view(), 0, {0, y, kSize / 2 - 8, y + 1}, right.data());
    }
    std::fill(plate.known.begin(), plate.known.end(), 1);
    try_plate(face.picture->view(), plate, face.areas);
    REQUIRE(plate.confidence);
    CHECK(plate.confidence->at(0.35F, 0.5F) > 0.7);
    CHECK(plate.confidence->at(0.6F, 0.5F) < 0.2);
    CHECK(known_at(plate, 50, 76));
    CHECK(!known_at(plate, 95, 76));
}

TEST_CASE("a plate laid over a frame keeps the frame and shows the scene where the face is") {
    const PlateSample face = target();
    const std::vector<PlateSample> others{frame_of(1, 4, {}), frame_of(2, 4, {}), frame_of(3, 4, {})};
    std::vector<RegisteredSample> registered;
    for (const PlateSample& other : others) registered.push_back({&other, {{1, 0, -4, 0, 1, 0, 0, 0, 1}}});
    const Plate plate = laid_over(face, registered);
    CHECK(worst_in_core(plate) <= 1.5);
    const auto shown = samples_of(face.picture->view())[0], laid = samples_of(plate.image.view())[0];
    for (int i = 0; i < kSize * kSize; ++i) {
        if (!kHalo.contains(i % kSize, i / kSize)) REQUIRE(laid[static_cast<std::size_t>(i)] == shown[static_cast<std::size_t>(i)]);
    }
    // Without neighbours the halo is closed smoothly, and the face is gone all the same.
    CHECK(worst_in_core(laid_over(face, {})) < 100);
}

TEST_CASE("how far a plate is believed depends on no pixel of a core") {
    Random random(8);
    PlateSample face = target();
    Plate plate = unknown_plate(layout_named("gray"), {0, 0, kSize, kSize});
    draw_waves(plate.image.view(), 3, 0);
    std::fill(plate.known.begin(), plate.known.end(), 1);
    const std::vector<float> before = plate_confidence(face.picture->view(), plate, face.areas).parts;
    scramble(face.picture->view(), kCore, random);
    CHECK(!before.empty());
    CHECK(plate_confidence(face.picture->view(), plate, face.areas).parts == before);
}

TEST_CASE("no pixel of a core takes part, neither the target's nor a neighbour's") {
    Random random(5);
    const FaceArea other{{70, 50, 110, 90}, {64, 44, 116, 96}};
    const auto make = [&](bool scrambled) {
        PlateSample face = target();
        std::vector<PlateSample> samples{frame_of(1, 0.4, {other}), frame_of(2, 0.4, {other}), frame_of(3, 0.4, {})};
        if (scrambled) {
            scramble(face.picture->view(), kCore, random);
            scramble(samples[0].picture->view(), other.core, random);
            scramble(samples[1].picture->view(), other.core, random);
        }
        std::vector<RegisteredSample> registered;
        const Homography map{{1, 0, -0.2, 0, 1, 0, 0, 0, 1}};
        for (const PlateSample& sample : samples) registered.push_back({&sample, map});
        return samples_of(estimate_registered(face, registered, {0, 0, kSize, kSize}, 8).image.view());
    };
    CHECK(make(false) == make(true));
}

TEST_CASE("hair that two neighbours take for scene yields to what is seen outside of all halos") {
    constexpr Rect kHair{50, 70, 56, 80};
    PlateSample shown = target();
    std::vector<PlateSample> samples;
    for (std::int64_t k = 1; k <= 2; ++k) {
        PlateSample sample = frame_of(k, 0, {{kCore, kHalo}});
        paint(sample.picture->view(), kHair, 20);
        auto scene = std::make_shared<HaloScene>();
        scene->maps.emplace_back(static_cast<std::size_t>(kHalo.width()) * kHalo.height(), std::uint8_t{1});
        scene->hair.emplace_back();
        sample.scene = scene;
        samples.push_back(std::move(sample));
    }
    for (std::int64_t k = 3; k <= 4; ++k) samples.push_back(frame_of(k, 0, {{{100, 100, 110, 110}, {96, 96, 114, 114}}}));
    paint(shown.picture->view(), kHair, 20);
    std::vector<RegisteredSample> registered;
    for (const PlateSample& sample : samples) registered.push_back({&sample, {}});
    const Plate plate = estimate_registered(shown, registered, {0, 0, kSize, kSize}, 8);
    float value = 0;
    read_component(plate.image.view(), 0, {53, 75, 54, 76}, &value);
    CHECK(known_at(plate, 53, 75));
    CHECK(std::abs(value - scene_at(53, 75)) < 3);
}
