// Nothing pops: a halo comes and goes with its track; a core is whole from the first frame to the last.
#include "pipeline/mask_fade.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/jobs.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kFrames = 60, kFirst = 15, kLast = 44;
constexpr float kHair = 235;

/// A head that is tracked from frame kFirst to kLast, over a scene that the other frames show. Hair reaches beyond the core.
GivenClip tracked_head(int first, int last, int cut) {
    GivenClip clip;
    clip.shape = {160, 120, 0, 1, 25, 25};
    clip.options.margin = 0;
    clip.options.lookahead_frames = 30;
    Track track{1, {}, {}};
    for (int n = 0; n < kFrames; ++n) {
        auto picture = std::make_shared<TestPicture>(layout_named("yuv420p"), 160, 120, n);
        draw_tiles(picture->view(), n < cut ? 1 : 2, 0, 0);
        if (n >= first && n <= last) {
            paint(picture->view(), {58, 34, 102, 86}, static_cast<int>(kHair));
            track.boxes.push_back({n, {64, 40, 32, 40}, 1, BoxSource::hand});
        }
        clip.pictures.push_back(picture);
    }
    clip.tracks.tracks.push_back(track);
    return clip;
}

/// How much of the hair (outside the core) or of the core's content is left in a frame: 1 is all of it.
double left(const FrameSamples& frame, const TestPicture& scene, const Rect& where) {
    const auto behind = samples_of(scene.view())[0];
    double shown = 0, all = 0;
    for (int y = where.y0; y < where.y1; ++y) {
        for (int x = where.x0; x < where.x1; ++x) {
            const std::size_t i = static_cast<std::size_t>(y) * 160 + x;
            shown += frame[0][i] - behind[i], all += kHair - behind[i];
        }
    }
    return shown / all;
}

}  // namespace

TEST_CASE("hair beyond the core comes and goes in a quarter of a second, the core at once") {
    const GivenClip clip = tracked_head(kFirst, kLast, kFrames);
    const Rect hair{66, 35, 94, 38}, core{68, 44, 92, 76};
    for (const int passes : {1, 2}) {
        CAPTURE(passes);
        const auto out = erase_all(clip, passes);
        double last_hair = 1;
        for (int n = kFirst; n <= kFirst + 6; ++n) {
            CAPTURE(n);
            const double now = left(out[static_cast<std::size_t>(n)], *clip.pictures[0], hair);
            CHECK(now < last_hair - 0.05);
            CHECK(now > last_hair - 0.4);
            last_hair = now;
        }
        CHECK(last_hair < 0.15);
        for (int n = kFirst; n <= kLast; ++n) CHECK(std::abs(left(out[static_cast<std::size_t>(n)], *clip.pictures[0], core)) < 0.1);
        CHECK(left(out[kLast], *clip.pictures[0], hair) > 0.7);
        CHECK(left(out[kLast - 3], *clip.pictures[0], hair) < left(out[kLast - 1], *clip.pictures[0], hair));
    }
}

TEST_CASE("at a cut and at the video's ends nothing fades") {
    const Rect hair{66, 35, 94, 38};
    for (const int passes : {1, 2}) {
        CAPTURE(passes);
        const GivenClip cut = tracked_head(kFirst, kLast, kFirst);
        CHECK(left(erase_all(cut, passes)[kFirst], *cut.pictures[kFrames - 1], hair) < 0.15);
        const GivenClip early = tracked_head(0, kFirst, kFrames), late = tracked_head(kLast, kFrames - 1, kFrames);
        CHECK(left(erase_all(early, passes)[0], *early.pictures[kFrames - 1], hair) < 0.15);
        CHECK(left(erase_all(late, passes)[kFrames - 1], *late.pictures[0], hair) < 0.15);
    }
}

TEST_CASE("a head that goes out of the picture, or comes in, takes its hair along") {
    const Rect hair{2, 35, 10, 38};
    for (const int passes : {1, 2}) {
        CAPTURE(passes);
        GivenClip clip = tracked_head(kFirst, kLast, kFrames);
        for (TrackBox& box : clip.tracks.tracks[0].boxes) box.box.x = -20;
        for (int n = kFirst; n <= kLast; ++n) {
            TestPicture& picture = static_cast<TestPicture&>(*clip.pictures[static_cast<std::size_t>(n)]);
            draw_tiles(picture.view(), 1, 0, 0);
            paint(picture.view(), {0, 34, 18, 86}, static_cast<int>(kHair));
        }
        const auto out = erase_all(clip, passes);
        for (const int n : {kFirst, kFirst + 2, kLast - 2, kLast})
            CHECK(std::abs(left(out[static_cast<std::size_t>(n)], *clip.pictures[0], hair)) < 0.15);
    }
}

TEST_CASE("fades count from both ends of a span, and not from a cut") {
    const TrackSpan span{10, 29, false, false};
    CHECK(fade_at(span, 10, 4) == doctest::Approx(0.2));
    CHECK(fade_at(span, 12, 4) == doctest::Approx(0.6));
    CHECK(fade_at(span, 20, 4) == 1);
    CHECK(fade_at(span, 29, 4) == doctest::Approx(0.2));
    CHECK(fade_at({10, 29, true, true}, 10, 4) == 1);
    CHECK(fade_at({10, 29, true, true}, 29, 4) == 1);
}
