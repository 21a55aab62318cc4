#include "track/box_follower.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

#include "base/geometry.hpp"
#include "support/pictures.hpp"
#include "track/follow_request.hpp"
#include "track/scene.hpp"

using namespace invisiblur;

namespace {

constexpr int kWidth = 240, kHeight = 160, kFrames = 60;
const StreamShape kShape{.width = kWidth, .height = kHeight, .time_base_num = 1, .time_base_den = 25, .frame_rate = 25};

/// Where a thing lies in each frame: it sways, and comes nearer.
Box swaying(int n) {
    const auto t = static_cast<float>(n);
    const float size = 30 + 0.15F * t;
    return {90 + 40 * std::sin(t / 14), 60 + 18 * std::cos(t / 9), size, size};
}

/// Frames of one seed are one scene.
PicturePtr frame(int n, const Box& thing, std::uint64_t seed = 3) {
    const GrayImage gray = test::scene(kWidth, kHeight, seed, 0, thing);
    auto picture = std::make_shared<test::TestPicture>(test::layout_named("gray"), kWidth, kHeight, n);
    for (int y = 0; y < kHeight; ++y)
        for (int x = 0; x < kWidth; ++x) *component<std::uint8_t>(picture->view(), 0).at(x, y) = gray.pixels[static_cast<std::size_t>(y * kWidth + x)];
    return picture;
}

using Film = std::function<PicturePtr(int)>;

MarkedTrack mark(int id, std::vector<std::pair<int, Box>> keys) {
    MarkedTrack marked{id, {}, "--follow"};
    for (const auto& [n, box] : keys) marked.keys.push_back({n / 25.0, {0, box, 1, BoxSource::hand}});
    return marked;
}

struct Outcome {
    BoxFollower::Result result;
    int readings = 0;
};

Outcome follow(const Film& film, std::vector<MarkedTrack> marked, std::int64_t memory = std::int64_t{256} << 20) {
    BoxFollower follower(kShape, std::move(marked), memory);
    Outcome outcome;
    bool again = true;
    for (; again; ++outcome.readings) {
        for (int n = 0; n < kFrames; ++n) follower.push(film(n));
        again = follower.finish();
    }
    outcome.result = follower.result(100);
    return outcome;
}

const TrackBox* at(const Track& track, int n) {
    const auto found = std::ranges::find(track.boxes, n, &TrackBox::pts);
    return found == track.boxes.end() ? nullptr : &*found;
}

Film swaying_film() {
    return [](int n) { return frame(n, swaying(n)); };
}

bool has_doubt(const BoxFollower::Result& result, const std::string& word) {
    return std::ranges::any_of(result.doubts, [&](const Tracker::Doubt& d) { return d.why.find(word) != std::string::npos; });
}

}  // namespace

TEST_CASE("a box drawn at any frame follows what is in it both ways, through all frames") {
    for (const int start : {0, 23, kFrames - 1}) {
        CAPTURE(start);
        const auto [result, readings] = follow(swaying_film(), {mark(7, {{start, swaying(start)}})});
        CHECK(readings == 1);
        CHECK(result.doubts.empty());
        REQUIRE(result.tracks.size() == 1);
        const Track& track = result.tracks[0];
        CHECK(track.id == 7);
        REQUIRE(track.boxes.size() == kFrames);
        for (int n = 0; n < kFrames; ++n) {
            CAPTURE(n);
            CHECK(iou(track.boxes[static_cast<std::size_t>(n)].box, swaying(n)) > 0.7F);
            CHECK(track.boxes[static_cast<std::size_t>(n)].from == (n == start ? BoxSource::hand : BoxSource::flow));
        }
    }
}

TEST_CASE("what no longer lies in memory is followed back in further readings, to the same boxes") {
    const auto once = follow(swaying_film(), {mark(1, {{55, swaying(55)}})});
    const auto often = follow(swaying_film(), {mark(1, {{55, swaying(55)}})}, 1);
    CHECK(once.readings == 1);
    CHECK(often.readings > 2);
    REQUIRE(often.result.tracks.size() == 1);
    REQUIRE(often.result.tracks[0].boxes.size() == kFrames);
    for (std::size_t n = 0; n < kFrames; ++n) CHECK(iou(once.result.tracks[0].boxes[n].box, often.result.tracks[0].boxes[n].box) > 0.999F);
}

TEST_CASE("a cut ends it, and says so; a box beyond the cut is a track of its own") {
    const Film film = [](int n) { return n < 30 ? frame(n, swaying(n)) : frame(n, {20, 20, 40, 40}, 91); };
    const auto one = follow(film, {mark(1, {{10, swaying(10)}})}).result;
    REQUIRE(one.tracks.size() == 1);
    CHECK(one.tracks[0].boxes.front().pts == 0);
    CHECK(one.tracks[0].boxes.back().pts == 29);
    REQUIRE(one.doubts.size() == 1);
    CHECK(one.doubts[0].why == "a cut ends what was followed");
    CHECK(one.doubts[0].last_pts == 29);
    const auto both = follow(film, {mark(1, {{10, swaying(10)}, {45, {20, 20, 40, 40}}})}).result;
    REQUIRE(both.tracks.size() == 2);
    CHECK(both.tracks[0].id == 1);
    CHECK(both.tracks[1].id == 100);
    CHECK(both.tracks[1].boxes.front().pts == 30);
    CHECK(both.tracks[1].boxes.back().pts == kFrames - 1);
    CHECK(both.origin == std::vector<std::size_t>{0, 0});
}

TEST_CASE("it goes over the picture's border with the thing, and ends there") {
    const auto leaving = [](int n) { return Box{60.0F + 5.0F * static_cast<float>(n), 60, 34, 34}; };
    const auto result = follow([&](int n) { return frame(n, leaving(n)); }, {mark(1, {{5, leaving(5)}})}).result;
    REQUIRE(result.tracks.size() == 1);
    const auto last = result.tracks[0].boxes.back().pts;
    CHECK(last >= 33);
    CHECK(last <= 52);
    CHECK(has_doubt(result, "leaves the picture") != has_doubt(result, "cannot be recognised"));
}

TEST_CASE("boxes between key frames go through both exactly; what vanishes is a doubtful place, and hidden a little longer") {
    const Box wrong = {swaying(40).x + 9, swaying(40).y - 4, 30, 30};
    const auto keyed = follow(swaying_film(), {mark(1, {{12, swaying(12)}, {40, wrong}})}).result;
    REQUIRE(keyed.tracks.size() == 1);
    for (const auto& [n, box] : {std::pair{12, swaying(12)}, {40, wrong}}) {
        REQUIRE(at(keyed.tracks[0], n));
        CHECK(iou(at(keyed.tracks[0], n)->box, box) > 0.9999F);
        CHECK(at(keyed.tracks[0], n)->from == BoxSource::hand);
    }
    CHECK(iou(at(keyed.tracks[0], 16)->box, swaying(16)) > 0.7F);

    const auto gone = follow([](int n) { return frame(n, n < 25 ? swaying(n) : Box{}); }, {mark(1, {{5, swaying(5)}})}).result;
    REQUIRE(gone.tracks.size() == 1);
    CHECK(gone.tracks[0].boxes.back().pts >= 30);
    CHECK(gone.tracks[0].boxes.back().pts <= 42);
    REQUIRE(has_doubt(gone, "cannot be recognised"));
    CHECK(gone.doubts.back().first_pts <= 26);
}

TEST_CASE("a box outside the picture and a time that is not there are refused") {
    CHECK_THROWS_WITH_AS(follow(swaying_film(), {mark(1, {{5, {300, 20, 10, 10}}})}), "--follow: the box lies outside the picture, which has 240x160 pixels", std::invalid_argument);
    CHECK_THROWS_WITH_AS(follow(swaying_film(), {mark(1, {{90, swaying(0)}})}), "--follow: there is no picture at 00:00:03.600; the last one is shown at 00:00:02.360",
                         std::invalid_argument);
    const Film late = [](int n) { return frame(n + 50, swaying(n)); };
    CHECK_THROWS_WITH_AS(follow(late, {mark(1, {{5, swaying(0)}})}), "--follow: there is no picture at 00:00:00.200; the first one is shown at 00:00:02.000", std::invalid_argument);
}

TEST_CASE("a tracks file says what is to be followed, and that it was") {
    const Tracks tracks = parse_tracks(R"({"format":"invisiblur-tracks","version":1,"source":{"time_base":[1,50]},"tracks":[
        {"id":1,"follow":true,"why":"badge","boxes":[{"pts":10,"x":1,"y":2,"w":3,"h":4},{"pts":12,"x":1,"y":2,"w":3,"h":4,"from":"flow"}]},
        {"id":2,"boxes":[{"pts":10,"x":1,"y":2,"w":3,"h":4}]},{"id":3,"follow":false,"boxes":[]},{"id":4,"follow":true,"boxes":[]}]})");
    CHECK(asks_to_follow(tracks.tracks[0]));
    CHECK_FALSE(asks_to_follow(tracks.tracks[1]));
    CHECK_FALSE(asks_to_follow(tracks.tracks[2]));
    const MarkedTrack marked = marked_of(tracks.tracks[0], tracks.source, "t");
    REQUIRE(marked.keys.size() == 1);  // what was followed before is found anew
    CHECK(marked.keys[0].time_s == doctest::Approx(0.2));
    CHECK_THROWS_AS(marked_of(tracks.tracks[3], tracks.source, "t"), std::invalid_argument);
    CHECK_THROWS_AS(marked_of(tracks.tracks[0], {}, "t"), std::invalid_argument);
    Track done = tracks.tracks[0];
    done.extra = followed_fields(done.extra);
    CHECK_FALSE(asks_to_follow(done));
    CHECK(done.extra == R"({"followed":true,"why":"badge"})");
    done.kind = "object";
    CHECK(parse_tracks(print_tracks({{}, {done}, {}})).tracks.at(0).kind == "object");
    CHECK(parse_tracks(print_tracks({{}, {done}, {}})).tracks[0].extra == done.extra);
    TracksSource other;
    other.time_base_num = 1, other.time_base_den = 100;
    CHECK(in_time_base(tracks, other).tracks[0].boxes[0].pts == 20);
}
