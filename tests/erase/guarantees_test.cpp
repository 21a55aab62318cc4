// The guarantees of the design, as properties over generated clips.
#include <doctest/doctest.h>

#include <algorithm>

#include "erase/compositor.hpp"
#include "support/jobs.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr std::uint64_t kClips = 60;

/// The first sample in which two outputs differ, as text; empty where there is none.
std::string first_difference(const std::vector<FrameSamples>& a, const std::vector<FrameSamples>& b) {
    if (a.size() != b.size()) return "other number of frames";
    for (std::size_t n = 0; n < a.size(); ++n) {
        for (std::size_t c = 0; c < a[n].size(); ++c) {
            const auto at = std::mismatch(a[n][c].begin(), a[n][c].end(), b[n][c].begin());
            if (at.first != a[n][c].end()) {
                return "frame " + std::to_string(n) + " component " + std::to_string(c) + " sample " +
                       std::to_string(at.first - a[n][c].begin());
            }
        }
    }
    return {};
}

/// Marks, in a component's samples, what may change in a frame.
std::vector<bool> may_change(const std::vector<FaceArea>& areas, const ImageView& image, int c) {
    const Rect whole = in_component(image.bounds(), image.layout, c);
    std::vector<bool> may(static_cast<std::size_t>(whole.width()) * whole.height(), false);
    for (const FaceArea& face : areas) {
        const Rect r = in_component(unite(face.core, face.halo), image.layout, c);
        for (int y = r.y0; y < r.y1; ++y) {
            for (int x = r.x0; x < r.x1; ++x) may[static_cast<std::size_t>(y) * whole.width() + x] = true;
        }
    }
    return may;
}

}  // namespace

TEST_CASE("non-interference: clips that differ only inside the cores give equal outputs") {
    for (std::uint64_t seed = 1; seed <= kClips; ++seed) {
        const GivenClip clip = random_clip(seed);
        CAPTURE(clip.what);
        for (const int passes : {1, 2}) {
            CAPTURE(passes);
            const auto one = erase_all(clip, passes);
            REQUIRE(one.size() == clip.pictures.size());
            CHECK(first_difference(one, erase_all(with_other_faces(clip, seed), passes)) == "");
        }
    }
}

TEST_CASE("the test above can fail: mosaic, which keeps something of the face, is caught by it") {
    GivenClip clip = random_clip(4);
    clip.options.fill = "mosaic";
    clip.options.plate = "none";
    CHECK(first_difference(erase_all(clip, 2), erase_all(with_other_faces(clip, 2), 2)) != "");
}

TEST_CASE("what the user keeps keeps its bits, also beside faces and within them") {
    for (std::uint64_t seed = 1; seed <= kClips; ++seed) {
        GivenClip clip = random_clip(seed);
        if (!clip.options.regions.empty() || clip.tracks.tracks.empty()) continue;
        CAPTURE(clip.what);
        // From the middle of a face to beyond its halo.
        const Box face = clip.tracks.tracks[0].boxes.front().box;
        const Rect kept = intersect(outer_rect({face.x + face.w / 2, face.y + face.h / 4, face.w * 2, face.h / 2}), clip.pictures[0]->view().bounds());
        if (kept.empty()) continue;
        clip.options.keep_regions = {{{static_cast<float>(kept.x0), static_cast<float>(kept.y0), static_cast<float>(kept.width()), static_cast<float>(kept.height())}, {}, {}}};
        const auto out = erase_all(clip, 2);
        std::size_t wrong = 0;
        for (std::size_t n = 0; n < out.size(); ++n) {
            const ImageView view = clip.pictures[n]->view();
            const auto in = samples_of(view);
            for (int c = 0; c < view.layout.component_count; ++c) {
                const Rect r = in_component(kept, view.layout, c);
                const std::size_t width = static_cast<std::size_t>(in_component(view.bounds(), view.layout, c).width());
                for (int y = r.y0; y < r.y1; ++y) {
                    for (int x = r.x0; x < r.x1; ++x) {
                        const std::size_t i = static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x);
                        wrong += in[static_cast<std::size_t>(c)][i] != out[n][static_cast<std::size_t>(c)][i];
                    }
                }
            }
        }
        CHECK(wrong == 0);
    }
}

TEST_CASE("nothing else changes: outside core and halo every sample keeps its bits") {
    for (std::uint64_t seed = 1; seed <= kClips; ++seed) {
        const GivenClip clip = random_clip(seed);
        CAPTURE(clip.what);
        const auto areas = areas_of(clip);
        for (const int passes : {1, 2}) {
            const auto out = erase_all(clip, passes);
            std::size_t wrong = 0;
            for (std::size_t n = 0; n < out.size(); ++n) {
                const auto in = samples_of(clip.pictures[n]->view());
                for (int c = 0; c < clip.pictures[n]->view().layout.component_count; ++c) {
                    const auto may = may_change(areas[n], clip.pictures[n]->view(), c);
                    const auto& a = in[static_cast<std::size_t>(c)];
                    const auto& b = out[n][static_cast<std::size_t>(c)];
                    for (std::size_t i = 0; i < a.size(); ++i) wrong += !may[i] && a[i] != b[i];
                }
            }
            CHECK(wrong == 0);
        }
    }
}

TEST_CASE("a sprite over a known static scene vanishes: the plate stands where it was") {
    for (const char* name : {"yuv420p", "yuv420p10", "rgb24", "p010"}) {
        CAPTURE(name);
        GivenClip clip;
        clip.shape = {160, 120, 0, 1, 25, 25};
        Track track{1, {}, {}};
        OwnedImage scene(layout_named(name), 160, 120);
        draw_scene(scene.view(), 3, 0, 0, 0);
        for (int n = 0; n < 40; ++n) {
            auto picture = std::make_shared<TestPicture>(layout_named(name), 160, 120, n);
            draw_scene(picture->view(), 3, 0, 0, 0);
            const int x = n * 3;
            paint(picture->view(), {x - 2, 38, x + 26, 74}, 245);  // hair around the box: only the halo can catch it
            track.boxes.push_back({n, {static_cast<float>(x), 40, 24, 32}, 1, BoxSource::hand});
            clip.pictures.push_back(picture);
        }
        clip.tracks.tracks.push_back(track);
        clip.options.margin = 0;
        const auto truth = samples_of(scene.view());
        for (const int passes : {1, 2}) {
            CAPTURE(passes);
            clip.options.lookahead_frames = 25;
            const auto out = erase_all(clip, passes);
            double squares = 0, count = 0;
            for (const FrameSamples& frame : out) {
                for (std::size_t i = 0; i < truth[0].size(); ++i)
                    squares += (frame[0][i] - truth[0][i]) * (frame[0][i] - truth[0][i]), ++count;
            }
            const double steps = 1 << (layout_named(name).depth() - 8);
            CHECK(squares / count < 0.5 * steps * steps);
        }
    }
}

TEST_CASE("what no frame showed is tinted where that is wanted, and only that") {
    GivenClip clip;
    clip.shape = {160, 120, 0, 1, 25, 25};
    Track stays{1, {}, {}}, walks{2, {}, {}};
    for (int n = 0; n < 30; ++n) {
        auto picture = std::make_shared<TestPicture>(layout_named("yuv444p"), 160, 120, n);
        draw_scene(picture->view(), 3, 0, 0, 0);
        for (auto& [track, x] : {std::pair<Track&, int>{stays, 20}, {walks, 70 + 2 * n}}) {
            paint(picture->view(), {x, 40, x + 16, 60}, 245);
            track.boxes.push_back({n, {static_cast<float>(x), 40, 16, 20}, 1, BoxSource::hand});
        }
        clip.pictures.push_back(picture);
    }
    clip.tracks.tracks = {stays, walks};
    const auto plain = erase_all(clip, 2);
    clip.options.show_made_up = true;
    const auto tinted = erase_all(clip, 2);
    // Magenta has little green: the middle of whom stays is tinted in V, that of whom walks is not.
    const auto v_at = [](const std::vector<FrameSamples>& frames, int n, int x) { return frames[static_cast<std::size_t>(n)][2][static_cast<std::size_t>(50 * 160 + x)]; };
    CHECK(v_at(tinted, 15, 28) > v_at(plain, 15, 28) + 20);
    CHECK(v_at(tinted, 15, 70 + 30 + 8) == v_at(plain, 15, 70 + 30 + 8));
}
