#include "track/follower.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include "base/geometry.hpp"
#include "invisiblur/options.hpp"
#include "support/pictures.hpp"
#include "track/scene.hpp"
#include "track/settings.hpp"

using namespace invisiblur;

namespace {

/// Sees one face at a fixed place of the upright picture, in parts of its size; counts its looks.
class Scripted : public Detector {
public:
    explicit Scripted(int* looks, int fail_at = -1) : looks_(looks), fail_at_(fail_at) {}
    std::vector<Face> detect(const RgbView& picture) override {
        if (++*looks_ == fail_at_) throw std::runtime_error("the face detector failed: scripted");
        const auto w = static_cast<float>(picture.width), h = static_cast<float>(picture.height);
        return {{{0.5F * w, 0.25F * h, 0.25F * w, 0.25F * h}, 0.9F}};
    }
    std::string name() const override { return "scripted"; }

private:
    int* looks_;
    int fail_at_;
};

/// Frames of one seed are one scene whose light rises a little, so that no two are the same.
test::TestPicturePtr picture(int width, int height, int n, std::uint64_t seed) {
    auto p = std::make_shared<test::TestPicture>(test::layout_named("yuv420p"), width, height, n);
    const ImageView& view = p->view();
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x)
            *component<std::uint8_t>(view, 0).at(x, y) =
                static_cast<std::uint8_t>(std::min(255, static_cast<int>(test::smooth_texture(static_cast<float>(x), static_cast<float>(y), 9, seed)) + 2 * n));
    }
    return p;
}

/// A follower with a window of its own.
struct Following {
    FrameWindow frames;
    Follower follower;

    Following(int* looks, const Options& options, const StreamShape& shape, int horizon, int fail_at = -1)
        : follower(Detectors{std::make_unique<Scripted>(looks, fail_at), nullptr}, options, shape, frames, horizon) {}

    const FrameRecord& push(const test::TestPicturePtr& picture) {
        frames.push(picture);
        follower.push();
        return frames.back();
    }
};

}  // namespace

TEST_CASE("faces come back in coded pixels, whatever the rotation") {
    for (const auto& [degrees, expected] :
         {std::pair{0, Box{80, 30, 40, 30}}, {90, Box{40, 30, 40, 30}}, {180, Box{40, 60, 40, 30}}, {270, Box{80, 60, 40, 30}}}) {
        int looks = 0;
        const StreamShape shape{.width = 160, .height = 120, .rotation_degrees = degrees, .frame_rate = 25};
        Following video(&looks, Options{}, shape, 100);
        for (int n = 0; n < 6; ++n) video.push(picture(160, 120, n, 1));
        video.follower.finish();
        REQUIRE(video.frames[3].final);
        REQUIRE(video.frames[3].faces.size() == 1);
        CHECK_MESSAGE(iou(video.frames[3].faces[0].box.box, expected) > 0.8F, degrees);
    }
}

TEST_CASE("a cut is told, and the detector looks at once") {
    int looks = 0;
    Options options;
    options.detect_every = 10;
    Following video(&looks, options, {.width = 160, .height = 120, .frame_rate = 25}, 100);
    for (int n = 0; n < 9; ++n) {
        CHECK(video.push(picture(160, 120, n, n < 4 ? 1 : 23)).cut == (n == 4));
        CHECK(looks == (n < 4 ? 1 : 2));
    }
}

TEST_CASE("work done beforehand in another thread changes nothing: faces, cuts and looks are the same, whatever is expected when") {
    const StreamShape shape{.width = 160, .height = 120, .frame_rate = 25};
    Options options;
    options.detect_every = 3;
    const auto seed = [](int n) { return std::uint64_t{n < 8 ? 1U : n < 16 ? 23U : 5U}; };  // cuts at a look's turn and between two
    std::vector<FrameRecord> plain;
    for (const int steps : {0, 1, 5}) {
        CAPTURE(steps);
        int looks = 0;
        Following video(&looks, options, shape, 100);
        std::vector<test::TestPicturePtr> pictures;
        for (int n = 0; n < 24; ++n) pictures.push_back(picture(160, 120, n, seed(n)));
        for (int n = 0, expected = 0; n < 24; ++n) {
            for (; expected < std::min(24, n + steps); ++expected) video.follower.expect(pictures[static_cast<std::size_t>(expected)]);
            video.push(pictures[static_cast<std::size_t>(n)]);
        }
        video.follower.finish();
        for (int n = 0; n < 24; ++n) {
            const FrameRecord& record = video.frames[n];
            CHECK(record.cut == (n == 8 || n == 16));
            CHECK(record.detections.has_value() == (n % 3 == 0 || record.cut));
            if (steps == 0) plain.push_back(record);
            const FrameRecord& same = plain[static_cast<std::size_t>(n)];
            REQUIRE(record.faces.size() == same.faces.size());
            for (std::size_t i = 0; i < same.faces.size(); ++i) {
                const Box &a = record.faces[i].box.box, &b = same.faces[i].box.box;
                CHECK(std::array{a.x, a.y, a.w, a.h} == std::array{b.x, b.y, b.w, b.h});
            }
        }
    }
}

TEST_CASE("an error of the detector in the other thread comes out when its picture comes") {
    int looks = 0;
    Following video(&looks, Options{}, {.width = 160, .height = 120, .frame_rate = 25}, 100, 2);
    std::vector<test::TestPicturePtr> pictures{picture(160, 120, 0, 1), picture(160, 120, 1, 1)};
    for (const auto& p : pictures) video.follower.expect(p);
    video.push(pictures[0]);
    CHECK_THROWS_WITH_AS(video.push(pictures[1]), "the face detector failed: scripted", std::runtime_error);
}

TEST_CASE("without look-ahead the detector looks at each frame") {
    int looks = 0;
    Following video(&looks, Options{}, {.width = 1920, .height = 1080, .frame_rate = 25}, 0);
    for (int n = 0; n < 3; ++n) video.push(picture(1920, 1080, n, 1));
    CHECK(looks >= 3);
}

TEST_CASE("a detector's error is not swallowed") {
    int looks = 0;
    Following video(&looks, Options{}, {.width = 160, .height = 120, .frame_rate = 25}, 100, 2);
    video.push(picture(160, 120, 0, 1));
    CHECK_THROWS_WITH_AS(video.push(picture(160, 120, 1, 1)), "the face detector failed: scripted", std::runtime_error);
}

TEST_CASE("three sensitivities, each surer than the one before") {
    const StreamShape shape{.width = 1920, .height = 1080, .frame_rate = 0};
    Options options;
    float before = 0;
    for (const char* step : {"cautious", "normal", "strict"}) {
        options.sensitivity = step;
        const TrackerSettings settings = settings_for(options, shape, 50);
        CHECK(settings.strong_score > before);
        CHECK(settings.weak_score < settings.strong_score);
        CHECK(settings.frame_rate == 25);
        CHECK(settings.luma_factor == 3);
        before = settings.strong_score;
    }
    options.min_score = 0.8;
    CHECK(settings_for(options, shape, 50).strong_score == doctest::Approx(0.8));
    options.sensitivity = "bold";
    CHECK_THROWS_AS(settings_for(options, shape, 50), std::invalid_argument);
}
