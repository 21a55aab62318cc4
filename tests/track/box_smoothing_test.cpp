// Boxes that neither pulse nor tremble.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "base/geometry.hpp"
#include "track/box_smoothing.hpp"

using namespace invisiblur;

namespace {

constexpr std::size_t kRadius = 8;

/// But for the jitter that is allowed.
bool holds(const Box& outer, const Box& inner) {
    const float x = kSteadyJitter * inner.w + 0.01F, y = kSteadyJitter * inner.h + 0.01F;
    return outer.x <= inner.x + x && outer.y <= inner.y + y && outer.x + outer.w >= inner.x + inner.w - x &&
           outer.y + outer.h >= inner.y + inner.h - y;
}

}  // namespace

TEST_CASE("a box that pulses with the detector's looks becomes one that stands still") {
    std::vector<Box> boxes;
    for (int i = 0; i < 60; ++i) {
        const float grown = static_cast<float>(i % 5) * 4;
        boxes.push_back({100 - grown, 100 - grown, 80 + 2 * grown, 100 + 2 * grown});
    }
    for (std::size_t i = 20; i < 39; ++i) {
        const Box a = smooth_box(boxes, i, kRadius), b = smooth_box(boxes, i + 1, kRadius);
        CHECK(std::abs(a.w - b.w) < 0.1F);
        CHECK(std::abs(a.x - b.x) < 0.1F);
    }
}

TEST_CASE("the box itself lies within but for a little jitter, at both ends too, however it jumps") {
    std::vector<Box> boxes;
    unsigned seed = 1;
    const auto next = [&](float most) { return most * static_cast<float>((seed = seed * 1103515245U + 12345U) >> 16 & 1023U) / 1023; };
    for (int i = 0; i < 50; ++i) boxes.push_back({100 + next(60), 80 + next(60), 40 + next(50), 50 + next(50)});
    for (std::size_t i = 0; i < boxes.size(); ++i) CHECK(holds(smooth_box(boxes, i, kRadius), boxes[i]));
}

TEST_CASE("a box that is suddenly larger is covered whole") {
    std::vector<Box> boxes(40, Box{100, 100, 40, 40});
    boxes[20] = {90, 90, 60, 60};
    const Box box = smooth_box(boxes, 20, kRadius);
    CHECK(box.x <= 90);
    CHECK(box.x + box.w >= 150);
}

TEST_CASE("steady motion does not widen it") {
    std::vector<Box> boxes;
    for (int i = 0; i < 60; ++i) boxes.push_back({static_cast<float>(10 * i), 100, 80, 100});
    for (const std::size_t at : {std::size_t{0}, std::size_t{30}, std::size_t{59}}) {
        const Box box = smooth_box(boxes, at, kRadius);
        CHECK(box.w == doctest::Approx(80).epsilon(0.001));
        CHECK(box.x == doctest::Approx(boxes[at].x).epsilon(0.001));
    }
}

TEST_CASE("one box alone stays as it is") {
    const std::vector<Box> boxes{{10, 20, 30, 40}};
    const Box box = smooth_box(boxes, 0, kRadius);
    CHECK(box.x == 10);
    CHECK(box.h == 40);
}
