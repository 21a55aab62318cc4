// The shape of what is hidden, as the face stands when the picture is shown.
#include "erase/region/face_area.hpp"

#include <doctest/doctest.h>

#include "erase/background/person_area.hpp"
#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kSide = 400;

/// A place of the picture that is shown as it lies in the coded one.
std::pair<int, int> coded(int x, int y, int degrees) {
    constexpr int kLast = kSide - 1;
    if (degrees == 90) return {y, kLast - x};
    if (degrees == 180) return {kLast - x, kLast - y};
    if (degrees == 270) return {kLast - y, x};
    return {x, y};
}

Box coded(const Box& b, int degrees) {
    if (degrees == 90) return {b.y, kSide - b.x - b.w, b.h, b.w};
    if (degrees == 180) return {kSide - b.x - b.w, kSide - b.y - b.h, b.w, b.h};
    if (degrees == 270) return {kSide - b.y - b.h, b.x, b.h, b.w};
    return b;
}

FaceArea face_in(int degrees) {
    Options options;
    options.margin = 0.2;
    options.halo = 0.5;
    const TestPicture picture(layout_named("gray"), kSide, kSide, 0);
    const TrackedFace face{1, {0, coded(Box{120, 100, 40, 60}, degrees), 1, BoxSource::hand}};
    return FaceAreas(options, {.width = kSide, .height = kSide, .rotation_degrees = degrees, .frame_rate = 25}).of_frame({&face, 1}, 0, picture.view(), false, {}, nullptr).at(0);
}

bool in_body(const FaceArea& face, int x, int y) {
    const auto [first, end] = BodyColumn(face).row(y);
    return x >= first && x < end;
}

}  // namespace

TEST_CASE("a turned picture has halos and bodies where the upright one has them") {
    const FaceArea upright = face_in(0);
    for (const int degrees : {90, 180, 270}) {
        CAPTURE(degrees);
        const FaceArea turned = face_in(degrees);
        int other_halo = 0, other_body = 0;
        for (int y = 0; y < kSide; ++y) {
            for (int x = 0; x < kSide; ++x) {
                const auto [cx, cy] = coded(x, y, degrees);
                other_halo += in_halo(upright, x, y) != in_halo(turned, cx, cy);
                other_body += in_body(upright, x, y) != in_body(turned, cx, cy);
            }
        }
        CHECK(other_halo == 0);
        CHECK(other_body == 0);
    }
}

TEST_CASE("a halo's rows hold what lies in it, whichever way the face stands") {
    for (const int degrees : {0, 90, 180, 270}) {
        CAPTURE(degrees);
        const FaceArea face = face_in(degrees);
        int wrong = 0;
        for (int y = 0; y < kSide; ++y) {
            const auto [first, end] = halo_row(face, y);
            for (int x = 0; x < kSide; ++x) wrong += in_halo(face, x, y) != (x >= first && x < end);
        }
        CHECK(wrong == 0);
    }
}

TEST_CASE("a person's rectangles hold head, halo and most of the body, whichever way it stands") {
    for (const int degrees : {0, 90, 180, 270}) {
        CAPTURE(degrees);
        const FaceArea face = face_in(degrees);
        const std::vector<Rect> rects = BodyColumn(face).rects();
        int body = 0, held = 0;
        for (int y = 0; y < kSide; ++y) {
            for (int x = 0; x < kSide; ++x) {
                if (!in_body(face, x, y)) continue;
                ++body;
                held += std::ranges::any_of(rects, [&](const Rect& r) { return r.contains(x, y); });
            }
        }
        CHECK(body > 0);
        CHECK(held == body);
    }
}
