#include "track/tracker.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <string_view>

#include "base/geometry.hpp"
#include "track/scene.hpp"
#include "track/story.hpp"
#include "track/told_tracker.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

TEST_CASE("a face seen in every frame is one track that covers it") {
    const ToldTracker tracker = told({.place = walk, .seen = [](int) { return 0.8F; }});
    REQUIRE(tracker.tracks().size() == 1);
    CHECK(tracker.tracks()[0].boxes.size() == 60);
    for (int n = 0; n < 60; ++n) CHECK(covered(tracker, n, walk(n)) > 0.98F);
    CHECK(tracker.tracks()[0].boxes[7].pts == 70);
}

TEST_CASE("frames that the detector did not look at are covered by flow") {
    const ToldTracker tracker = told({.place = walk, .seen = [](int) { return 0.8F; }, .looked = [](int n) { return n % 5 == 0; }});
    REQUIRE(tracker.tracks().size() == 1);
    for (int n = 0; n < 60; ++n) CHECK_MESSAGE(covered(tracker, n, walk(n)) > 0.95F, "frame " << n);
    CHECK(tracker.faces(12)[0].box.from == BoxSource::flow);
    CHECK(tracker.faces(10)[0].box.from == BoxSource::detector);
}

TEST_CASE("a turned head stays covered between two detections, before the first and after the last") {
    const auto seen = [](int n) { return n >= 15 && n < 45 && (n < 22 || n >= 38) ? 0.8F : 0.0F; };
    const ToldTracker tracker = told({.place = walk, .seen = seen});
    REQUIRE(tracker.tracks().size() == 1);
    for (int n = 3; n < 57; ++n) CHECK_MESSAGE(covered(tracker, n, walk(n)) > 0.9F, "frame " << n);
    const std::vector<Track> tracks = tracker.tracks();
    CHECK(std::ranges::count(tracks[0].boxes, BoxSource::bridge, &TrackBox::from) >= 16);
    CHECK(tracker.faces(30)[0].box.from == BoxSource::bridge);
}

TEST_CASE("a face that is not found again stays covered for a while, and all the time where it is found again") {
    const auto once = [](int n) { return n < 30 ? 0.8F : 0.0F; };
    const auto twice = [](int n) { return n < 30 || n >= 65 ? 0.8F : 0.0F; };
    const auto stand = [](int) { return Box{100, 60, 36, 44}; };
    const auto leave = [&](int n) { return n < 30 ? stand(n) : Box{-500, 0, 1, 1}; };
    const ToldTracker left = told({.frames = 90, .place = leave, .seen = once}), back = told({.frames = 90, .place = stand, .seen = twice});
    for (int n = 0; n < 43; ++n) CHECK_MESSAGE(covered(left, n, stand(n)) > 0.9F, "frame " << n);
    for (int n = 44; n < 90; ++n) CHECK_MESSAGE(left.faces(n).empty(), "frame " << n);
    for (int n = 0; n < 90; ++n) CHECK_MESSAGE(covered(back, n, stand(n)) > 0.9F, "frame " << n);
    REQUIRE(left.doubts().size() == 1);
    CHECK(left.doubts()[0].first_pts == 420);
}

TEST_CASE("a person who is not seen again stays covered, both ways in time, as long as head and shoulders say that it is there") {
    // It sways; the detector sees it for a second and a half in the middle.
    const auto sway = [](int n) { return Box{100 + 20 * std::sin(0.1F * static_cast<float>(n)), 60, 36, 44}; };
    const auto seen = [](int n) { return n >= 100 && n < 140 ? 0.8F : 0.0F; };
    const auto goes = [&](int n) { return n < 215 ? sway(n) : Box{-500, 0, 1, 1}; };
    const ToldTracker tracker = told({.frames = 260, .place = goes, .seen = seen});
    for (int n = 20; n < 215; ++n) CHECK_MESSAGE(covered(tracker, n, sway(n)) > 0.85F, "frame " << n);
    for (int n = 217; n < 260; ++n) CHECK_MESSAGE(tracker.faces(n).empty(), "frame " << n);
    // A glimpse is no person that is known.
    const ToldTracker glimpse = told({.frames = 260, .place = goes, .seen = [](int n) { return n >= 100 && n < 110 ? 0.8F : 0.0F; }});
    for (int n = 125; n < 260; ++n) CHECK_MESSAGE(glimpse.faces(n).empty(), "frame " << n);
}

TEST_CASE("a face is covered through a fade to black and out of it") {
    const auto bright = [](int n) { return std::clamp(std::abs(static_cast<float>(n) - 60) / 25 - 0.2F, 0.0F, 1.0F); };
    ToldTracker tracker(settings());
    for (int n = 0; n < 120; ++n) {
        GrayImage luma = scene(kWidth, kHeight, 1, 0, walk(n));
        for (std::uint8_t& v : luma.pixels) v = static_cast<std::uint8_t>(static_cast<float>(v) * bright(n));
        std::vector<Face> faces;
        if (bright(n) > 0.5F) faces.push_back({walk(n), 0.8F});
        tracker.push({n, std::make_shared<const GrayImage>(std::move(luma)), faces, false});
    }
    tracker.finish();
    for (int n = 0; n < 120; ++n) {
        if (bright(n) > 0.05F) CHECK_MESSAGE(covered(tracker, n, walk(n)) > 0.8F, "frame " << n);
    }
}

TEST_CASE("in a dissolve both faces are covered to its other end, and no farther") {
    const int first = 60, end = 72;
    const Box before{60, 60, 36, 44}, after{190, 90, 60, 72};
    ToldTracker tracker(settings());
    for (int n = 0; n < 130; ++n) {
        const float share = std::clamp(static_cast<float>(n - first + 1) / static_cast<float>(end - first + 1), 0.0F, 1.0F);
        GrayImage luma = scene(kWidth, kHeight, 1, 0, before);
        const GrayImage next = scene(kWidth, kHeight, 2, 0, after, 78);
        for (std::size_t i = 0; i < luma.pixels.size(); ++i)
            luma.pixels[i] = static_cast<std::uint8_t>((1 - share) * static_cast<float>(luma.pixels[i]) + share * static_cast<float>(next.pixels[i]));
        std::vector<Face> faces;
        if (share < 0.5F) faces.push_back({before, 0.8F});
        if (share > 0.5F) faces.push_back({after, 0.8F});
        tracker.push({n, std::make_shared<const GrayImage>(std::move(luma)), faces, n == end + 2, std::nullopt, n == end + 2 ? end + 2 - first : 0});
    }
    tracker.finish();
    const auto is_covered = [&](int n, const Box& box) { return covered(tracker, n, box) > 0.8F; };
    for (int n = 0; n < 130; ++n) {
        CAPTURE(n);
        CHECK((n >= end + 2 || is_covered(n, before)));
        CHECK((n < first || is_covered(n, after)));
        CHECK((n >= first || covered(tracker, n, after) == 0));
        CHECK((n < end + 2 || covered(tracker, n, before) == 0));
    }
}

TEST_CASE("a flash, in which nothing is found and nothing can be followed, ends no track") {
    const auto flash = [](int n) { return n >= 30 && n < 34; };
    const auto later = [](int n) { return n < 30 || n >= 40; };
    ToldTracker tracker(settings());
    for (int n = 0; n < 70; ++n) {
        GrayImage luma = scene(kWidth, kHeight, 1, 0, walk(n));
        if (flash(n)) std::fill(luma.pixels.begin(), luma.pixels.end(), std::uint8_t{255});
        std::vector<Face> faces;
        if (later(n)) faces.push_back({walk(n), 0.8F});
        tracker.push({n, std::make_shared<const GrayImage>(std::move(luma)), faces, false});
    }
    tracker.finish();
    CHECK(tracker.tracks().size() == 1);
    for (int n = 0; n < 70; ++n) CHECK_MESSAGE(covered(tracker, n, walk(n)) > 0.8F, "frame " << n);
}

TEST_CASE("a small face is followed back to when the detector had last been at its place") {
    TrackerSettings s = settings();
    s.unseen_s = 3;
    s.unseen_px = 30;
    const auto seen = [](int n) { return n >= 60 ? 0.8F : 0.0F; };
    const auto small = [](int) { return Box{100, 60, 22, 26}; };
    const auto large = [](int) { return Box{100, 60, 36, 44}; };
    const ToldTracker tiles = told({.frames = 80, .place = small, .seen = seen}, s), whole = told({.frames = 80, .place = large, .seen = seen}, s);
    for (int n = 0; n < 80; ++n) CHECK_MESSAGE(covered(tiles, n, small(n)) > 0.9F, "frame " << n);
    CHECK(whole.faces(30).empty());
}

TEST_CASE("where a detection jumps to another size, as in a dissolve, both are covered for a while") {
    const Box large{80, 40, 100, 120}, small{110, 60, 40, 50};
    ToldTracker tracker(settings());
    for (int n = 0; n < 40; ++n) {
        const Box& seen = n < 20 ? large : small;
        tracker.push({n, std::make_shared<const GrayImage>(scene(kWidth, kHeight, 1, 0, large)), std::vector<Face>{{seen, 0.8F}}, false});
    }
    tracker.finish();
    for (int n = 0; n < 22; ++n) CHECK_MESSAGE(covered(tracker, n, large) > 0.95F, "frame " << n);
    for (int n = 20; n < 40; ++n) CHECK_MESSAGE(covered(tracker, n, small) > 0.95F, "frame " << n);
}

TEST_CASE("a track that is not believed ends none that is") {
    const Box turned{100, 60, 36, 44};
    const auto doubtful = [](int n) { return Box{130 - 2.5F * static_cast<float>(n - 5), 60, 36, 44}; };
    ToldTracker tracker(settings());
    for (int n = 0; n < 40; ++n) {
        std::vector<Face> faces;
        if (n < 12) faces.push_back({turned, 0.8F});
        if (n >= 5 && n < 18) faces.push_back({doubtful(n), 0.16F});
        tracker.push({n, std::make_shared<const GrayImage>(scene(kWidth, kHeight, 1, 0, turned)), faces, false});
    }
    tracker.finish();
    for (int n = 0; n < 30; ++n) CHECK_MESSAGE(covered(tracker, n, turned) > 0.9F, "frame " << n);
}

TEST_CASE("a jittering detector widens a mask little") {
    const auto stand = [](int) { return Box{100, 60, 40, 40}; };
    ToldTracker tracker(settings());
    for (int n = 0; n < 40; ++n) {
        const float off = n % 2 == 0 ? 4.0F : -4.0F;
        const Box seen{100 + off, 60 - off, 40, 40};
        tracker.push({n, std::make_shared<const GrayImage>(scene(kWidth, kHeight, 1, 0, stand(n))), std::vector<Face>{{seen, 0.8F}}, false});
    }
    tracker.finish();
    for (int n = 0; n < 40; ++n) {
        CHECK(covered(tracker, n, stand(n)) > 0.8F);
        CHECK(area(tracker.faces(n)[0].box.box) < 1.3F * area(stand(n)));
    }
}

TEST_CASE("a fast swing is covered where it turns") {
    const auto swing = [](int n) { return Box{100, 80 + 24 * std::sin(static_cast<float>(n) * 0.9F), 36, 44}; };
    const ToldTracker tracker = told({.place = swing, .seen = [](int) { return 0.8F; }});
    for (int n = 0; n < 60; ++n) CHECK_MESSAGE(covered(tracker, n, swing(n)) > 0.98F, "frame " << n);
}

TEST_CASE("a face that is always smaller than asked for is none; one that comes nearer is one from its start on") {
    const auto far = [](int) { return Box{100, 60, 12, 14}; };
    const auto nearer = [](int n) { return Box{100, 60, 12 + 0.3F * static_cast<float>(n), 14 + 0.3F * static_cast<float>(n)}; };
    const auto seen = [](int) { return 0.8F; };
    CHECK(told({.place = far, .seen = seen}).tracks().empty());
    CHECK(told({.place = far, .seen = seen}).doubts().empty());
    const ToldTracker tracker = told({.place = nearer, .seen = seen});
    REQUIRE(tracker.tracks().size() == 1);
    CHECK(tracker.tracks()[0].boxes.size() == 60);
}

TEST_CASE("a face that enters from the side is covered from its first pixels on, and nothing is held after it left") {
    const auto pass = [](int n) { return Box{-60 + 6 * static_cast<float>(n), 70, 40, 48}; };
    const auto seen = [&](int n) { return pass(n).x > 0 && pass(n).x + 40 < kWidth ? 0.8F : 0.0F; };
    const ToldTracker tracker = told({.frames = 100, .place = pass, .seen = seen});
    for (int n = 5; n < 62; ++n) {
        const Box visible = intersect(pass(n), {0, 0, kWidth, kHeight});
        if (visible.w > 8) CHECK_MESSAGE(covered(tracker, n, visible) > 0.9F, "frame " << n);
    }
    for (int n = 80; n < 100; ++n) CHECK(tracker.faces(n).empty());
}

TEST_CASE("a cut ends a track, and a face after it is another one") {
    const ToldTracker tracker = told({.place =
                                      [](int) {
                                          return Box{100, 60, 40, 40};
                                      },
                                  .seen = [](int n) { return n < 25 || n >= 40 ? 0.8F : 0.0F; },
                                  .cut = [](int n) { return n == 30; },
                                  .background = [](int n) { return n < 30 ? 1U : 2U; }});
    const std::vector<Track> tracks = tracker.tracks();
    REQUIRE(tracks.size() == 2);
    CHECK(tracks[0].boxes.back().pts == 290);
    CHECK(tracks[1].boxes.front().pts >= 300);
}

TEST_CASE("weak detections continue a track but start none") {
    CHECK(told({.place = walk, .seen = [](int) { return 0.3F; }}).tracks().empty());
    const ToldTracker tracker = told({.place = walk, .seen = [](int n) { return n < 8 ? 0.8F : 0.2F; }});
    REQUIRE(tracker.tracks().size() == 1);
    CHECK(tracker.tracks()[0].boxes.size() == 60);
    CHECK(tracker.faces(50)[0].box.from == BoxSource::detector);
}

namespace {

int count_doubts(const ToldTracker& tracker, std::string_view why) {
    const std::vector<Tracker::Doubt> doubts = tracker.doubts();
    return static_cast<int>(std::ranges::count_if(doubts, [&](const Tracker::Doubt& doubt) { return doubt.why == why; }));
}

}  // namespace

TEST_CASE("a track that appears and goes in mid-picture is noted, with its place; one at a cut or at the film's ends is not") {
    // Far enough from the film's ends that a track is followed to neither.
    const auto there = [](int n) { return n >= 70 && n < 110; };
    const auto place = [&](int n) { return there(n) ? Box{100, 60, 40, 40} : Box{-500, 0, 1, 1}; };
    const auto seen = [&](int n) { return there(n) ? 0.8F : 0.0F; };
    const ToldTracker tracker = told({.frames = 180, .place = place, .seen = seen});
    CHECK(count_doubts(tracker, "a track starts in mid-picture") == 1);
    CHECK(count_doubts(tracker, "a track ends in mid-picture") == 1);
    REQUIRE(!tracker.doubts().empty());
    CHECK(iou(tracker.doubts()[0].box, {100, 60, 40, 40}) > 0.3F);
    CHECK(tracker.doubts()[0].first_pts <= 700);
    const ToldTracker whole = told({.place = [](int) { return Box{100, 60, 40, 40}; }, .seen = [](int) { return 0.8F; }});
    CHECK(whole.doubts().empty());
    const auto cut = [](int n) { return n == 70 || n == 110; };
    const auto scenery = [](int n) { return n < 70 || n >= 110 ? 1U : 2U; };
    CHECK(told({.frames = 180, .place = place, .seen = seen, .cut = cut, .background = scenery}).doubts().empty());
}

TEST_CASE("a face that leaves over the picture's border is no doubtful end") {
    const auto pass = [](int n) { return Box{-60 + 6 * static_cast<float>(n), 70, 40, 48}; };
    const auto seen = [&](int n) { return pass(n).x > 0 && pass(n).x + 40 < kWidth ? 0.8F : 0.0F; };
    CHECK(told({.frames = 100, .place = pass, .seen = seen}).doubts().empty());
}

TEST_CASE("a long bridge is noted from its first frame to its last, a short one is not") {
    const auto hidden_for = [](int frames) {
        // What is seen in the gap is another thing each time: nothing can be followed.
        return Story{.frames = 160,
                     .place = [](int) { return Box{100, 60, 40, 40}; },
                     .seen = [frames](int n) { return n < 60 || n >= 60 + frames ? 0.8F : 0.0F; },
                     .background = [frames](int n) { return n < 60 || n >= 60 + frames ? 1U : static_cast<unsigned>(n); }};
    };
    const ToldTracker longer = told(hidden_for(40));
    CHECK(count_doubts(longer, "bridged for long") == 1);
    for (const Tracker::Doubt& doubt : longer.doubts()) {
        if (std::string_view(doubt.why) != "bridged for long") continue;
        CHECK(doubt.last_pts - doubt.first_pts >= 250);
        CHECK(doubt.last_pts < 1000);
    }
    CHECK(count_doubts(told(hidden_for(15)), "bridged for long") == 0);
}

TEST_CASE("a single doubtful answer is dropped, and noted for a look") {
    const ToldTracker tracker = told({.place = walk, .seen = [](int n) { return n == 20 ? 0.45F : 0.0F; }});
    CHECK(tracker.tracks().empty());
    REQUIRE(tracker.doubts().size() == 1);
    CHECK(tracker.doubts()[0].first_pts == 200);
    CHECK(std::string_view(tracker.doubts()[0].why) == "a weak detection was dropped");
    CHECK(iou(tracker.doubts()[0].box, walk(20)) > 0.9F);
}

TEST_CASE("a stream that never ends gathers no more doubts than it is allowed") {
    const auto now_and_then = [](int n) { return n % 30 == 20 ? 0.45F : 0.0F; };
    const Story story{.frames = 300, .place = [](int n) { return walk(n % 30); }, .seen = now_and_then};
    const ToldTracker all = told(story, settings(10));
    CHECK(all.doubts().size() == 10);
    ToldTracker few(settings(10));
    few.note_doubts_up_to(3);
    tell(few, story, 0, story.frames);
    few.finish();
    CHECK(few.doubts().size() == 3);
}

TEST_CASE("final frames change no more, whatever comes later") {
    for (const int horizon : {0, 5, 25}) {
        ToldTracker tracker(settings(horizon));
        const Story story{.frames = 70, .place = walk, .seen = [](int n) { return n > 30 && n % 7 < 4 ? 0.8F : 0.0F; }};
        std::vector<std::vector<TrackedFace>> first;
        for (int n = 0; n < story.frames; ++n) {
            tell(tracker, story, n, n + 1);
            CHECK(tracker.final_end() == std::max(0, n + 1 - horizon));
            while (static_cast<std::int64_t>(first.size()) < tracker.final_end())
                first.push_back(tracker.faces(static_cast<std::int64_t>(first.size())));
        }
        tracker.finish();
        CHECK(tracker.final_end() == story.frames);
        for (std::size_t f = 0; f < first.size(); ++f) {
            const std::vector<TrackedFace> now = tracker.faces(static_cast<std::int64_t>(f));
            REQUIRE(now.size() == first[f].size());
            for (std::size_t i = 0; i < now.size(); ++i) CHECK(now[i].box.box.x == first[f][i].box.box.x);
        }
    }
}

TEST_CASE("without look-ahead a sure face is covered from the frame in which it is seen") {
    ToldTracker tracker(settings(0));
    const Story story{.place = walk, .seen = [](int n) { return n >= 10 ? 0.6F : 0.0F; }};
    for (int n = 0; n < 40; ++n) {
        tell(tracker, story, n, n + 1);
        if (n >= 10) CHECK(covered(tracker, n, walk(n)) > 0.95F);
    }
}

TEST_CASE("tracks, faces and predictions agree, and old frames can be forgotten") {
    ToldTracker tracker(settings(10));
    const Story story{.frames = 60, .place = walk, .seen = [](int) { return 0.8F; }};
    tell(tracker, story, 0, 40);
    REQUIRE(tracker.predicted().size() == 1);
    CHECK(iou(tracker.predicted()[0], walk(40)) > 0.7F);
    tracker.forget_before(20);
    tell(tracker, story, 40, 60);
    tracker.finish();
    const std::vector<Track> tracks = tracker.tracks();
    REQUIRE(tracks.size() == 1);
    CHECK(tracks[0].boxes.front().pts == 200);
    std::set<std::int64_t> times;
    for (const TrackBox& box : tracks[0].boxes) CHECK(times.insert(box.pts).second);
}

TEST_CASE("a hundred faces are a hundred tracks") {
    ToldTracker tracker(settings());
    const auto place = [](int i, int n) {
        return Box{static_cast<float>(10 + 30 * (i % 10)) + 0.3F * static_cast<float>(n), static_cast<float>(5 + 19 * (i / 10)), 16, 16};
    };
    for (int n = 0; n < 12; ++n) {
        Observation now{n, std::make_shared<const GrayImage>(scene(kWidth, kHeight, 1, 0, {})), std::vector<Face>{}, false};
        for (int i = 0; i < 100; ++i) now.faces->push_back({place(i, n), 0.8F});
        tracker.push(std::move(now));
    }
    tracker.finish();
    CHECK(tracker.tracks().size() == 100);
}
