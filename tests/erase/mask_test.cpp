#include "erase/mask/mask.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// Rule 3 word by word, pixel by pixel: the oracle for the fast way.
Cell slow_decision(const ImageView& image, const Plate& plate, const PatchPlan& plan, const MaskRule& rule, int x, int y) {
    const auto in_a_core = [&](int px, int py) {
        return rule.core && std::any_of(plan.faces.begin(), plan.faces.end(), [&](const FaceArea& f) { return f.core.contains(px, py); });
    };
    const auto known = [&](int px, int py) {
        return plate.known[static_cast<std::size_t>(py - plate.area.y0) * plate.area.width() + (px - plate.area.x0)] != 0;
    };
    if (in_a_core(x, y)) return Cell::core;
    const bool inside = std::any_of(plan.faces.begin(), plan.faces.end(),
                                    [&](const FaceArea& f) { return rule.core ? in_halo(f, x, y) : f.halo.contains(x, y); });
    if (!inside) return Cell::keep;
    const bool in_face = std::any_of(plan.faces.begin(), plan.faces.end(), [&](const FaceArea& f) { return f.core.contains(x, y); });
    if (!known(x, y)) return !rule.core && in_face ? Cell::core : Cell::keep;
    double picture = 0, behind = 0;
    int count = 0;
    for (int py = y - rule.radius_px; py <= y + rule.radius_px; ++py) {
        for (int px = x - rule.radius_px; px <= x + rule.radius_px; ++px) {
            if (!plan.area.contains(px, py) || in_a_core(px, py) || !known(px, py)) continue;
            float a = 0, b = 0;
            read_luma(image, {px, py, px + 1, py + 1}, &a);
            read_luma(plate.image.view(), {px - plate.area.x0, py - plate.area.y0, px - plate.area.x0 + 1, py - plate.area.y0 + 1}, &b);
            picture += a, behind += b, ++count;
        }
    }
    const double threshold = rule.threshold * (1 << (image.layout.depth() - 8));
    return count > 0 && std::abs(picture - behind) > threshold * count ? Cell::replace : Cell::keep;
}

Rect random_rect(Random& random, int width, int height) {
    const int x = random.between(-10, width - 4), y = random.between(-10, height - 4);
    return {x, y, x + random.between(4, width / 2), y + random.between(4, height / 2)};
}

}  // namespace

TEST_CASE("masks are what rule 3 says, for every pixel") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const NamedLayout& named = all_layouts()[seed % all_layouts().size()];
        TestPicture picture(named.layout, random.between(40, 90), random.between(40, 80), 0, random.chance(30));
        draw_scene(picture.view(), seed, 0, 0, 0);
        MaskRule rule{random.chance(70), random.between(0, 8), static_cast<double>(random.between(1, 20))};
        std::vector<FaceArea> areas;
        for (int k = random.between(1, 3); k > 0; --k) {
            const Rect core =
                on_chroma_grid(random_rect(random, picture.view().width, picture.view().height), picture.view(), picture.interlaced());
            if (!core.empty())
                areas.push_back(
                    {core, on_chroma_grid(grow(core, random.between(0, 14), random.between(0, 14)), picture.view(), picture.interlaced())});
        }
        for (const PatchPlan& plan : plan_patches(areas, picture.view(), picture.interlaced(), rule.radius_px)) {
            Plate plate = unknown_plate(named.layout, plan.area);
            draw_scene(plate.image.view(), seed, plan.area.x0, plan.area.y0, 0);
            for (auto& known : plate.known) known = random.chance(90);
            paint(picture.view(), random_rect(random, picture.view().width, picture.view().height), 200);
            const MaskPatch mask = decide_mask(picture.view(), plan, {}, plate, rule);
            int wrong = 0;
            for (int y = plan.area.y0; y < plan.area.y1; ++y) {
                for (int x = plan.area.x0; x < plan.area.x1; ++x)
                    wrong += mask.at(x, y) != slow_decision(picture.view(), plate, plan, rule, x, y);
            }
            CHECK(wrong == 0);
        }
    }
}

TEST_CASE("patches never touch and hold all faces") {
    Random random(7);
    TestPicture picture(layout_named("yuv420p"), 320, 240, 0);
    std::vector<FaceArea> areas;
    for (int k = 0; k < 40; ++k) {
        const Rect core = on_chroma_grid(random_rect(random, 80, 80), picture.view(), false);
        const int dx = random.between(0, 250) & ~1, dy = random.between(0, 170) & ~1;
        const Rect moved = intersect({core.x0 + dx, core.y0 + dy, core.x1 + dx, core.y1 + dy}, picture.view().bounds());
        if (!moved.empty()) areas.push_back({moved, on_chroma_grid(grow(moved, 6, 6), picture.view(), false)});
        const auto plans = plan_patches(areas, picture.view(), false, 6);
        std::size_t faces = 0;
        for (std::size_t i = 0; i < plans.size(); ++i) {
            faces += plans[i].faces.size();
            for (std::size_t j = 0; j < i; ++j) CHECK_FALSE(overlap(plans[i].area, plans[j].area));
        }
        CHECK(faces == areas.size());
    }
}

TEST_CASE("a kept region stays, its face pixels are not looked at, and a region by hand wins over it") {
    TestPicture picture(layout_named("yuv420p"), 64, 64, 0);
    const std::vector<FaceArea> areas{{{20, 20, 40, 40}, {10, 10, 50, 50}}, {{44, 20, 48, 40}, {44, 20, 48, 40}, 1, true}};
    const auto plans = plan_patches(areas, picture.view(), false, 6);
    REQUIRE(plans.size() == 1);
    const std::vector<Rect> kept{{30, 0, 64, 64}};
    const MaskPatch mask = decide_mask(picture.view(), plans[0], kept, unknown_plate(picture.view().layout, plans[0].area), {});
    CHECK(mask.at(25, 25) == Cell::core);
    CHECK(mask.at(35, 25) == Cell::untouched);
    CHECK(mask.at(45, 25) == Cell::core);
    CHECK(mask.at(42, 25) == Cell::keep);
}

TEST_CASE("chroma is rounded outward, over both fields where the picture is interlaced") {
    TestPicture picture(layout_named("yuv420p"), 32, 32, 0);
    MaskPatch patch{{0, 0, 32, 32}, std::vector<Cell>(32 * 32, Cell::keep), {}, {}, {}, {}, {}, true};
    patch.cells[9 * 32 + 13] = Cell::replace;  // luma (13, 9)
    const auto progressive = component_cells(patch, picture.view().layout, 1, false);
    const auto fields = component_cells(patch, picture.view().layout, 1, true);
    CHECK(std::count(progressive.begin(), progressive.end(), Cell::replace) == 1);
    CHECK(progressive[4 * 16 + 6] == Cell::replace);
    CHECK(std::count(fields.begin(), fields.end(), Cell::replace) == 2);
    CHECK(fields[4 * 16 + 6] == Cell::replace);
    CHECK(fields[5 * 16 + 6] == Cell::replace);
}

namespace {

constexpr int kWidth = 120, kHeight = 120;
const FaceArea kFace{{48, 30, 72, 60}, {40, 22, 80, 62}};

/// A grey scene, of which a plate says `behind`.
struct Compared {
    TestPicture picture{layout_named("yuv420p"), kWidth, kHeight, 0};
    PatchPlan plan;
    Plate plate;

    explicit Compared(int behind) : plan{plan_patches(std::vector{kFace}, picture.view(), false, 6).front()}, plate(unknown_plate(picture.view().layout, plan.area)) {
        paint(picture.view(), picture.view().bounds(), 100);
        paint(plate.image.view(), {0, 0, plan.area.width(), plan.area.height()}, behind);
        plate.known.assign(plate.known.size(), 1);
    }

    bool is_anchor(int x, int y) const {
        const MaskPatch mask = decide_mask(picture.view(), plan, {}, plate, {});
        return mask.anchors[static_cast<std::size_t>(y - plan.area.y0) * static_cast<std::size_t>(plan.area.width()) + static_cast<std::size_t>(x - plan.area.x0)] != 0;
    }
};

}  // namespace

TEST_CASE("before a camera that moves, where nothing is known of the scene, a body tells nothing of it, and what stands beside it does") {
    Compared compared(100);
    compared.plate.known.assign(compared.plate.known.size(), 0);
    CHECK(compared.is_anchor(60, 65));  // below the chin
    compared.plate.confidence = ConfidenceMap{};
    REQUIRE(compared.plate.is_laid());
    CHECK_FALSE(compared.is_anchor(60, 65));
    CHECK(compared.is_anchor(60, 20));
    CHECK(compared.is_anchor(36, 40));
}

TEST_CASE("what was made up in another frame may be off by its light, and not what was made up for a camera that stands still") {
    Compared compared(100);
    compared.plate.made_up.assign(compared.plate.known.size(), 1);
    const Rect above{kFace.halo.x0 - compared.plan.area.x0, 0, kFace.halo.x1 - compared.plan.area.x0, 4};
    paint(compared.plate.image.view(), above, 115);
    CHECK_FALSE(compared.is_anchor(60, kFace.halo.y0 - 6));
    CHECK(compared.is_anchor(36, 45));
    compared.plate.confidence = ConfidenceMap{};
    REQUIRE(compared.plate.is_laid());
    CHECK(compared.is_anchor(60, kFace.halo.y0 - 6));
}
