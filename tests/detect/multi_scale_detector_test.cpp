#include "detect/multi_scale_detector.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

#include "base/geometry.hpp"
#include "invisiblur/options.hpp"
#include "support/pictures.hpp"

using namespace invisiblur;

namespace {

/// Knows faces by their white: answers with the bounding box of the white pixels that it is shown; notes what it was shown.
class SeesWhite : public Detector {
public:
    explicit SeesWhite(std::vector<DetectionSize>* shown) : shown_(shown) {}
    std::vector<Face> detect(const RgbView& picture) override {
        shown_->push_back({picture.width, picture.height});
        Rect white{picture.width, picture.height, 0, 0};
        for (int y = 0; y < picture.height; ++y) {
            for (int x = 0; x < picture.width; ++x) {
                if (picture.data[y * picture.stride_bytes + x * 3 + 1] < 200) continue;
                white = {std::min(white.x0, x), std::min(white.y0, y), std::max(white.x1, x + 1), std::max(white.y1, y + 1)};
            }
        }
        if (white.empty()) return {};
        return {{{static_cast<float>(white.x0), static_cast<float>(white.y0), static_cast<float>(white.width()),
                  static_cast<float>(white.height())},
                 0.9F}};
    }
    std::string name() const override { return "sees white"; }

private:
    std::vector<DetectionSize>* shown_;
};

/// Knows a face by a white rectangle that stands alone, as long as it is no smaller than this.
class SeesEachWhite : public Detector {
public:
    static constexpr int kLeastPx = 12;
    explicit SeesEachWhite(int* looks) : looks_(looks) {}
    std::vector<Face> detect(const RgbView& picture) override {
        ++*looks_;
        const auto white = [&](int x, int y) { return x >= 0 && y >= 0 && x < picture.width && y < picture.height && picture.data[y * picture.stride_bytes + x * 3 + 1] >= 150; };
        std::vector<Face> faces;
        for (int y = 0; y < picture.height; ++y) {
            for (int x = 0; x < picture.width; ++x) {
                if (!white(x, y) || white(x - 1, y) || white(x, y - 1)) continue;
                int w = 1, h = 1;
                while (white(x + w, y)) ++w;
                while (white(x, y + h)) ++h;
                if (std::min(w, h) >= kLeastPx) faces.push_back({{static_cast<float>(x), static_cast<float>(y), static_cast<float>(w), static_cast<float>(h)}, 0.9F});
            }
        }
        return faces;
    }
    std::string name() const override { return "sees each white"; }

private:
    int* looks_;
};

test::TestPicture with_face(int width, int height, const Rect& face) {
    test::TestPicture picture(test::layout_named("yuv420p"), width, height, 0);
    test::paint(picture.view(), {0, 0, width, height}, 40);
    for (int y = face.y0; y < face.y1; ++y) std::fill_n(component<std::uint8_t>(picture.view(), 0).at(face.x0, y), face.width(), 235);
    return picture;
}

}  // namespace

TEST_CASE("whole looks and tiles take turns, at one cost, and a new shot is seen whole") {
    std::vector<DetectionSize> shown;
    MultiScaleDetector detector(std::make_unique<SeesWhite>(&shown), Options{}, {.width = 3840, .height = 2160, .frame_rate = 25});
    const test::TestPicture picture = with_face(3840, 2160, {});
    for (int n = 0; n < 4; ++n) detector.find(picture);
    detector.find(picture, true);
    REQUIRE(shown.size() == 5);
    CHECK(shown[0].width == 1280);
    CHECK(shown[1].width == 1280);
    CHECK(shown[2].width < 1280);
    CHECK(shown[3].width == 1280);
    CHECK(shown[4].width == 1280);
    for (const DetectionSize& size : shown) CHECK(size.width * size.height <= 1280 * 720);
}

TEST_CASE("a face anywhere in a large picture comes back from a tile in source pixels, whatever the rotation") {
    for (const int degrees : {0, 90, 180, 270}) {
        for (const Rect face : {Rect{20, 30, 44, 54}, {1910, 1070, 1934, 1094}, {3800, 2100, 3824, 2124}}) {
            std::vector<DetectionSize> shown;
            const StreamShape shape{.width = 3840, .height = 2160, .rotation_degrees = degrees, .frame_rate = 25};
            MultiScaleDetector detector(std::make_unique<SeesWhite>(&shown), Options{}, shape);
            const test::TestPicture picture = with_face(3840, 2160, face);
            const Box expected{static_cast<float>(face.x0), static_cast<float>(face.y0), static_cast<float>(face.width()),
                               static_cast<float>(face.height())};
            int seen = 0;
            for (int n = 0; n < detector.round(); ++n) {
                for (const Face& found : detector.find(picture)) {
                    CHECK_MESSAGE(iou(found.box, expected) > 0.5F, degrees);
                    seen += n % 2;
                }
            }
            CHECK_MESSAGE(seen >= 1, degrees << " " << face.x0);
        }
    }
}

TEST_CASE("a picture that has not changed is not looked at again, and the smallest face that appears is") {
    std::vector<DetectionSize> shown;
    MultiScaleDetector detector(std::make_unique<SeesWhite>(&shown), Options{}, {.width = 1920, .height = 1080, .frame_rate = 25});
    const test::TestPicture empty = with_face(1920, 1080, {}), face = with_face(1920, 1080, {900, 500, 916, 516});
    const auto find = [&](const test::TestPicture& picture, bool new_shot) {
        return detector.find(picture, new_shot, std::make_shared<const GrayImage>(block_mean_luma(picture.view(), 3)));
    };
    for (int n = 0; n < 10; ++n) find(empty, false);
    const std::size_t kinds = shown.size();
    CHECK(kinds <= 2);
    CHECK(find(face, false).size() == 1);
    CHECK(find(face, false).size() == 1);
    CHECK(shown.size() == 2 * kinds);
    for (int n = 0; n < 6; ++n) CHECK(find(face, false).size() == 1);
    CHECK(shown.size() == 2 * kinds);
    find(face, true);
    CHECK(shown.size() == 2 * kinds + 1);
}

TEST_CASE("before a still camera a large look is one through a window around what moves, and now and then a whole one") {
    std::vector<DetectionSize> shown;
    MultiScaleDetector detector(std::make_unique<SeesWhite>(&shown), Options{}, {.width = 1920, .height = 1080, .frame_rate = 25});
    for (int n = 0; n < 32; ++n) {
        const Rect face{1300 + 8 * n, 700, 1380 + 8 * n, 780};
        const test::TestPicture picture = with_face(1920, 1080, face);
        const auto faces = detector.find(picture, n == 0, std::make_shared<const GrayImage>(block_mean_luma(picture.view(), 3)));
        REQUIRE(faces.size() == 1);
        CHECK(iou(faces[0].box, {static_cast<float>(face.x0), static_cast<float>(face.y0), 80, 80}) > 0.9F);
    }
    const auto whole = std::count_if(shown.begin(), shown.end(), [](const DetectionSize& s) { return s.width == 1280; });
    CHECK(shown.size() == 32);
    CHECK(whole == 2);
}

TEST_CASE("where a look shows a crowd of small faces the picture is looked at from nearer as well, and who is smaller still is found") {
    const auto looks_and_faces = [](int count, int side) {
        test::TestPicture picture = with_face(1920, 1080, {900, 900, 915, 915});
        const auto paint = [&](const Rect& face) {
            for (int y = face.y0; y < face.y1; ++y) std::fill_n(component<std::uint8_t>(picture.view(), 0).at(face.x0, y), face.width(), 235);
        };
        for (int n = 0; n < count; ++n) paint({40 + 230 * n, 300, 40 + 230 * n + side, 300 + side});
        int looks = 0;
        MultiScaleDetector detector(std::make_unique<SeesEachWhite>(&looks), Options{}, {.width = 1920, .height = 1080, .frame_rate = 25});
        return std::pair(detector.find(picture, true).size(), looks);
    };
    CHECK(looks_and_faces(8, 30) == std::pair(std::size_t{9}, 5));
    CHECK(looks_and_faces(7, 30) == std::pair(std::size_t{7}, 1));
    CHECK(looks_and_faces(8, 60) == std::pair(std::size_t{8}, 1));
}
