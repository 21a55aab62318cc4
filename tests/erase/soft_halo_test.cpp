// What goes on beyond a halo fades out, what ends within is replaced whole but for its rim, and a core always.
#include "erase/mask/soft_halo.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/jobs.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

const FaceArea kFace{{60, 60, 100, 100}, {30, 30, 130, 130}};
const PatchPlan kPlan{{20, 20, 140, 140}, {kFace}};

/// A mask with a core, shoulders that go on beyond the halo's lower side, and a bun of hair above that ends within.
MaskPatch mask_with_body() {
    MaskPatch mask{kPlan.area, std::vector<Cell>(120 * 120, Cell::keep), std::vector<std::uint8_t>(120 * 120, 0), {}, {}, {}, {}, true};
    const auto set = [&](const Rect& where, Cell cell) {
        for (int y = where.y0; y < where.y1; ++y) {
            for (int x = where.x0; x < where.x1; ++x) {
                if (in_halo(kFace, x, y)) mask.cells[static_cast<std::size_t>(y - 20) * 120 + (x - 20)] = cell;
            }
        }
    };
    set({60, 100, 100, 130}, Cell::replace);
    set({70, 40, 90, 60}, Cell::replace);
    set(kFace.core, Cell::core);
    return mask;
}

float weight(const MaskPatch& mask, int x, int y) {
    return mask.weights[static_cast<std::size_t>(y - 20) * 120 + (x - 20)];
}

}  // namespace

TEST_CASE("the body fades out to where the halo ends, hair that ends within is replaced, the core is whole") {
    MaskPatch mask = mask_with_body();
    soften_halo(mask, kPlan);
    CHECK(mask.at(80, 129) == Cell::keep);
    for (int y = 102; y < 128; ++y) CHECK(weight(mask, 80, y) >= weight(mask, 80, y + 1));
    CHECK(weight(mask, 80, 103) == 1);
    CHECK(weight(mask, 80, 122) < 0.5F);
    CHECK(weight(mask, 80, 50) == 1);
    CHECK(weight(mask, 80, 40) < 0.8F);  // the rim
    CHECK(mask.at(80, 40) == Cell::replace);
    for (int y = 60; y < 100; ++y) {
        for (int x = 60; x < 100; ++x) CHECK((mask.at(x, y) == Cell::core && weight(mask, x, y) == 1));
    }
}

TEST_CASE("what does not hang together with the core stays: speckles and passers-by are no part of the head") {
    MaskPatch mask = mask_with_body();
    for (int y = 75; y < 85; ++y) {
        for (int x = 40; x < 50; ++x) mask.cells[static_cast<std::size_t>(y - 20) * 120 + (x - 20)] = Cell::replace;
    }
    soften_halo(mask, kPlan);
    for (int y = 75; y < 85; ++y) {
        for (int x = 40; x < 50; ++x) CHECK(mask.at(x, y) == Cell::keep);
    }
    CHECK(mask.at(80, 50) == Cell::replace);
}

TEST_CASE("a hole in what is replaced is replaced too, and what has a way out of the halo stays") {
    MaskPatch mask = mask_with_body();
    const auto set = [&](const Rect& where, Cell cell) {
        for (int y = where.y0; y < where.y1; ++y) {
            for (int x = where.x0; x < where.x1; ++x) mask.cells[static_cast<std::size_t>(y - 20) * 120 + (x - 20)] = cell;
        }
    };
    set({76, 46, 84, 52}, Cell::keep);    // a hole in the hair
    set({76, 104, 84, 130}, Cell::keep);  // a gap in the body, open below
    soften_halo(mask, kPlan);
    for (int y = 46; y < 52; ++y) {
        for (int x = 76; x < 84; ++x) CHECK((mask.at(x, y) == Cell::replace && weight(mask, x, y) == 1));
    }
    for (int y = 104; y < 130; ++y) CHECK(mask.at(80, y) == Cell::keep);
}

TEST_CASE("a strand of hair that only the means miss is replaced as far as they reach, and what is like the plate stays") {
    MaskPatch mask = mask_with_body();
    mask.foreign.assign(mask.cells.size(), 0);
    const auto at = [&](int x, int y) { return static_cast<std::size_t>(y - 20) * 120 + static_cast<std::size_t>(x - 20); };
    for (int x = 90; x < 112; ++x) mask.foreign[at(x, 48)] = 1;
    soften_halo(mask, kPlan);
    for (int x = 90; x < 94; ++x) CHECK(mask.at(x, 48) == Cell::replace);
    CHECK(mask.at(92, 47) == Cell::keep);
    for (int x = 97; x < 112; ++x) CHECK(mask.at(x, 48) == Cell::keep);
}

TEST_CASE("neither a hole nor a strand that the user keeps is replaced, nor what a hole has around it") {
    MaskPatch mask = mask_with_body();
    const auto at = [&](int x, int y) { return static_cast<std::size_t>(y - 20) * 120 + static_cast<std::size_t>(x - 20); };
    mask.held.assign(mask.cells.size(), 0);
    mask.foreign.assign(mask.cells.size(), 1);
    for (int y = 46; y < 52; ++y) {
        for (int x = 76; x < 84; ++x) mask.cells[at(x, y)] = Cell::keep, mask.foreign[at(x, y)] = 0;
    }
    for (int y = 40; y < 56; ++y) mask.held[at(92, y)] = 1;
    mask.held[at(80, 49)] = 1;
    soften_halo(mask, kPlan);
    CHECK(mask.at(77, 47) == Cell::keep);
    CHECK(mask.at(80, 49) == Cell::keep);
    for (int y = 40; y < 56; ++y) CHECK(mask.at(92, y) == Cell::keep);
    CHECK(mask.at(91, 48) == Cell::replace);
}

TEST_CASE("what touches the halo's end only because something near it differs is no body: it is replaced") {
    MaskPatch mask = mask_with_body();
    mask.foreign.assign(mask.cells.size(), 0);
    soften_halo(mask, kPlan);
    CHECK(mask.at(80, 129) == Cell::replace);
    CHECK(weight(mask, 80, 122) == 1);
}

TEST_CASE("a halo's corners are round, and it has no pixel outside its rectangle") {
    CHECK(in_halo(kFace, 80, 30));
    CHECK(in_halo(kFace, 30, 80));
    CHECK_FALSE(in_halo(kFace, 32, 32));
    CHECK_FALSE(in_halo(kFace, 129, 129));
    CHECK(in_halo(kFace, 45, 45));
    for (int y = 20; y < 140; ++y) {
        for (int x = 20; x < 140; ++x) CHECK((!in_halo(kFace, x, y) || kFace.halo.contains(x, y)));
    }
    CHECK_FALSE(in_halo({{60, 60, 100, 100}, {60, 60, 100, 100}}, 59, 80));
}

TEST_CASE("a track that has just begun has a faint halo, and one whose plate does not fit has none") {
    PatchPlan plan = kPlan;
    plan.faces[0].fade = 0.25F;
    MaskPatch faint = mask_with_body();
    soften_halo(faint, plan);
    CHECK(weight(faint, 80, 50) == doctest::Approx(0.25));
    CHECK(weight(faint, 80, 80) == 1);
    MaskPatch none = mask_with_body();
    none.plate_fits = false;
    soften_halo(none, kPlan);
    CHECK(std::count(none.cells.begin(), none.cells.end(), Cell::replace) == 0);
    CHECK(none.at(80, 80) == Cell::core);
}

TEST_CASE("a solid fill hides every sample that the smooth fill replaces or blends") {
    for (std::uint64_t seed = 1; seed <= 24; ++seed) {
        GivenClip clip = random_clip(seed);
        CAPTURE(clip.what);
        clip.options.fill = "smooth";
        const auto smooth = erase_all(clip, 2);
        clip.options.fill = "solid=FF00FF";
        const auto solid = erase_all(clip, 2);
        clip.options.fill = "solid=00FF00";
        const auto other = erase_all(clip, 2);
        std::size_t open = 0;
        for (std::size_t n = 0; n < smooth.size(); ++n) {
            const auto source = samples_of(clip.pictures[n]->view());
            for (std::size_t c = 0; c < source.size() && c < 3; ++c) {
                for (std::size_t i = 0; i < source[c].size(); ++i) {
                    const bool hidden = solid[n][c][i] != source[c][i] || other[n][c][i] != source[c][i];
                    open += smooth[n][c][i] != source[c][i] && !hidden;
                }
            }
        }
        CHECK(open == 0);
    }
}
