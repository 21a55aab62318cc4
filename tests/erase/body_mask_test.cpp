// Which pixels go with a head where the whole person goes.
#include "erase/mask/body_mask.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "erase/mask/soft_halo.hpp"
#include "erase/region/body_reach.hpp"
#include "support/figure.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kWidth = 320, kHeight = 200, kFaceHeight = 15;
const Figure kFigure = figure_at(150, 14, kFaceHeight);

/// One picture before its known plate, and the person in it.
struct Scene {
    TestPicture picture;
    Plate plate;
    PatchPlan plan;

    explicit Scene(const std::string& layout, const Figure& figure = kFigure) : picture(layout_named(layout), kWidth, kHeight, 0) {
        Options options;
        set_option(options, "hide", "people");
        const FaceAreas areas(options, {kWidth, kHeight, 0, 1, 25, 25});
        const std::vector<TrackedFace> faces{{1, {0, figure.face, 1, BoxSource::hand}}};
        plan = plan_patches(areas.of_frame(faces, 0, picture.view(), false), picture.view(), false, 6).at(0);
        draw_tiles(picture.view(), 3, 0, 0);
        plate = unknown_plate(picture.view().layout, plan.area);
        draw_tiles(plate.image.view(), 3, plan.area.x0, plan.area.y0);
        std::fill(plate.known.begin(), plate.known.end(), 1);
    }

    MaskPatch decided(std::vector<Rect> kept = {}) const {
        MaskPatch mask = decide_mask(picture.view(), plan, kept, plate, {});
        soften_halo(mask, plan);
        return mask;
    }
};

int replaced_in(const MaskPatch& mask, const Rect& where) {
    int count = 0;
    for (int y = where.y0; y < where.y1; ++y)
        for (int x = where.x0; x < where.x1; ++x) count += mask.area.contains(x, y) && is_replaced(mask.at(x, y));
    return count;
}

int size_of(const Rect& r) {
    return r.width() * r.height();
}

}  // namespace

TEST_CASE("a body goes from head to foot, in every layout, and nothing far from it") {
    for (const std::string layout : {"yuv420p", "yuv422p", "nv12", "rgb24", "gray", "yuv420p10"}) {
        CAPTURE(layout);
        Scene scene(layout);
        kFigure.draw(scene.picture.view());
        const MaskPatch mask = scene.decided();
        const Rect all{0, 0, mask.area.width(), mask.area.height()};
        std::vector<float> luma(mask.cells.size()), behind(mask.cells.size());
        read_luma(scene.picture.view(), mask.area, luma.data());
        read_luma(scene.plate.image.view(), all, behind.data());
        const float seen = static_cast<float>(12 << (scene.picture.view().layout.depth() - 8));
        int left = 0, beside = 0;
        for (int y = mask.area.y0; y < mask.area.y1; ++y) {
            for (int x = mask.area.x0; x < mask.area.x1; ++x) {
                const std::size_t i = static_cast<std::size_t>((y - mask.area.y0) * all.width() + x - mask.area.x0);
                left += kFigure.covers(x, y) && std::abs(luma[i] - behind[i]) > seen && !is_replaced(mask.at(x, y));
                const bool near = [&] {
                    for (const Figure::Part& part : kFigure.parts)
                        if (grow(part.where, 14, 14).contains(x, y)) return true;
                    return scene.plan.faces[0].core.contains(x, y);
                }();
                beside += !near && is_replaced(mask.at(x, y));
            }
        }
        CHECK(left == 0);
        CHECK(beside == 0);
    }
}

TEST_CASE("what has the scene's brightness and another colour goes too") {
    Scene scene("yuv420p");
    // A body that luma alone does not tell from the wall.
    kFigure.draw(scene.picture.view());
    const Rect torso = kFigure.parts[2].where;
    std::vector<float> wall(static_cast<std::size_t>(size_of(torso)));
    const Rect there{torso.x0 - scene.plan.area.x0, torso.y0 - scene.plan.area.y0, torso.x1 - scene.plan.area.x0, torso.y1 - scene.plan.area.y0};
    read_luma(scene.plate.image.view(), there, wall.data());
    write_component(scene.picture.view(), 0, torso, wall.data());
    CHECK(replaced_in(scene.decided(), torso) == size_of(torso));
}

TEST_CASE("legs that a belt of the wall's own colour separates hang together with the rest, a passer-by farther away does not") {
    Scene scene("gray");
    const Rect legs{138, 120, 162, 160}, passer_by{230, 60, 250, 150};
    paint(scene.picture.view(), kFigure.parts[0].where, 205);
    paint(scene.picture.view(), {138, 34, 162, 80}, 30);  // then forty rows of wall
    paint(scene.picture.view(), legs, 220);
    paint(scene.picture.view(), passer_by, 220);
    const MaskPatch mask = scene.decided();
    CHECK(replaced_in(mask, legs) == size_of(legs));
    CHECK(replaced_in(mask, passer_by) == 0);
}

TEST_CASE("growth ends where a body ends, whatever hangs together with it") {
    Scene scene("gray", figure_at(60, 14, 10));
    const Figure small = figure_at(60, 14, 10);
    small.draw(scene.picture.view());
    paint(scene.picture.view(), {70, 50, kWidth, 70}, 220);  // a barrier that is lowered right across the picture
    const MaskPatch mask = scene.decided();
    const Box reach = body_reach(small.face, Chin::down);
    CHECK(replaced_in(mask, {80, 50, 100, 70}) == 400);
    CHECK(replaced_in(mask, {static_cast<int>(reach.x + reach.w) + 8, 0, kWidth, kHeight}) == 0);
}

TEST_CASE("noise and a change of light are no person") {
    Scene scene("gray");  // the light of a drawn scene is in its colours, too
    draw_tiles(scene.picture.view(), 3, 0, 0, 10);
    Random random(5);
    add_noise(scene.picture.view(), random, 6);
    const MaskPatch mask = scene.decided();
    const Rect core = scene.plan.faces[0].core;
    // The halo's own rule knows no light: what it takes is its own.
    int below = 0;
    for (int y = scene.plan.faces[0].halo.y1; y < mask.area.y1; ++y)
        for (int x = mask.area.x0; x < mask.area.x1; ++x) below += is_replaced(mask.at(x, y));
    CHECK(below == 0);
    CHECK(replaced_in(mask, core) == size_of(core));
}

TEST_CASE("what the user keeps stays, whoever stands there") {
    Scene scene("yuv420p");
    kFigure.draw(scene.picture.view());
    const Rect kept{140, 90, 156, 110};
    const MaskPatch mask = scene.decided({kept});
    CHECK(replaced_in(mask, kept) == 0);
    const Rect legs = kFigure.parts[5].where;
    CHECK(replaced_in(mask, legs) == size_of(legs) - size_of(intersect(legs, kept)));
}

TEST_CASE("no decision depends on a core's pixels") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Scene scene("yuv420p");
        kFigure.draw(scene.picture.view());
        const MaskPatch before = scene.decided();
        Random random(seed);
        scramble(scene.picture.view(), scene.plan.faces[0].core, random);
        const MaskPatch after = scene.decided();
        CHECK(before.cells == after.cells);
        CHECK(before.weights == after.weights);
        CHECK(before.anchors == after.anchors);
    }
}

TEST_CASE("below a head where nothing is known of the scene all goes: only the person was ever seen there") {
    Scene scene("gray");
    kFigure.draw(scene.picture.view());
    std::fill(scene.plate.known.begin(), scene.plate.known.end(), 0);
    const MaskPatch mask = scene.decided();
    for (const Figure::Part& part : kFigure.parts) CHECK(replaced_in(mask, part.where) == size_of(part.where));
}

TEST_CASE("a region set by hand and a block of text have no body") {
    const TestPicture picture(layout_named("yuv420p"), kWidth, kHeight, 0);
    Options options;
    set_option(options, "hide", "people,text");
    options.regions.push_back({{10, 10, 20, 20}, {}, {}});
    const FaceAreas areas(options, {kWidth, kHeight, 0, 1, 25, 25});
    const std::vector<TrackedFace> faces{{1, {0, kFigure.face, 1, BoxSource::hand}}, {2, {0, {20, 90, 60, 12}, 1, BoxSource::hand}, true}};
    int bodies = 0;
    for (const FaceArea& area : areas.of_frame(faces, 0, picture.view(), false)) {
        bodies += area.hides_body();
        CHECK(area.hides_body() == area.is_head());
    }
    CHECK(bodies == 1);
}

TEST_CASE("a body lies where the chin points to") {
    const Box face{100, 100, 20, 20};
    const Box down = body_reach(face, Chin::down), up = body_reach(face, Chin::up), left = body_reach(face, Chin::left), right = body_reach(face, Chin::right);
    CHECK(down.y + down.h - 120 > 5 * (100 - down.y) / 2);
    CHECK(100 - up.y > 5 * (up.y + up.h - 120) / 2);
    CHECK(100 - left.x > 5 * (left.x + left.w - 120) / 2);
    CHECK(right.x + right.w - 120 > 5 * (100 - right.x) / 2);
    CHECK(left.w == down.h);
    CHECK(left.h == down.w);
}
