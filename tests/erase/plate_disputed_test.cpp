// Where a plate is made of rags, it is blurred; a scene stays sharp.
#include "erase/background/plate_disputed.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kSize = 160;
const FaceArea kFace{{60, 60, 100, 100}, {44, 44, 116, 116}};
const Rect kAll{0, 0, kSize, kSize};

std::vector<float> luma_of(const ImageView& view) {
    std::vector<float> luma(static_cast<std::size_t>(kSize) * kSize);
    read_luma(view, kAll, luma.data());
    return luma;
}

/// Pieces of 5 x 5 pixels, dark and bright.
void paint_pieces(const ImageView& view, const Rect& where, std::uint64_t seed) {
    Random random(seed);
    for (int y = where.y0; y < where.y1; y += 5)
        for (int x = where.x0; x < where.x1; x += 5) paint(view, intersect(Rect{x, y, x + 5, y + 5}, where), random.between(20, 220));
}

/// A plate of pieces behind a face, and the picture around it.
struct Scene {
    TestPicture picture{layout_named("yuv420p"), kSize, kSize, 0};
    Plate plate = unknown_plate(layout_named("yuv420p"), kAll);

    Scene() {
        paint(picture.view(), kAll, 120);
        std::fill(plate.known.begin(), plate.known.end(), std::uint8_t{1});
        paint_pieces(plate.image.view(), kAll, 1);
    }
    Scene& dispute(const Rect& where) {
        plate.disputed.resize(plate.known.size(), 0);
        for (int y = where.y0; y < where.y1; ++y) std::fill_n(plate.disputed.begin() + y * kSize + where.x0, where.width(), std::uint8_t{1});
        return *this;
    }
    /// The mean step between neighbouring pixels of the plate.
    double unrest(const Rect& where) const {
        const std::vector<float> luma = luma_of(plate.image.view());
        double sum = 0;
        for (int y = where.y0; y < where.y1; ++y)
            for (int x = where.x0; x < where.x1; ++x) sum += std::abs(luma[static_cast<std::size_t>(y) * kSize + x + 1] - luma[static_cast<std::size_t>(y) * kSize + x]);
        return sum / (static_cast<double>(where.width()) * where.height());
    }
    void blur() { blur_disputed(picture.view(), plate, {{kFace}}); }
};

}  // namespace

TEST_CASE("rags before a calm scene are blurred in core and halo, and stay known") {
    Scene scene;
    scene.dispute(kFace.halo);
    const double before = scene.unrest(kFace.core), outside = scene.unrest({0, 0, 40, 40});
    scene.blur();
    CHECK(scene.unrest(kFace.core) < before / 5);
    CHECK(scene.unrest({0, 0, 40, 40}) == outside);
    CHECK(std::count(scene.plate.known.begin(), scene.plate.known.end(), 0) == 0);
    CHECK(scene.plate.disputed.empty());
}

TEST_CASE("what nobody disputes stays sharp, and so does a passer-by's way") {
    for (const Rect where : {Rect{}, {60, 60, 72, 72}}) {
        Scene scene;
        scene.dispute(where);
        const std::vector<float> before = luma_of(scene.plate.image.view());
        scene.blur();
        CHECK(luma_of(scene.plate.image.view()) == before);
    }
}

TEST_CASE("where all around is as busy, sharp pieces look better than a blur") {
    Scene scene;
    paint_pieces(scene.picture.view(), kAll, 2);
    scene.dispute(kFace.halo);
    const std::vector<float> before = luma_of(scene.plate.image.view());
    scene.blur();
    CHECK(luma_of(scene.plate.image.view()) == before);
}

TEST_CASE("of a plate that is disputed on one side the other side stays sharp") {
    Scene scene;
    scene.dispute({44, 44, 76, 116});
    const double right = scene.unrest({96, 60, 110, 100}), left = scene.unrest({48, 60, 64, 100});
    scene.blur();
    CHECK(scene.unrest({96, 60, 110, 100}) == right);
    CHECK(scene.unrest({48, 60, 64, 100}) < left / 4);
}

TEST_CASE("what stands in the face itself decides nothing") {
    std::vector<std::vector<float>> results;
    for (const int value : {0, 255}) {
        Scene scene;
        paint(scene.picture.view(), kFace.core, value);
        scene.dispute(kFace.halo).blur();
        results.push_back(luma_of(scene.plate.image.view()));
    }
    CHECK(results[0] == results[1]);
}
