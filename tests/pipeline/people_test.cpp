// Whole people before a camera that stands still, frame by frame as jobs do it: the scene behind them is known, and so is their outline.
#include <doctest/doctest.h>

#include <cmath>

#include "pipeline/still_camera.hpp"
#include "support/figure.hpp"
#include "support/jobs.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kWidth = 320, kHeight = 200, kFrames = 24, kFaceHeight = 15;

struct Film {
    GivenClip clip;
    std::vector<TestPicturePtr> scenes;  ///< what is behind
    std::vector<Figure> figures;
};

/// In: at(n), the figure of frame n; pan, pixels by which the camera moves from frame to frame.
template <class At>
Film film_of(At at, const std::string& layout = "yuv420p", int pan = 0) {
    Film film;
    GivenClip& clip = film.clip;
    set_option(clip.options, "hide", "people");
    clip.shape = {kWidth, kHeight, 0, 1, 25, 25};
    Track track{1, {}, {}};
    for (int n = 0; n < kFrames; ++n) {
        Random random(static_cast<std::uint64_t>(n) + 1);
        auto scene = std::make_shared<TestPicture>(layout_named(layout), kWidth, kHeight, n), picture = std::make_shared<TestPicture>(layout_named(layout), kWidth, kHeight, n);
        const Figure figure = at(n);
        for (const TestPicturePtr& one : {scene, picture}) draw_tiles(one->view(), 9, n * pan, 0);
        figure.draw(picture->view());
        add_noise(picture->view(), random, 2);
        film.scenes.push_back(scene);
        clip.pictures.push_back(picture);
        track.boxes.push_back({n, figure.face, 1, BoxSource::hand});
        film.figures.push_back(figure);
    }
    clip.tracks.tracks.push_back(std::move(track));
    clip.tracks.source = {"", kWidth, kHeight, 1, 25, kFrames, ""};
    return film;
}

/// Somebody who walks through the picture.
Figure walking(int n) {
    return figure_at(40 + 10 * n, 14 + n % 2, kFaceHeight, n % 4 * 2);
}

/// Somebody who stands there all the time and sways.
Figure standing(int n) {
    return figure_at(160 + n % 3, 14, kFaceHeight);
}

/// The part of a figure's pixels that do not look like the scene, in one component of the result.
double share_left(const Film& film, const std::vector<FrameSamples>& out, std::size_t n, int near) {
    const std::vector<float> scene = samples_of(film.scenes[n]->view())[0];
    std::size_t all = 0, left = 0;
    for (std::size_t i = 0; i < scene.size(); ++i) {
        if (!film.figures[n].covers(static_cast<int>(i) % kWidth, static_cast<int>(i) / kWidth)) continue;
        ++all;
        left += std::abs(scene[i] - out[n][0][i]) > static_cast<float>(near);
    }
    return static_cast<double>(left) / static_cast<double>(all);
}

std::string refusal(const GivenClip& clip, int passes) {
    try {
        erase_all(clip, passes);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("who walks through is gone from head to foot, and the scene stands there; far from the person each sample keeps its bits") {
    for (const char* layout : {"yuv420p", "gray", "rgb24"}) {
        CAPTURE(layout);
        const Film film = film_of(walking, layout);
        const auto out = erase_all(film.clip, 2);
        for (std::size_t n = 0; n < kFrames; ++n) {
            CAPTURE(n);
            CHECK(share_left(film, out, n, 12) < 0.002);
            const auto in = samples_of(film.clip.pictures[n]->view());
            std::size_t wrong = 0;
            for (std::size_t i = 0; i < in[0].size(); ++i) {
                const int x = static_cast<int>(i) % kWidth, y = static_cast<int>(i) / kWidth;
                const bool near = std::any_of(film.figures[n].parts.begin(), film.figures[n].parts.end(), [&](const Figure::Part& p) { return grow(p.where, 24, 24).contains(x, y); });
                wrong += !near && in[0][i] != out[n][0][i];
            }
            CHECK(wrong == 0);
        }
    }
}

TEST_CASE("of who never leaves nothing is left either: what is behind is made up, and never of the person") {
    const Film film = film_of(standing);
    const auto out = erase_all(film.clip, 2);
    for (std::size_t n = 0; n < kFrames; n += 5) {
        CAPTURE(n);
        // The tiles have all shades of gray between 60 and 190, as draw_tiles() has them: clothes and legs are darker and brighter.
        std::size_t person = 0, all = 0;
        for (int y = 60; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x) {
                if (!film.figures[n].covers(x, y)) continue;
                const std::size_t i = static_cast<std::size_t>(y * kWidth + x);
                const float before = samples_of(film.clip.pictures[n]->view())[0][i];
                ++all;
                person += std::abs(before - out[n][0][i]) < 4;
            }
        }
        CHECK(static_cast<double>(person) < 0.05 * static_cast<double>(all));
    }
}

TEST_CASE("no sample of any frame depends on a core's") {
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
        CAPTURE(seed);
        const Film film = seed == 1 ? film_of(standing) : film_of(walking);
        CHECK(erase_all(film.clip, 2) == erase_all(with_other_faces(film.clip, seed), 2));
    }
}

TEST_CASE("what the user keeps keeps its bits while somebody walks through it") {
    Film film = film_of(walking);
    film.clip.options.keep_regions = {{{140, 80, 40, 60}, {}, {}}};
    const auto out = erase_all(film.clip, 2);
    std::size_t wrong = 0;
    for (std::size_t n = 0; n < kFrames; ++n) {
        const auto in = samples_of(film.clip.pictures[n]->view());
        for (int y = 80; y < 140; ++y)
            for (int x = 140; x < 180; ++x) wrong += in[0][static_cast<std::size_t>(y * kWidth + x)] != out[n][0][static_cast<std::size_t>(y * kWidth + x)];
    }
    CHECK(wrong == 0);
}

TEST_CASE("a camera that moves is refused, and says when; so is one pass, which cannot know") {
    CHECK(refusal(film_of(walking, "yuv420p", 3).clip, 2).starts_with("the camera moves from 0:00:00.000 to 0:00:00.9"));
    CHECK(refusal(film_of(walking).clip, 2) == "none");
    CHECK(refusal(film_of(walking).clip, 1).starts_with("hide: people needs to know the whole film"));
}

TEST_CASE("a camera that moves while nobody is hidden is none of people's business") {
    Film film = film_of(walking, "yuv420p", 3);
    film.clip.options.except_tracks = {1};
    CHECK(refusal(film.clip, 2) == "none");
}
