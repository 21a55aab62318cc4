// Everything at once: a panning camera, a cut, flickering light, grain, several faces. Still nothing of a core gets out.
#include <doctest/doctest.h>

#include "erase/compositor.hpp"
#include "motion/shot.hpp"
#include "support/jobs.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kFrames = 36, kCut = 20;

/// Two faces, one walking, over two shots of tiles.
GivenClip restless_clip(std::uint64_t seed) {
    Random random(seed);
    GivenClip clip;
    const char* names[] = {"yuv420p", "nv12", "yuv420p10", "yuv444p", "rgb24", "p010"};
    const PixelLayout& layout = layout_named(names[seed % std::size(names)]);
    clip.shape = {160, 112, 0, 1, 25, 25};
    clip.options.lookahead_frames = random.between(0, 20);
    clip.options.threshold = random.between(3, 9);
    Track standing{1, {}, {}}, walking{2, {}, {}};
    const int pan = random.between(-3, 3), noise = random.between(2, 6);
    for (int n = 0; n < kFrames; ++n) {
        auto picture = std::make_shared<TestPicture>(layout, 160, 112, n, seed % 5 == 0);
        draw_tiles(picture->view(), n < kCut ? 1 : 2, n * (n < kCut ? pan : 2 - pan), n / 4, random.between(-8, 8));
        paint(picture->view(), {50, 36, 84, 76}, 235);
        add_noise(picture->view(), random, noise);
        clip.pictures.push_back(picture);
        if (n > 3) standing.boxes.push_back({n, {56, 40, 22, 30}, 1, BoxSource::hand});
        if (n < 30) walking.boxes.push_back({n, {100 + static_cast<float>(n), 30, 18, 24}, 1, BoxSource::hand});
    }
    clip.tracks.tracks = {standing, walking};
    clip.what = "seed " + std::to_string(seed) + ", " + names[seed % std::size(names)];
    return clip;
}

bool cut_is_found(const GivenClip& clip) {
    ShotDetector shots;
    const auto areas = areas_of(clip);
    bool found = false;
    for (int n = 0; n < kFrames; ++n) {
        std::vector<Rect> cores;
        for (const FaceArea& area : areas[static_cast<std::size_t>(n)]) cores.push_back(area.core);
        found |= shots.push(block_mean_luma(clip.pictures[static_cast<std::size_t>(n)]->view(), 1), cores) && n == kCut;
    }
    return found;
}

}  // namespace

TEST_CASE("with pan, cut, flicker and grain together no output sample depends on a core") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        const GivenClip clip = restless_clip(seed);
        CAPTURE(clip.what);
        REQUIRE(cut_is_found(clip));
        const GivenClip other = with_other_faces(clip, seed);
        for (const int passes : {1, 2}) {
            CAPTURE(passes);
            CHECK(erase_all(clip, passes) == erase_all(other, passes));
        }
    }
}

TEST_CASE("the fill's noise is there, fresh in each frame, and the same in one pass and in two") {
    GivenClip clip = restless_clip(1);
    clip.options.plate = "none";
    const auto one = erase_all(clip, 1), two = erase_all(clip, 2);
    clip.options.lookahead_frames = 30;
    CHECK(erase_all(clip, 1) == two);
    // In the middle of a core the Poisson fill is smooth: what changes from sample to sample is grain.
    double differences = 0, changes = 0, count = 0;
    for (std::size_t n = 10; n < 14; ++n) {
        for (std::size_t y = 50; y < 62; ++y) {
            for (std::size_t x = 60; x < 72; ++x) {
                const std::size_t i = y * 160 + x;
                const auto rough = [&](std::size_t frame) { return one[frame][0][i] - (one[frame][0][i - 1] + one[frame][0][i + 1]) / 2; };
                differences += rough(n) * rough(n), changes += (rough(n) - rough(n - 1)) * (rough(n) - rough(n - 1)), ++count;
            }
        }
    }
    CHECK(differences / count > 0.5);
    CHECK(changes > 1.5 * differences);
}

TEST_CASE("where the exposure changes the seam has no step of more than two 8-bit steps") {
    for (const char* name : {"yuv420p", "yuv420p10"}) {
        CAPTURE(name);
        GivenClip clip;
        clip.shape = {160, 112, 0, 1, 25, 25};
        Track track{1, {}, {}};
        const float steps = static_cast<float>(1 << (layout_named(name).depth() - 8));
        for (int n = 0; n < 48; ++n) {
            auto picture = std::make_shared<TestPicture>(layout_named(name), 160, 112, n);
            // One step a frame, then a jump; the shade changes slowly over the picture, so a step of the seam would show.
            std::vector<float> rows(160 * 112);
            for (std::size_t i = 0; i < rows.size(); ++i)
                rows[i] = steps * (70 + 0.2F * static_cast<float>(i % 160) + static_cast<float>(n < 30 ? n : n + 25));
            write_component(picture->view(), 0, picture->view().bounds(), rows.data());
            const int x = 10 + 2 * n;
            paint(picture->view(), {x, 40, x + 24, 70}, 20);
            track.boxes.push_back({n, {static_cast<float>(x), 40, 24, 30}, 1, BoxSource::hand});
            clip.pictures.push_back(picture);
        }
        clip.tracks.tracks.push_back(track);
        const auto areas = areas_of(clip);
        for (const int passes : {1, 2}) {
            const auto out = erase_all(clip, passes);
            float worst = 0;
            for (std::size_t n = 0; n < out.size(); ++n) {
                const Rect core = areas[n][0].core;
                const auto at = [&](int x, int y) { return out[n][0][static_cast<std::size_t>(y) * 160 + static_cast<std::size_t>(x)]; };
                for (int y = core.y0; y < core.y1; ++y)
                    worst = std::max({worst, std::abs(at(core.x0, y) - at(core.x0 - 1, y)), std::abs(at(core.x1, y) - at(core.x1 - 1, y))});
                for (int x = core.x0; x < core.x1; ++x)
                    worst = std::max({worst, std::abs(at(x, core.y0) - at(x, core.y0 - 1)), std::abs(at(x, core.y1) - at(x, core.y1 - 1))});
            }
            CHECK(worst <= 2 * steps);
        }
    }
}
