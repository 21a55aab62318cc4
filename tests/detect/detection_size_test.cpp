#include "detect/detection_size.hpp"

#include <doctest/doctest.h>

#include "invisiblur/options.hpp"

using namespace invisiblur;

TEST_CASE("the detector's picture keeps its shape and is bounded") {
    for (const auto& [w, h] : {std::pair{320, 240}, {641, 359}, {1280, 720}, {720, 1280}, {3840, 2160}, {16, 16}, {1, 5000}}) {
        const DetectionSize size = detection_size(w, h, {});
        CHECK(std::max(size.width, size.height) <= 1280);
        CHECK(std::max(size.width, size.height) % 32 == 0);
        CHECK(std::min(size.width, size.height) >= 1);
        const double ratio = static_cast<double>(w) / h, got = static_cast<double>(size.width) / size.height;
        if (std::min(w, h) > 100) CHECK(got == doctest::Approx(ratio).epsilon(0.02));
    }
}

TEST_CASE("the longer side can be set, and larger faces need less") {
    Options options;
    options.detect_size_px = 640;
    CHECK(detection_size(1920, 1080, options).width == 640);
    CHECK(detection_size(1920, 1080, options).height == 360);
    CHECK(second_size(detection_size(1920, 1080, options), options).width == 640);
    options = {};
    options.min_face_px = 48;
    CHECK(detection_size(1920, 1080, options).width < detection_size(1920, 1080, {}).width);
}

TEST_CASE("looks are never more than a fifth of a second apart, and every frame where they are cheap") {
    for (const double rate : {0.0, 5.0, 12.5, 25.0, 29.97, 60.0, 240.0}) {
        const DetectionSize size = detection_size(3840, 2160, {});
        const int every = detect_every(size, second_size(size, {}), rate, {});
        CHECK(every >= 1);
        CHECK(every <= std::max(1.0, 0.2 * (rate > 0 ? rate : 25)));
    }
    const DetectionSize small = detection_size(320, 240, {});
    CHECK(detect_every(small, second_size(small, {}), 25, {}) == 1);
    Options options;
    options.detect_every = 7;
    CHECK(detect_every(small, small, 25, options) == 7);
}
