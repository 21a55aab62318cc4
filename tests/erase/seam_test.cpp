#include "erase/background/seam.hpp"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr Rect kArea{0, 0, 48, 48}, kHole{16, 16, 32, 32};
constexpr SeamDemand kThird{1.0 / 3, 16};

/// A plate of one brightness with an unknown place, or, where `known`, without.
Plate plate_of(int luma, bool known) {
    Plate plate = unknown_plate(layout_named("yuv420p"), kArea);
    paint(plate.image.view(), kArea, luma);
    plate.known.assign(plate.known.size(), 1);
    for (int y = kHole.y0; y < kHole.y1; ++y) {
        for (int x = kHole.x0; x < kHole.x1 && !known; ++x) plate.known[static_cast<std::size_t>(y * kArea.width() + x)] = 0;
    }
    return plate;
}

LaidPiece piece_of(Plate whole, const Plate& to) {
    LaidPiece piece{std::move(whole), std::vector<std::uint8_t>(to.known.size(), 0)};
    for (std::size_t i = 0; i < to.known.size(); ++i) piece.which[i] = to.known[i] == 0;
    return piece;
}

float luma_at(const Plate& plate, int x, int y) {
    std::vector<float> luma(plate.known.size());
    read_luma(plate.image.view(), kArea, luma.data());
    return luma[static_cast<std::size_t>(y * kArea.width() + x)];
}

}  // namespace

TEST_CASE("a piece that goes on into the scene is laid, and takes the scene's light") {
    const Plate plate = plate_of(120, false);
    LaidPiece piece = piece_of(plate_of(108, true), plate);
    CHECK(fit_in(piece, plate, plate.known, kThird));
    CHECK(luma_at(piece.plate, 24, 24) == doctest::Approx(120).epsilon(0.02));
}

TEST_CASE("a piece of another place is not laid") {
    const Plate plate = plate_of(200, false);
    LaidPiece piece = piece_of(plate_of(90, true), plate);
    CHECK_FALSE(fit_in(piece, plate, plate.known, kThird));
}

TEST_CASE("a part of the edge may show something that came or went, and gives the piece no light") {
    Plate plate = plate_of(120, false);
    paint(plate.image.view(), {32, 20, 48, 28}, 230);
    LaidPiece piece = piece_of(plate_of(120, true), plate);
    REQUIRE(fit_in(piece, plate, plate.known, kThird));
    CHECK(luma_at(piece.plate, 30, 24) == doctest::Approx(120).epsilon(0.05));
    paint(plate.image.view(), {0, 0, 48, 16}, 230);
    paint(plate.image.view(), {32, 0, 48, 30}, 230);
    LaidPiece again = piece_of(plate_of(120, true), plate);
    CHECK_FALSE(fit_in(again, plate, plate.known, kThird));
    CHECK(fit_in(again, plate, plate.known, {3.0 / 4, 0}));
}

TEST_CASE("a piece beside nothing that is known cannot tell, and is laid only where that is not asked") {
    Plate plate = plate_of(120, false);
    const std::vector<std::uint8_t> nothing(plate.known.size(), 0);
    LaidPiece piece = piece_of(plate_of(90, true), plate);
    CHECK_FALSE(fit_in(piece, plate, nothing, kThird));
    CHECK(fit_in(piece, plate, nothing, {3.0 / 4, 0}));
    CHECK(luma_at(piece.plate, 24, 24) == doctest::Approx(90).epsilon(0.02));
}
