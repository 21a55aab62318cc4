// Which frames are looked at to tell whose faces they show.
#include "persons/look_plan.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace invisiblur;

namespace {

/// Boxes at 25 frames a second, pts in frames.
Tracks tracks_of(int frames, float side_px, float score, BoxSource from) {
    Tracks tracks;
    tracks.source.time_base_num = 1;
    tracks.source.time_base_den = 25;
    tracks.tracks.emplace_back();
    for (int n = 0; n < frames; ++n) tracks.tracks[0].boxes.push_back({n, {10, 10, side_px, side_px}, score, from});
    return tracks;
}

std::set<std::int64_t> looked_at(const Tracks& tracks) {
    const LookPlan plan(tracks);
    std::set<std::int64_t> times;
    for (const TrackBox& box : tracks.tracks[0].boxes)
        if (!plan.at(box.pts).empty()) times.insert(box.pts);
    return times;
}

}  // namespace

TEST_CASE("each stretch of a track is looked at, and its ends") {
    const std::set<std::int64_t> times = looked_at(tracks_of(20 * 25, 80, 0.9F, BoxSource::detector));
    CHECK(times.count(0) == 1);
    CHECK(times.count(499) == 1);
    std::int64_t last = 0;
    for (const std::int64_t time : times) {
        CHECK(time - last <= 75);  // never three seconds without a look
        last = time;
    }
    CHECK(times.size() < 30);  // and not every frame
}

TEST_CASE("small faces, weak detections and guessed places tell nothing") {
    CHECK(looked_at(tracks_of(50, 20, 0.9F, BoxSource::detector)).empty());
    CHECK(looked_at(tracks_of(50, 80, 0.3F, BoxSource::detector)).empty());
    CHECK(looked_at(tracks_of(50, 80, 0.9F, BoxSource::flow)).empty());
    CHECK(LookPlan(tracks_of(50, 20, 0.9F, BoxSource::detector)).empty());
}

TEST_CASE("boxes drawn by hand and a track of one frame are looked at") {
    CHECK(looked_at(tracks_of(1, 80, 1, BoxSource::hand)).size() == 1);
    CHECK(looked_at(tracks_of(3, 80, 1, BoxSource::hand)).size() == 3);
}

TEST_CASE("what the detector was sure of once only is not looked at, and no face twice") {
    CHECK(looked_at(tracks_of(1, 80, 0.9F, BoxSource::detector)).empty());
    for (const int frames : {1, 2, 3, 4, 60, 250}) {
        const LookPlan plan(tracks_of(frames, 80, 1, BoxSource::hand));
        for (std::int64_t n = 0; n < frames; ++n) CHECK(plan.at(n).size() <= 1);
        CHECK(plan.at(0).size() == 1);
        CHECK(plan.at(frames - 1).size() == 1);
    }
}

TEST_CASE("a stretch ends with its last look, once") {
    const LookPlan plan(tracks_of(10 * 25, 80, 0.9F, BoxSource::detector));
    std::map<std::size_t, int> ends;
    for (std::int64_t n = 0; n < 250; ++n)
        for (const PlannedLook& look : plan.at(n)) ends[look.stretch] += look.last;
    CHECK(ends.size() == 6);
    for (const auto& [stretch, count] : ends) CHECK(count == 1);
}
