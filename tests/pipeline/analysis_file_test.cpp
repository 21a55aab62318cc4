// What a first pass learned, in a file and back.
#include "pipeline/analysis_file.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <tuple>

#include "base/atomic_file.hpp"
#include "support/flipped.hpp"
#include "support/pictures.hpp"
#include "support/small_analysis.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kWidth = kSmallWidth, kHeight = kSmallHeight;
const AnalysisOrigin kOrigin{"a source", "its options"};
const char* const kDamaged = " is cut off or damaged: make it again";

std::string saved(const TempDir& dir, const std::vector<std::shared_ptr<const Analysis>>& analyses) {
    const std::string path = dir / "all";
    PendingFile file(path);
    save_analyses(file, kOrigin, analyses);
    file.commit();
    return path;
}

void check_reference(const ReferenceFrame& a, const ReferenceFrame& b) {
    CHECK(a.pose.stretch == b.pose.stretch);
    CHECK(a.pose.to_start == b.pose.to_start);
    CHECK(a.sample.index == b.sample.index);
    CHECK(a.sample.picture->pts() == b.sample.picture->pts());
    CHECK(samples_of(a.sample.picture->view()) == samples_of(b.sample.picture->view()));
    REQUIRE(a.sample.areas.size() == b.sample.areas.size());
    for (std::size_t i = 0; i < a.sample.areas.size(); ++i) {
        const FaceArea &c = a.sample.areas[i], &d = b.sample.areas[i];
        CHECK((c.core == d.core && c.halo == d.halo && c.fade == d.fade && c.by_hand == d.by_hand));
    }
    REQUIRE((a.sample.scene != nullptr) == (b.sample.scene != nullptr));
    if (!a.sample.scene) return;
    CHECK(a.sample.scene->maps == b.sample.scene->maps);
    CHECK(a.sample.scene->hair == b.sample.scene->hair);
    CHECK(a.sample.scene->complete == b.sample.scene->complete);
}

std::string failure(const std::string& path, const AnalysisOrigin& origin = kOrigin) {
    try {
        load_analyses(path, origin);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "no failure";
}

/// Saved with something that cannot be, though the sum is right.
std::string failure_of(const TempDir& dir, const std::function<void(Analysis&)>& spoil) {
    const auto analysis = small_analysis();
    spoil(*analysis);
    const std::string path = saved(dir, {analysis}), said = failure(path);
    return said == path + kDamaged ? "damaged" : said;
}

}  // namespace

TEST_CASE("an analysis comes out of its file as it went in") {
    const TempDir dir;
    const auto a = small_analysis(), empty = std::make_shared<Analysis>();
    const auto loaded = load_analyses(saved(dir, {a, empty, a}), kOrigin);
    REQUIRE(loaded.size() == 3);
    CHECK(loaded[1]->frames == 0);
    const Analysis& b = *loaded[2];
    CHECK(b.detector == a->detector);
    CHECK(b.frame_pts == a->frame_pts);
    CHECK(b.frames == 8);
    CHECK(print_tracks(b.tracks) == print_tracks(a->tracks));
    REQUIRE(b.doubts.size() == 1);
    CHECK(std::string(b.doubts[0].why) == "small");
    CHECK(b.doubts[0].box.w == 3);
    CHECK(b.spans.at(7).last == 3);
    REQUIRE(b.shots.size() == 3);
    CHECK(b.shots[1].moving);
    REQUIRE(b.shots[1].letterbox);
    CHECK(b.shots[1].letterbox->picture == a->shots[1].letterbox->picture);
    CHECK(b.shots[1].letterbox->colour == a->shots[1].letterbox->colour);
    CHECK_FALSE(b.shots[2].letterbox);
    REQUIRE(b.shots[1].poses.size() == 3);
    CHECK(b.shots[1].poses[0].to_start == a->shots[1].poses[0].to_start);
    REQUIRE(b.shots[1].references.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) check_reference(a->shots[1].references[i], b.shots[1].references[i]);
    REQUIRE(b.shots[2].plate);
    const Plate before = a->shots[2].plate->plate(5, {0, 0, kWidth, kHeight}), after = b.shots[2].plate->plate(5, {0, 0, kWidth, kHeight});
    CHECK(samples_of(before.image.view()) == samples_of(after.image.view()));
    CHECK(before.known == after.known);
}

TEST_CASE("of shots that are not wanted only the pictures are left out") {
    const TempDir dir;
    const std::string path = saved(dir, {small_analysis()});
    const std::tuple<FrameRange, std::size_t, bool> cases[] = {{{0, 200}, 0, false}, {{0, 201}, 2, false}, {{400, 500}, 2, false}, {{500, 9000}, 0, true}};
    for (const auto& [range, references, plate] : cases) {
        const auto analysis = load_analyses(path, kOrigin, {range}).front();
        CHECK(analysis->shots[1].references.size() == references);
        CHECK((analysis->shots[2].plate != nullptr) == plate);
        CHECK(analysis->shots[1].poses.size() == 3);
        CHECK(analysis->shots[1].moving);
    }
}

TEST_CASE("a file of another video, of other options or of another kind is refused") {
    const TempDir dir;
    const std::string path = saved(dir, {small_analysis()});
    CHECK(failure(path) == "no failure");
    CHECK(failure(path, {"another", kOrigin.options}).find("belongs to another video") != std::string::npos);
    CHECK(failure(path, {kOrigin.source, "others"}).find("was made with other options (\"its options\", not \"others\")") != std::string::npos);
}

TEST_CASE("one flipped bit anywhere in an analysis: make it again") {
    const TempDir dir;
    const std::string path = saved(dir, {small_analysis()});
    CHECK(check_flipped_bits(path, kDamaged, [](const std::string& changed) { load_analyses(changed, kOrigin); }) > 8 * 1000);
}

TEST_CASE("an analysis whose sum is right and whose places are not is refused, too") {
    const TempDir dir;
    CHECK(failure_of(dir, [](Analysis&) {}) == "no failure");
    CHECK(failure_of(dir, [](Analysis& a) { std::swap(a.frame_pts[2], a.frame_pts[3]); }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { a.tracks.source.width = kWidth - 2; }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { a.tracks.source.width = -1; }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { std::swap(a.tracks.tracks[0].boxes[0], a.tracks.tracks[0].boxes[1]); }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { a.tracks.tracks[0].boxes[0].box.x = NAN; }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { a.tracks.tracks[0].boxes[0].from = static_cast<BoxSource>(3 + 1); }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { a.spans[7].last = 8; }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { a.spans[7].first = 4; }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { a.shots[0].start = 1; }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { a.shots[2].start = 8; }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { std::swap(a.shots[1].start, a.shots[2].start); }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { a.shots.clear(); }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { a.shots[1].poses[0].to_start.m = {}; }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { std::swap(a.shots[1].references[0], a.shots[1].references[1]); }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { a.shots[1].references[1].sample.index = 5; }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { a.shots[2].plate_area = {}; }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { a.shots[2].plate_area = {4, 3, 12, 8}; }) == "damaged");
    CHECK(failure_of(dir, [](Analysis& a) { a.shots[2].plate_area = {4, 2, 12, kHeight + 2}; }) == "damaged");
    const auto area = [&](const std::function<void(FaceArea&)>& spoil) {
        return failure_of(dir, [&](Analysis& a) { spoil(a.shots[1].references[0].sample.areas[0]); });
    };
    CHECK(area([](FaceArea& f) { f.core.x0 = 0; }) == "damaged");
    CHECK(area([](FaceArea& f) { f.core.x0 = 5; }) == "damaged");
    CHECK(area([](FaceArea& f) { f.halo.y1 = kHeight + 2; }) == "damaged");
    CHECK(area([](FaceArea& f) { f.halo.y0 = -2; }) == "damaged");
    CHECK(area([](FaceArea& f) { f.core = {}; }) == "damaged");
    CHECK(area([](FaceArea& f) { f.fade = 0; }) == "damaged");
    const auto scene = [&](const std::function<void(HaloScene&)>& spoil) {
        return failure_of(dir, [&](Analysis& a) {
            HaloScene changed = *a.shots[1].references[1].sample.scene;
            spoil(changed);
            a.shots[1].references[1].sample.scene = std::make_shared<HaloScene>(changed);
        });
    };
    CHECK(scene([](HaloScene& s) { s.maps[0].pop_back(); }) == "damaged");
    CHECK(scene([](HaloScene& s) { s.hair[0].push_back(0); }) == "damaged");
    CHECK(scene([](HaloScene& s) { s.maps[0][7] = 2; }) == "damaged");
    CHECK(scene([](HaloScene& s) { s.maps.pop_back(), s.hair.pop_back(); }) == "damaged");
}

TEST_CASE("a layout that no picture can have is damage, and so are pictures that are not all alike") {
    const TempDir dir;
    const auto layout = [&](const std::function<void(PixelLayout&)>& spoil) {
        return failure_of(dir, [&](Analysis& a) {
            // A picture that is alike but says something else of itself.
            struct Lying : TestPicture {
                explicit Lying(const ImageView& view) : TestPicture(view.layout, kWidth, kHeight, 0), said(view) {}
                const ImageView& view() const override { return said; }
                ImageView said;
            };
            PlateSample& sample = a.shots[1].references[0].sample;
            ImageView view = sample.picture->view();
            spoil(view.layout);
            auto lying = std::make_shared<Lying>(sample.picture->view());
            lying->said = lying->TestPicture::view();
            lying->said.layout = view.layout;
            sample.picture = lying;
        });
    };
    CHECK(layout([](PixelLayout&) {}) == "no failure");
    CHECK(layout([](PixelLayout& l) { l.full_range = !l.full_range; }) == "no failure");
    CHECK(layout([](PixelLayout& l) { l.kr = NAN; }) == "damaged");
    CHECK(layout([](PixelLayout& l) { l.rgb = true; }) == "damaged");
    CHECK(layout([](PixelLayout& l) { l.components[0].depth = 9; }) == "damaged");
    CHECK(layout([](PixelLayout& l) { l.components[0].shift = 1; }) == "damaged");
    CHECK(layout([](PixelLayout& l) { l.components[1].depth = 7; }) == "damaged");
    CHECK(layout([](PixelLayout& l) { l.components[0].subsampled = true; }) == "damaged");
    CHECK(layout([](PixelLayout& l) { l.component_count = 1; }) == "damaged");
    CHECK(layout([](PixelLayout& l) { l.plane_count = 2; }) == "damaged");
}
