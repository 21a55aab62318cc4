// What may tell the light behind a face, and what may not.
#include "erase/fill/smooth_fill.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "erase/mask/soft_halo.hpp"
#include "support/pictures.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kWidth = 160, kHeight = 160;

/// A picture of one colour in each plane.
void paint_planes(const ImageView& view, const Rect& where, const std::vector<float>& colour) {
    for (int c = 0; c < view.layout.component_count; ++c) {
        const Rect r = in_component(where, view.layout, c);
        const std::vector<float> samples(static_cast<std::size_t>(r.width()) * r.height(), colour[static_cast<std::size_t>(c)]);
        write_component(view, c, r, samples.data());
    }
}

}  // namespace

TEST_CASE("a coloured shoulder that is as bright as the wall does not tint what is painted of the wall") {
    for (const char* name : {"yuv420p", "yuv444p", "yuv420p10", "gbrp"}) {
        CAPTURE(name);
        const PixelLayout& layout = layout_named(name);
        const float step = static_cast<float>(1 << (layout.depth() - 8));
        // An orange and a gray of one luma.
        std::vector<float> wall{140 * step, 128 * step, 128 * step}, shoulder{140 * step, 96 * step, 172 * step};
        if (layout.rgb) wall = {142, 142, 142}, shoulder = {212, 120, 75};
        TestPicture picture(layout, kWidth, kHeight, 0);
        paint_planes(picture.view(), {0, 0, kWidth, kHeight}, wall);
        Plate plate = unknown_plate(layout, {0, 0, kWidth, kHeight});
        paint_planes(plate.image.view(), {0, 0, kWidth, kHeight}, wall);
        std::fill(plate.known.begin(), plate.known.end(), std::uint8_t{1});
        paint_planes(picture.view(), {0, 100, kWidth, kHeight}, shoulder);
        const FaceArea face{{60, 40, 104, 104}, {40, 20, 124, 124}};
        const PatchPlan plan{{0, 0, kWidth, kHeight}, {face}};
        MaskPatch mask = decide_mask(picture.view(), plan, {}, plate, {});
        soften_halo(mask, plan);
        fill_smooth(picture.view(), {mask, plate});
        for (int c = 0; c < 3; ++c) {
            const Rect core = in_component({64, 44, 100, 96}, layout, c);
            std::vector<float> filled(static_cast<std::size_t>(core.width()) * core.height());
            read_component(picture.view(), c, core, filled.data());
            for (const float v : filled) REQUIRE(std::abs(v - wall[static_cast<std::size_t>(c)]) <= 1.5F * step);
        }
    }
}

TEST_CASE("where the plate knows nothing of a border, that border's colours go on without a seam") {
    const PixelLayout& layout = layout_named("yuv420p");
    const std::vector<float> wall{140, 100, 150}, floor{140, 150, 110};
    TestPicture picture(layout, kWidth, kHeight, 0);
    paint_planes(picture.view(), {0, 0, kWidth, 76}, wall);
    paint_planes(picture.view(), {0, 76, kWidth, kHeight}, floor);
    Plate plate = unknown_plate(layout, {0, 0, kWidth, kHeight});
    // A gray corner is known, and the rest is closed smoothly from it.
    for (const ImageView& view : {picture.view(), plate.image.view()}) paint_planes(view, {110, 20, 124, 40}, {140, 128, 128});
    for (int y = 20; y < 40; ++y) std::fill_n(plate.known.begin() + y * kWidth + 110, 14, std::uint8_t{1});
    fill_unknown(plate);
    const FaceArea face{{60, 40, 104, 104}, {40, 20, 124, 124}};
    const PatchPlan plan{{0, 0, kWidth, kHeight}, {face}};
    MaskPatch mask = decide_mask(picture.view(), plan, {}, plate, {});
    soften_halo(mask, plan);
    fill_smooth(picture.view(), {mask, plate});
    const auto check_seam = [&](const Rect& luma, const std::vector<float>& colour) {
        for (int c = 0; c < 3; ++c) {
            const Rect edge = in_component(luma, layout, c);
            std::vector<float> filled(static_cast<std::size_t>(edge.width()) * edge.height());
            read_component(picture.view(), c, edge, filled.data());
            for (const float v : filled) CHECK(std::abs(v - colour[static_cast<std::size_t>(c)]) <= 8);
        }
    };
    check_seam({60, 50, 62, 66}, wall);
    check_seam({70, 102, 94, 104}, floor);
}

TEST_CASE("a dark collar below a head runs into no fill, whether nothing of the plate is known or little of it is believed") {
    const PixelLayout& layout = layout_named("yuv420p");
    const std::vector<float> wall{160, 128, 128}, collar{20, 128, 128};
    for (const bool known : {false, true}) {
        CAPTURE(known);
        TestPicture picture(layout, kWidth, kHeight, 0);
        paint_planes(picture.view(), {0, 0, kWidth, kHeight}, wall);
        paint_planes(picture.view(), {40, 104, 124, kHeight}, collar);
        Plate plate = unknown_plate(layout, {0, 0, kWidth, kHeight});
        if (known) {
            paint_planes(plate.image.view(), {0, 0, kWidth, kHeight}, wall);
            std::fill(plate.known.begin(), plate.known.end(), std::uint8_t{1});
            plate.confidence = ConfidenceMap{std::vector<float>(ConfidenceMap::kSide * ConfidenceMap::kSide, 0.5F)};
        }
        const FaceArea face{{60, 40, 104, 104}, {48, 28, 116, 110}};
        const PatchPlan plan{{0, 0, kWidth, kHeight}, {face}};
        MaskPatch mask = decide_mask(picture.view(), plan, {}, plate, {});
        soften_halo(mask, plan);
        fill_smooth(picture.view(), {mask, plate});
        std::vector<float> filled(40 * 60);
        read_component(picture.view(), 0, {62, 42, 102, 102}, filled.data());
        for (const float v : filled) REQUIRE(v >= 150);
    }
}
