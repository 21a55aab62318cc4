// A detector of two networks: which of them is asked when.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "base/geometry.hpp"
#include "detect/multi_scale_detector.hpp"
#include "invisiblur/options.hpp"
#include "support/at_hand.hpp"
#include "support/pictures.hpp"
#include "track/follower.hpp"
#include "track/scene.hpp"

using namespace invisiblur;

namespace {

/// What it was asked: whether for a glance, and at which size.
struct Asked {
    bool glance;
    int width;
};

/// Glances see a thing at a fixed place of the whole picture; looks see it where `is_face`. In what is shown enlarged it lies in the middle.
class TwoNetworks : public Detector {
public:
    TwoNetworks(std::vector<Asked>* asked, bool is_face) : asked_(asked), is_face_(is_face) {}
    std::vector<Face> detect(const RgbView& picture) override {
        asked_->push_back({false, picture.width});
        if (!is_face_ || picture.width != 96) return {};
        return {{{31, 31, 34, 34}, 0.75F}};
    }
    std::vector<Face> glance(const RgbView& picture) override {
        asked_->push_back({true, picture.width});
        if (picture.width == 96) return {};
        const auto w = static_cast<float>(picture.width), h = static_cast<float>(picture.height);
        return {{{0.5F * w, 0.5F * h, 0.1F * w, 0.1F * w}, 0.5F}};
    }
    bool has_glance() const override { return true; }
    std::string name() const override { return "two networks"; }

private:
    std::vector<Asked>* asked_;
    bool is_face_;
};

/// A scene whose light rises from frame to frame.
PicturePtr picture(int width, int height, int n) {
    auto p = std::make_shared<test::TestPicture>(test::layout_named("yuv420p"), width, height, n);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x)
            *component<std::uint8_t>(p->view(), 0).at(x, y) =
                static_cast<std::uint8_t>(std::min(255, test::smooth_texture(static_cast<float>(x), static_cast<float>(y), 9, 1) + 3 * n));
    }
    return p;
}

constexpr Box kThing{160, 120, 32, 32};

struct Video {
    std::vector<Asked> asked;
    FrameWindow frames;
    Follower follower;

    explicit Video(bool is_face, int horizon = 1000)
        : follower(Detectors{std::make_unique<TwoNetworks>(&asked, is_face), nullptr}, Options{}, {.width = 320, .height = 240, .frame_rate = 25}, frames, horizon) {
        for (int n = 0; n < 30; ++n) {
            frames.push(picture(320, 240, n));
            follower.push();
        }
        follower.finish();
    }
};

}  // namespace

TEST_CASE("most looks are glances, in two sizes; the others come as often as their turn says, in two sizes too, and where a shot begins") {
    std::vector<Asked> asked;
    MultiScaleDetector detector(std::make_unique<TwoNetworks>(&asked, false), Options{}, {.width = 1920, .height = 1080, .frame_rate = 25});
    CHECK(detector.every() == 2);
    const PicturePtr shown = picture(1920, 1080, 0);
    for (std::int64_t turn = 0; turn < 48; ++turn) {
        detector.take_turn(turn);
        const std::vector<Face> faces = detector.find(*shown, turn == 31);
        CHECK(asked.back().glance == (detector.is_glance(turn) && turn != 31));
        CHECK(std::ranges::all_of(faces, [](const Face& face) { return face.glanced; }));
        CHECK(faces.empty() != asked.back().glance);
    }
    REQUIRE(asked.size() == 48);
    for (const bool glance : {false, true}) {
        for (const int width : glance ? std::array{1024, 608} : std::array{1280, 768})
            CHECK(std::ranges::count_if(asked, [&](const Asked& a) { return a.glance == glance && a.width == width; }) > (glance ? 15 : 1));
    }
    CHECK(std::ranges::count_if(asked, [](const Asked& a) { return !a.glance; }) <= 9);
}

TEST_CASE("a look decides at once on what a glance has seen: a face is hidden from its first frame on") {
    const Video video(true);
    for (int n = 0; n < 30; ++n) {
        REQUIRE_MESSAGE(video.frames[n].faces.size() == 1, n);
        CHECK(iou(video.frames[n].faces[0].box.box, kThing) > 0.6F);
    }
}

TEST_CASE("what no look takes for a face is not hidden, and not asked about all the time") {
    const Video video(false);
    for (int n = 0; n < 30; ++n) CHECK(video.frames[n].faces.empty());
    const auto decisions = std::ranges::count_if(video.asked, [](const Asked& a) { return !a.glance && a.width == 96; });
    CHECK(decisions >= 2);
    CHECK(decisions <= 6);
    CHECK(!video.follower.tracker().doubts().empty());
}

TEST_CASE("cascade has both models, and names them") {
    if (!test::has_model() || !test::has_model(kYunetModel)) return;
    Options options;
    options.detector = "cascade";
    const std::string name = make_detector(options)->name();
    CHECK(name.starts_with("cascade of yunet sha256:"));
    CHECK(name.find(std::string("centerface sha256:") + kCenterfaceModel.sha256) != std::string::npos);
}
