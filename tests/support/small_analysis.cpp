#include "support/small_analysis.hpp"

#include "support/pictures.hpp"

namespace invisiblur::test {
namespace {

PicturePtr picture(std::uint64_t seed) {
    auto made = std::make_shared<TestPicture>(layout_named("yuv420p"), kSmallWidth, kSmallHeight, static_cast<std::int64_t>(seed) * 100);
    draw_scene(made->view(), seed, 0, 0, 0);
    return made;
}

ReferenceFrame reference(std::int64_t index) {
    const std::vector<FaceArea> areas = {{{4, 2, 8, 6}, {2, 0, 12, 8}}, {{16, 8, 20, 12}, {16, 8, 20, 12}, 0.5F, true}};
    ReferenceFrame made{{picture(static_cast<std::uint64_t>(index)), index, areas}, {3, {{1, 0.1, 2, -0.1, 1, 3.5, 1e-5, 0, 1}}}};
    HaloScene scene;
    scene.maps = {std::vector<std::uint8_t>(80, 1), {}};
    scene.hair = {std::vector<std::uint8_t>(80, 0), {}};
    if (index == 3) made.sample.scene = std::make_shared<HaloScene>(scene);
    return made;
}

Plate plate_of(const Rect& area) {
    Plate plate = unknown_plate(layout_named("yuv420p"), area);
    draw_scene(plate.image.view(), 5, 0, 0, 0);
    plate.known.assign(plate.known.size(), 1);
    plate.made_up.assign(plate.known.size(), 0);
    plate.known[3] = 0;
    plate.made_up[5] = 1;
    return plate;
}

}  // namespace

std::shared_ptr<Analysis> small_analysis() {
    auto analysis = std::make_shared<Analysis>();
    analysis->detector = "by hand";
    for (std::int64_t frame = 0; frame < 8; ++frame) analysis->frame_pts.push_back(100 * frame);
    analysis->frames = 8;
    analysis->tracks.source = {.sha256 = {}, .width = kSmallWidth, .height = kSmallHeight, .time_base_num = 1, .time_base_den = 1000, .frames = 8, .extra = {}};
    analysis->tracks.tracks.push_back({7, {{200, {1, 2.5F, 3, 4}, 0.75F, BoxSource::detector}, {300, {2, 2.5F, 3, 4}, 0.1F, BoxSource::bridge}}, {}});
    analysis->tracks.tracks.push_back({9, {}, {}});
    analysis->doubts.push_back({7, 200, 300, "small", {1, 2, 3, 4}});
    analysis->spans[7] = {2, 3, true, false};
    ShotRecord none, moving, still;
    moving.start = 2;
    moving.moving = true;
    moving.letterbox = std::make_shared<const Letterbox>(Letterbox{{0, 2, kSmallWidth, kSmallHeight}, {16, 128, 128.5F, 0}});
    moving.poses = {reference(0).pose, {}, {}};
    moving.references = {reference(2), reference(3)};
    still.start = 5;
    still.plate_area = {4, 2, 12, 8};
    still.plate = make_still_plate(plate_of(still.plate_area));
    analysis->shots = {none, moving, still};
    return analysis;
}

}  // namespace invisiblur::test
