// What is made up behind who never leaves, before a camera that moves.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "erase/background/carried_scene.hpp"
#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kWidth = 240, kHeight = 160;
constexpr int kReachPx = 8;
const Rect kArea{60, 20, 180, 120};

FaceArea face_at(int x) {
    const Rect core{x, 50, x + 28, 86};
    return {core, {core.x0 - 10, core.y0 - 12, core.x1 + 10, core.y1 + 2}};
}

/// Somebody before uneven stripes.
/// In: shift, the scene's to the left; face_x, where the head is; seed, of what its core holds; light, how much brighter all is.
ReferenceFrame frame_of(std::int64_t index, int shift, int face_x, std::uint64_t seed, int light = 0) {
    auto picture = std::make_shared<TestPicture>(layout_named("yuv420p"), kWidth, kHeight, index);
    paint(picture->view(), {0, 0, kWidth, kHeight}, 90 + light);
    for (int x = -24; x < kWidth + 48; x += 12) {
        const int width = 4 + (x / 12 + 40) % 5;
        paint(picture->view(), intersect({x - shift, 0, x - shift + width, kHeight}, picture->view().bounds()), 130 + light);
        paint(picture->view(), intersect({x - shift, x % 80, x - shift + 3, x % 80 + 9}, picture->view().bounds()), 110 + light);
    }
    const FaceArea face = face_at(face_x);
    paint(picture->view(), {face.core.x0 - 16, face.core.y1, face.core.x1 + 16, kHeight}, 230);
    paint(picture->view(), {face.core.x0 - 6, face.core.y0 - 6, face.core.x1 + 6, face.core.y1}, 20);
    Random random(seed);
    scramble(picture->view(), face.core, random);
    const Homography to_start{{1, 0, static_cast<double>(shift), 0, 1, 0, 0, 0, 1}};
    return {{picture, index, {face}}, {0, to_start}};
}

Plate completed(CarriedScene& carried, const ReferenceFrame& frame) {
    Plate plate = estimate_plate(std::span(&frame.sample, 1), kArea);
    carried.complete(frame, frame.sample, near_faces(kArea, frame.sample.areas, kReachPx), plate);
    return plate;
}

std::vector<float> luma_of(const Plate& plate) {
    std::vector<float> luma(plate.known.size());
    read_luma(plate.image.view(), {0, 0, plate.area.width(), plate.area.height()}, luma.data());
    return luma;
}

/// How much two plates differ where both are made up, on average. In: shift, from the first one's place of the scene to the second one's.
double difference(const Plate& a, const Plate& b, int shift, int light = 0) {
    const std::vector<float> before = luma_of(a), now = luma_of(b);
    double sum = 0, count = 0;
    for (int y = 0; y < kArea.height(); ++y) {
        for (int x = shift; x < kArea.width(); ++x) {
            const std::size_t i = static_cast<std::size_t>(y * kArea.width() + x), k = i - static_cast<std::size_t>(shift);
            if (a.made_up[i] == 0 || b.made_up[k] == 0) continue;
            sum += std::abs(now[k] - static_cast<float>(light) - before[i]), ++count;
        }
    }
    REQUIRE(count > 28 * 36);
    return sum / count;
}

}  // namespace

TEST_CASE("what was made up moves with the camera and stays as it was, whatever the light") {
    for (const int light : {0, 15}) {
        CAPTURE(light);
        CarriedScene carried;
        const Plate first = completed(carried, frame_of(0, 0, 100, 1));
        REQUIRE(carried.pieces().size() == 1);
        CHECK(difference(first, completed(carried, frame_of(8, 6, 94, 1, light)), 6, light) < 1.5);
        CHECK(carried.pieces().size() == 1);
        // The head stays in the middle of the picture: some of what it hides now it did not hide before.
        const Plate follows = completed(carried, frame_of(16, 10, 100, 1, light));
        CHECK(difference(first, follows, 10, light) < 1.5);
        CHECK(carried.pieces().size() == 2);
    }
}

TEST_CASE("nothing of a core is in what is made up") {
    CarriedScene one, other;
    for (int n = 0; n < 3; ++n) {
        const Plate a = completed(one, frame_of(8 * n, 5 * n, 100 - 2 * n, 1)), b = completed(other, frame_of(8 * n, 5 * n, 100 - 2 * n, 2));
        CHECK(a.known == b.known);
        CHECK(a.made_up == b.made_up);
        CHECK(samples_of(a.image.view()) == samples_of(b.image.view()));
    }
}

TEST_CASE("a body is no part of what is carried on: a line of its collar would be laid with it") {
    CarriedScene carried;
    const ReferenceFrame frame = frame_of(0, 0, 100, 1);
    completed(carried, frame);
    REQUIRE(carried.pieces().size() == 1);
    const Plate& piece = carried.pieces().front()->plate;
    const Rect core = within(frame.sample.areas.front().core, piece.area);
    int below = 0;
    for (int y = core.y1; y < piece.area.height(); ++y) {
        for (int x = core.x0; x < core.x1; ++x, ++below) {
            const std::size_t i = static_cast<std::size_t>(y * piece.area.width() + x);
            CHECK((piece.known[i] == 0 || piece.made_up[i] != 0));
        }
    }
    CHECK(below > 0);
}

TEST_CASE("where the camera's motion is only guessed a piece is laid where its surroundings meet, and nowhere else") {
    CarriedScene carried;
    const Plate first = completed(carried, frame_of(0, 0, 100, 1));
    ReferenceFrame lost = frame_of(8, 2, 98, 1);
    lost.pose.stretch = 1;
    CHECK(difference(first, completed(carried, lost), 2) < 1.5);
    ReferenceFrame elsewhere = frame_of(16, 0, 100, 1);
    elsewhere.pose = {2, {{1, 0, 70, 0, 1, 40, 0, 0, 1}}};
    const auto pieces = carried.pieces().size();
    completed(carried, elsewhere);
    CHECK(carried.pieces().size() == pieces + 1);
}

TEST_CASE("what a first pass made up is all there is, so that each part of a video has the same") {
    CarriedScene first;
    const Plate made = completed(first, frame_of(0, 0, 100, 1));
    CarriedScene known(first.pieces());
    CHECK(difference(made, completed(known, frame_of(8, 6, 94, 1)), 6) < 1.5);
    const Plate a = completed(known, frame_of(16, 30, 100, 1)), b = completed(known, frame_of(16, 30, 100, 1));
    CHECK(known.pieces().size() == 1);
    CHECK(samples_of(a.image.view()) == samples_of(b.image.view()));
}
