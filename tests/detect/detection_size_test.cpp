#include "detect/detection_size.hpp"

#include <doctest/doctest.h>

#include <algorithm>

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

TEST_CASE("a small picture is looked at enlarged") {
    CHECK(detection_size(128, 96, {}).width == 320);
    CHECK(detection_size(128, 96, {}).height == 240);
    CHECK(detection_size(90, 160, {}).height == 320);
    CHECK(detection_size(320, 240, {}).width == 320);
    CHECK(detection_size(352, 288, {}).width == 352);
}

TEST_CASE("of glances every second one at most is something else, and once a second at least") {
    for (const auto& [w, h] : {std::pair{128, 96}, {320, 240}, {640, 360}, {1920, 1080}, {3840, 2160}}) {
        for (const double rate : {0.0, 5.0, 25.0, 30.0, 60.0}) {
            const DetectionSize size = detection_size(w, h, {}), second = second_size(size, {});
            const bool tiles = tile_grid(w, h, size, {}).columns > 0;
            const int every = detect_every(size, second, tiles, true, rate, {}), decide = decide_every(size, second, every, rate);
            CHECK(every <= std::max(1.0, 2 * (rate > 0 ? rate : 25) / 25 + 0.5));
            CHECK(decide >= 2);
            CHECK(decide % 2 == 0);
            CHECK(decide * every <= std::max(2.0 * every, rate > 0 ? rate : 25));
        }
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

TEST_CASE("tiles cover a large picture, overlap, and are fine enough for the smallest face") {
    for (const auto& [w, h] : {std::pair{2560, 1440}, {3840, 2160}, {2160, 3840}, {7680, 4320}, {4000, 500}}) {
        const DetectionSize whole = detection_size(w, h, {});
        const TileGrid grid = tile_grid(w, h, whole, {});
        REQUIRE(grid.columns > 0);
        CHECK(16.0 * grid.picture.width / w >= 12.9);
        CHECK(16.0 * grid.picture.width / w <= 16.1);
        for (int i = 0; i < grid.count(); ++i) {
            const Rect tile = grid.at(i);
            CHECK(tile.width() <= whole.width);
            CHECK(tile.height() <= whole.height);
            CHECK(intersect(tile, Rect{0, 0, grid.picture.width, grid.picture.height}) == tile);
            if (i % grid.columns > 0) CHECK(grid.at(i - 1).x1 - tile.x0 >= 94);
            if (i >= grid.columns) CHECK(grid.at(i - grid.columns).y1 - tile.y0 >= 94);
        }
        CHECK(grid.at(0).x0 == 0);
        CHECK(grid.at(grid.count() - 1).x1 == grid.picture.width);
        CHECK(grid.at(grid.count() - 1).y1 == grid.picture.height);
    }
}

TEST_CASE("no tiles where the whole picture is fine enough, or its size is set") {
    Options options;
    CHECK(tile_grid(1280, 720, detection_size(1280, 720, options), options).columns == 0);
    CHECK(tile_grid(1920, 1080, detection_size(1920, 1080, options), options).columns == 0);
    options.min_face_px = 48;
    CHECK(tile_grid(3840, 2160, detection_size(3840, 2160, options), options).columns == 0);
    options = {};
    options.detect_size_px = 640;
    CHECK(tile_grid(3840, 2160, detection_size(3840, 2160, options), options).columns == 0);
}

TEST_CASE("looks are never more than a fifth of a second apart, and every frame where they are cheap") {
    for (const double rate : {0.0, 5.0, 12.5, 25.0, 29.97, 60.0, 240.0}) {
        const DetectionSize size = detection_size(3840, 2160, {});
        const int every = detect_every(size, second_size(size, {}), true, false, rate, {});
        CHECK(every >= 1);
        CHECK(every <= std::max(1.0, 0.2 * (rate > 0 ? rate : 25)));
    }
    const DetectionSize small = detection_size(320, 240, {});
    CHECK(detect_every(small, second_size(small, {}), false, false, 25, {}) == 1);
    Options options;
    options.detect_every = 7;
    CHECK(detect_every(small, small, false, false, 25, options) == 7);
}

TEST_CASE("a crowd is looked at as fine as the picture is, where the whole look is coarser") {
    const Options usual;
    const TileGrid hd = crowd_grid(1920, 1080, detection_size(1920, 1080, usual), usual);
    CHECK(hd.picture.width == 1920);
    CHECK(hd.count() == 4);
    CHECK(crowd_grid(1280, 720, detection_size(1280, 720, usual), usual).columns == 0);
    const DetectionSize whole = detection_size(3840, 2160, usual);
    CHECK(crowd_grid(3840, 2160, whole, usual).count() == tile_grid(3840, 2160, whole, usual).count());
    Options set;
    set.detect_size_px = 640;
    CHECK(crowd_grid(1920, 1080, detection_size(1920, 1080, set), set).columns == 0);
}
