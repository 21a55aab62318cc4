// Which tracks become one person.
#include "persons/grouping.hpp"

#include <doctest/doctest.h>

#include "persons/faces.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

std::vector<int> numbers(const std::vector<TrackLooks>& tracks, const Apart& apart = never) {
    std::vector<int> list;
    for (const PersonOfTrack& one : group_into_persons(tracks, apart)) list.push_back(one.person);
    return list;
}

Track boxes(std::initializer_list<TrackBox> list) {
    Track track;
    track.boxes.assign(list);
    return track;
}

}  // namespace

TEST_CASE("tracks that are near are one person, others are not, numbered in order of appearance") {
    CHECK(numbers({track_of(1, 8, {face_at(2)}), track_of(2, 0, {face_at(0), face_at(0.1F)}), track_of(3, 4, {face_at(0.3F)})}) == std::vector{2, 1, 1});
    CHECK(numbers({track_of(1, 0, {face_at(0)}), track_of(2, 2, {face_at(0.55F)})}) == std::vector{1, 2});
}

TEST_CASE("two tracks that are in one frame are never one person, however near") {
    const Apart all = [](std::size_t, std::size_t) { return true; };
    CHECK(numbers({track_of(1, 0, {face_at(0)}), track_of(2, 0, {face_at(0)})}, all) == std::vector{1, 2});
    // Nor by way of a third one, which goes to the nearer of them.
    const Apart first_two = [](std::size_t a, std::size_t b) { return a + b == 1; };
    CHECK(numbers({track_of(1, 0, {face_at(0)}), track_of(2, 0, {face_at(0.4F)}), track_of(3, 5, {face_at(0.1F)})}, first_two) == std::vector{1, 2, 1});
}

TEST_CASE("a chain of likenesses does not make its two ends one person") {
    const std::vector<int> chain = numbers({track_of(1, 0, {face_at(0)}), track_of(2, 2, {face_at(0.4F)}), track_of(3, 4, {face_at(0.85F)})});
    CHECK(chain[0] != chain[2]);
}

TEST_CASE("whose face a track is stays unknown without a look, and where its looks do not agree") {
    CHECK(numbers({track_of(1, 0, {}), track_of(2, 0, {face_at(0)}), track_of(3, 3, {face_at(0), face_at(0.7F)})}) == std::vector{0, 1, 0});
    CHECK(group_into_persons({}, never).empty());
}

TEST_CASE("a track that may have gone over to another person at a change of scene is cut there, and only there") {
    const auto starts = [](const std::vector<TrackLooks>& parts) {
        std::vector<std::pair<std::int64_t, std::size_t>> list;
        for (const TrackLooks& part : parts) list.emplace_back(part.first_pts, part.looks.size());
        return list;
    };
    using Starts = std::vector<std::pair<std::int64_t, std::size_t>>;
    // Looks at 0, 1, 2 and 3 s; the track ends at 4 s.
    const TrackLooks same = track_of(1, 0, {face_at(0), face_at(0.1F), face_at(0), face_at(0.1F)});
    const TrackLooks other = track_of(1, 0, {face_at(0), face_at(0.1F), face_at(0.9F), face_at(0.9F)});
    CHECK(starts(parts_of(same, {1500})) == Starts{{0, 4}});
    CHECK(starts(parts_of(other, {})) == Starts{{0, 4}});
    const std::vector<TrackLooks> two = parts_of(other, {0, 1500, 9000});
    CHECK(starts(two) == Starts{{0, 2}, {1500, 2}});
    CHECK(two[0].last_pts == 1499);
    CHECK(two[1].last_pts == 4000);
    CHECK(numbers(two) == std::vector{1, 2});
    // A scene that nobody looked at is nobody's, and does not spoil the others; a scene begins at a look.
    const std::vector<TrackLooks> through = parts_of(same, {1000, 1200, 1800});
    CHECK(starts(through) == Starts{{0, 1}, {1000, 1}, {1200, 0}, {1800, 2}});
    CHECK(numbers(through) == std::vector{1, 1, 0, 1});
    CHECK(starts(parts_of(track_of(1, 0, {}), {0, 500})) == Starts{{0, 0}});
}

TEST_CASE("a person whose tracks are near each other and far from others is surer than one whose are not") {
    const auto sure = group_into_persons({track_of(1, 0, {face_at(0)}), track_of(2, 2, {face_at(0.05F)}), track_of(3, 4, {face_at(3)})}, never);
    const auto unsure = group_into_persons({track_of(1, 0, {face_at(0)}), track_of(2, 2, {face_at(0.45F)}), track_of(3, 4, {face_at(0.97F)})}, never);
    CHECK(sure[0].confidence > 0.9);
    CHECK(unsure[0].confidence < 0.5);
    CHECK(unsure[0].confidence >= 0);
}

TEST_CASE("tracks are apart where they are at two places in one frame, and not where two of them follow one face") {
    const TrackBox here{5, {10, 10, 40, 40}, 1}, beside{5, {100, 10, 40, 40}, 1}, same{5, {14, 12, 40, 40}, 1}, later{6, {100, 10, 40, 40}, 1};
    const PtsSpan all{0, 9};
    CHECK(are_apart(boxes({here}), boxes({beside}), all));
    CHECK_FALSE(are_apart(boxes({here}), boxes({same}), all));
    CHECK_FALSE(are_apart(boxes({here}), boxes({later}), all));
    CHECK_FALSE(are_apart(boxes({here}), boxes({}), all));
    // Only the parts that are asked for.
    CHECK(are_apart(boxes({here, later}), boxes({beside}), {5, 5}));
    CHECK_FALSE(are_apart(boxes({here, later}), boxes({beside}), {6, 9}));
    CHECK_FALSE(are_apart(boxes({here}), boxes({beside}), {6, 4}));
}
