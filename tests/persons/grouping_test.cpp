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
    // And where it may go through a scene that nobody looked at.
    TrackLooks through = track_of(1, 0, {face_at(0)});
    through.whole = false;
    CHECK(numbers({through, track_of(2, 5, {face_at(0)})}) == std::vector{0, 1});
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
    CHECK(are_apart(boxes({here}), boxes({beside})));
    CHECK_FALSE(are_apart(boxes({here}), boxes({same})));
    CHECK_FALSE(are_apart(boxes({here}), boxes({later})));
    CHECK_FALSE(are_apart(boxes({here}), boxes({})));
}
