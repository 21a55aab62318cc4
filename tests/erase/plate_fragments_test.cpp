// What a plate keeps of what it knows behind a face, and what it takes back.
#include "erase/background/plate_fragments.hpp"

#include <doctest/doctest.h>

#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kSize = 160;
const FaceArea kFace{{60, 60, 100, 100}, {44, 44, 116, 116}};

struct Known {
    Plate plate = unknown_plate(layout_named("gray"), {0, 0, kSize, kSize});

    Known() { std::fill(plate.known.begin(), plate.known.end(), 1); }
    Known& forget(const Rect& r) {
        for (int y = r.y0; y < r.y1; ++y)
            for (int x = r.x0; x < r.x1; ++x) plate.known[static_cast<std::size_t>(y) * kSize + x] = 0;
        return *this;
    }
    bool at(int x, int y) const { return plate.known[static_cast<std::size_t>(y) * kSize + x] != 0; }
};

}  // namespace

TEST_CASE("a plate that is known all over keeps all of it") {
    Known known;
    CHECK_FALSE(drop_fragments(known.plate, {}, {{kFace}}));
    CHECK(known.at(80, 80));
}

TEST_CASE("a small hole in what is known takes nothing else with it") {
    Known known;
    known.forget({78, 78, 82, 82});
    drop_fragments(known.plate, {}, {{kFace}});
    CHECK(known.at(70, 70));
    CHECK(known.at(50, 80));
}

TEST_CASE("of a face of which less than most is known nothing is") {
    Known known;
    known.forget({60, 60, 72, 100});  // three tenths of the core
    CHECK(drop_fragments(known.plate, {}, {{kFace}}));
    for (int y = kFace.halo.y0; y < kFace.halo.y1; ++y)
        for (int x = kFace.halo.x0; x < kFace.halo.x1; ++x) REQUIRE_FALSE(known.at(x, y));
    CHECK(known.at(30, 80));
}

TEST_CASE("what two faces share stays known where it is behind one of them") {
    const FaceArea other{{104, 60, 144, 100}, {88, 44, 160, 116}};
    Known known;
    known.forget({60, 60, 80, 100});
    drop_fragments(known.plate, {}, {{kFace, other}});
    CHECK(known.at(110, 80));
    CHECK_FALSE(known.at(86, 80));
}

TEST_CASE("a piece by itself is no scene, however large the rest is") {
    Known known;
    known.forget({44, 44, 56, 116});
    for (int y = 76; y < 80; ++y)
        for (int x = 47; x < 51; ++x) known.plate.known[static_cast<std::size_t>(y) * kSize + x] = 1;
    drop_fragments(known.plate, {}, {{kFace}});
    CHECK_FALSE(known.at(48, 78));
    CHECK(known.at(80, 80));
}

TEST_CASE("places that nobody asked for are not missed") {
    Known known;
    const std::vector<std::uint8_t> wanted = near_faces(known.plate.area, {{kFace}}, 0);
    for (std::size_t i = 0; i < wanted.size(); ++i) known.plate.known[i] = wanted[i];
    CHECK_FALSE(drop_fragments(known.plate, wanted, {{kFace}}));
    CHECK(known.at(45, 80));
}
