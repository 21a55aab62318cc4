// The black letterbox of a letterbox or a pillarbox: found, left black, and no border for a fill.
#include <doctest/doctest.h>

#include <cmath>

#include "erase/compositor.hpp"
#include "erase/region/letterbox.hpp"
#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kWidth = 160, kHeight = 96;
constexpr int kBlack = 16, kBright = 120;
const Rect kPicture{40, 0, 120, kHeight};
/// A face that reaches into the right bar.
const FaceArea kFace{{92, 30, 132, 70}, {84, 22, 140, 78}};

/// A limited range, as video has it.
std::shared_ptr<TestPicture> boxed(const Rect& picture, int bright = kBright) {
    auto image = std::make_shared<TestPicture>(layout_named("yuv420p"), kWidth, kHeight, 0);
    paint(image->view(), image->view().bounds(), kBlack);
    paint(image->view(), picture, bright);
    return image;
}

int luma_at(const ImageView& image, int x, int y) {
    return component<std::uint8_t>(image, 0).get(x, y);
}

FrameRecord frame_with(const std::shared_ptr<TestPicture>& picture) {
    FrameRecord record = record_of(picture);
    record.faces = {{1, {0, {98, 36, 28, 28}, 1, BoxSource::detector}}};
    record.letterbox = std::make_shared<const Letterbox>(find_letterbox(picture->view(), std::vector{kFace}, false).value());
    return record;
}

void erase(const FrameRecord& frame, const ImageView& image) {
    StreamShape shape;
    shape.width = kWidth;
    shape.height = kHeight;
    Compositor(Options{}, shape).erase(image, frame);
}

}  // namespace

TEST_CASE("the picture between bars is found on every side, whatever lies in a core") {
    for (const Rect& picture : {kPicture, Rect{0, 12, kWidth, 84}, Rect{40, 12, 120, 84}, Rect{40, 0, kWidth, kHeight}}) {
        const auto image = boxed(picture);
        REQUIRE(find_letterbox(image->view(), {}, false));
        CHECK(find_letterbox(image->view(), {}, false)->picture == picture);
        CHECK(find_letterbox(image->view(), {}, false)->colour[0] == kBlack);
    }
    const auto image = boxed(kPicture);
    for (const int face : {0, 200}) {
        paint(image->view(), kFace.core, face);
        const auto letterbox = find_letterbox(image->view(), std::vector{kFace}, false);
        REQUIRE(letterbox);
        CHECK(letterbox->picture == kPicture);
        CHECK(letterbox->colour[0] == kBlack);
    }
}

TEST_CASE("a whole picture has no bars, nor has a dark scene with something light in its middle, nor has black") {
    CHECK_FALSE(find_letterbox(boxed({0, 0, kWidth, kHeight})->view(), {}, false));
    CHECK_FALSE(find_letterbox(boxed({})->view(), {}, false));
    const auto person = boxed({});
    for (int y = 20; y < kHeight; ++y) {
        const int half = static_cast<int>(10 + 30 * std::sqrt((y - 20) / 76.0));
        paint(person->view(), {80 - half, y, 80 + half, y + 1}, kBright);
    }
    CHECK_FALSE(find_letterbox(person->view(), {}, false));
}

TEST_CASE("a shot has the bars that most of its frames have") {
    ShotLetterbox shot;
    CHECK_FALSE(shot.found());
    const auto look = [&](const Rect& picture) { shot.look(boxed(picture)->view(), {}, false); };
    look({});  // it begins in the dark
    look(kPicture);
    CHECK_FALSE(shot.found());
    look(kPicture);
    REQUIRE(shot.found());
    CHECK(shot.found()->picture == kPicture);
    look(kPicture);
    look({40, 12, 120, 84});  // dark along two sides for once
    REQUIRE(shot.found());
    CHECK(shot.found()->picture == kPicture);
    for (int n = 0; n < 3; ++n) look({0, 0, kWidth, kHeight});
    CHECK_FALSE(shot.found());
}

TEST_CASE("a face beside a bar is filled from the picture alone, and the bar stays black") {
    const auto picture = boxed(kPicture);
    paint(picture->view(), {98, 36, 126, 64}, 220);
    const auto image = boxed(kPicture);
    paint(image->view(), {98, 36, 126, 64}, 220);
    erase(frame_with(picture), image->view());
    for (int y = 40; y < 60; ++y) {
        for (int x = 100; x < kPicture.x1; ++x) CHECK(std::abs(luma_at(image->view(), x, y) - kBright) <= 3);
        for (int x = kPicture.x1; x < 126; ++x) CHECK(std::abs(luma_at(image->view(), x, y) - kBlack) <= 1);
    }
}
