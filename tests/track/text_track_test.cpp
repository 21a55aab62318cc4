// Blocks of text in the tracker: looked at once a second, followed in between, apart from faces.
#include <doctest/doctest.h>

#include "track/story.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// A block that moves over the scene, seen once a second from `first` on, before `end`.
ToldTracker told_text(const std::function<Box(int)>& place, int frames, int first = 0, int end = 1000, float score = 0.9F, const std::vector<Face>& faces = {}) {
    ToldTracker tracker(settings());
    for (int n = 0; n < frames; ++n) {
        Observation now{n * 10, std::make_shared<const GrayImage>(scene(kWidth, kHeight, 1, 0, place(n))), faces, false, {}};
        if (n % 25 == 0) {
            now.texts.emplace();
            if (n >= first && n < end) now.texts->push_back({place(n), score});
        }
        tracker.push(std::move(now));
    }
    tracker.finish();
    return tracker;
}

Box drive(int n) {
    return {20 + 1.5F * static_cast<float>(n), 80, 80, 24};
}

}  // namespace

TEST_CASE("text that is looked at once a second is covered in every frame, also while it moves") {
    const ToldTracker tracker = told_text(drive, 101);
    REQUIRE(tracker.tracks().size() == 1);
    for (int n = 0; n < 101; ++n) {
        CHECK_MESSAGE(covered(tracker, n, drive(n)) > 0.97F, "frame " << n);
        REQUIRE(tracker.faces(n).size() == 1);
        CHECK(tracker.faces(n)[0].text);
    }
}

TEST_CASE("text that appears between two looks is covered from its first frame on, and until its last") {
    // Seen at 50 and 75; there from 31 to 93.
    const auto place = [](int n) { return n >= 31 && n <= 93 ? Box{100, 60, 90, 24} : Box{-500, 0, 1, 1}; };
    const ToldTracker tracker = told_text(place, 120, 50, 76);
    for (int n = 31; n <= 93; ++n) CHECK_MESSAGE(covered(tracker, n, place(n)) > 0.95F, "frame " << n);
}

TEST_CASE("text that gives way to longer and to shorter text between two looks is covered to its ends") {
    const auto place = [](int n) { return n < 62 ? Box{90, 60, 130, 24} : n < 87 ? Box{75, 60, 160, 24} : Box{75, 60, 140, 24}; };
    const ToldTracker tracker = told_text(place, 120);
    for (int n = 0; n < 120; ++n) CHECK_MESSAGE(covered(tracker, n, place(n)) > 0.95F, "frame " << n);
}

TEST_CASE("text that comes after the last look before the end, or before a cut, is found, and covered from its first frame on") {
    for (const bool before_cut : {false, true}) {
        CAPTURE(before_cut);
        ToldTracker tracker(settings());
        const Box place{100, 60, 90, 24};
        const auto text_in = [&](int n) { return n >= 57 && n < 70; };
        for (int n = 0; n < (before_cut ? 90 : 70); ++n) {
            Observation now{n * 10, std::make_shared<const GrayImage>(scene(kWidth, kHeight, n < 70 ? 1 : 2, 0, text_in(n) ? place : Box{-500, 0, 1, 1})), {}, n == 70, {}};
            if (n % 25 == 0) now.texts.emplace();
            tracker.push(std::move(now));
            if (n == 69) tracker.take_texts({{place, 0.9F}});
        }
        tracker.finish();
        for (int n = 57; n < 70; ++n) CHECK_MESSAGE(covered(tracker, n, place) > 0.97F, "frame " << n);
    }
}

TEST_CASE("one sure look at text is enough, a weak one alone is none") {
    const auto stand = [](int) { return Box{100, 60, 90, 24}; };
    CHECK(told_text(stand, 30, 0, 1, 0.65F).tracks().size() == 1);
    CHECK(told_text(stand, 60, 0, 100, 0.45F).tracks().empty());
}

TEST_CASE("a small block is text however small the smallest face may be") {
    CHECK(told_text([](int) { return Box{100, 60, 30, 9}; }, 30).tracks().size() == 1);
}

TEST_CASE("a face in the place of a text is a track of its own, and text is no place where a face is expected") {
    const auto stand = [](int) { return Box{100, 60, 40, 40}; };
    ToldTracker tracker = told_text(stand, 60, 0, 1000, 0.9F, {{{100, 60, 40, 40}, 0.9F}});
    REQUIRE(tracker.faces(30).size() == 2);
    CHECK(tracker.faces(30)[0].text != tracker.faces(30)[1].text);
    CHECK(tracker.predicted().size() == 2);
    CHECK(tracker.predicted_faces().size() == 1);
}
