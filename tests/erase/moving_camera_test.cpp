// Plates behind faces of a panning camera: they show the scene, and nothing of a face.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "support/jobs.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// A face that stands still in the picture while the camera pans. In: x, its left border.
GivenClip panning_clip(const char* layout, int frames, int speed, int x = 104) {
    GivenClip clip;
    clip.shape = {240, 160, 0, 1, 25, 25};
    clip.options.lookahead_frames = 40;
    Track track{1, {}, {}};
    for (int n = 0; n < frames; ++n) {
        auto picture = std::make_shared<TestPicture>(layout_named(layout), 240, 160, n);
        draw_tiles(picture->view(), 0, n * speed, 0);
        paint(picture->view(), {x, 60, x + 32, 100}, 250);
        clip.pictures.push_back(picture);
        track.boxes.push_back({n, {static_cast<float>(x), 60, 32, 40}, 1, BoxSource::hand});
    }
    clip.tracks.tracks.push_back(track);
    clip.tracks.source = {"", 240, 160, 1, 25, frames, ""};
    return clip;
}

}  // namespace

TEST_CASE("behind a face that a camera follows the scene is put together from its neighbours in time") {
    for (const char* layout : {"yuv420p", "yuv420p10"}) {
        const GivenClip clip = panning_clip(layout, 70, 4);
        for (const int passes : {1, 2}) {
            CAPTURE(passes);
            const auto out = erase_all(clip, passes);
            REQUIRE(out.size() == clip.pictures.size());
            double squares = 0, count = 0;
            for (std::size_t n = 25; n < 45; ++n) {
                OwnedImage truth(layout_named(layout), 240, 160);
                draw_tiles(truth.view(), 0, static_cast<int>(n) * 4, 0);
                const auto luma = samples_of(truth.view())[0];
                for (int y = 60; y < 100; ++y) {
                    for (int x = 104; x < 136; ++x) {
                        const double d = out[n][0][static_cast<std::size_t>(y) * 240 + x] - luma[static_cast<std::size_t>(y) * 240 + x];
                        squares += d * d, ++count;
                    }
                }
            }
            const double top = (1 << layout_named(layout).depth()) - 1;
            CHECK(10 * std::log10(top * top / (squares / count + 1e-9)) > 30);  // dB; a smooth fill alone gives 15 on these blocks
        }
    }
}

TEST_CASE("no brightness and no colour comes that the scene has not, nor where the picture's border cuts the face") {
    for (const int x : {0, 104, 208}) {
        const GivenClip clip = panning_clip("yuv420p", 60, 3, x);
        for (const int passes : {1, 2}) {
            const auto out = erase_all(clip, passes);
            for (std::size_t n = 0; n < out.size(); ++n) {
                OwnedImage truth(layout_named("yuv420p"), 240, 160);
                draw_tiles(truth.view(), 0, static_cast<int>(n) * 3, 0);
                const auto scene = samples_of(truth.view());
                for (std::size_t c = 0; c < scene.size(); ++c) {
                    const auto [least, most] = std::minmax_element(scene[c].begin(), scene[c].end());
                    const auto [darkest, brightest] = std::minmax_element(out[n][c].begin(), out[n][c].end());
                    // What stands behind is lit as the surroundings say, and a fill has its own noise.
                    constexpr int kLight = 32;
                    CHECK_MESSAGE(*darkest >= *least - kLight, x << " " << n << " " << c);
                    CHECK_MESSAGE(*brightest <= *most + kLight, x << " " << n << " " << c);
                }
            }
        }
    }
}

TEST_CASE("non-interference holds with a moving camera: poses, registration and plates see no core") {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        GivenClip clip = panning_clip(seed % 2 ? "yuv420p" : "nv12", 60, static_cast<int>(seed));
        clip.options.lookahead_frames = static_cast<int>(seed) * 5;
        const GivenClip other = with_other_faces(clip, seed);
        for (const int passes : {1, 2}) CHECK(erase_all(clip, passes) == erase_all(other, passes));
    }
}
