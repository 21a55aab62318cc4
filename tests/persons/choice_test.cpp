// Who stays visible by a photo: in doubt nobody.
#include "persons/choice.hpp"

#include <doctest/doctest.h>

#include "persons/faces.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

const PersonPhoto kKeep{"anna.jpg", face_at(0), true};
const PersonPhoto kHide{"otto.jpg", face_at(0, 2), false};

std::vector<TrackVerdict> choose(const std::vector<TrackLooks>& tracks, const std::vector<PersonPhoto>& photos, const Apart& apart = never) {
    return choose_by_photos(tracks, group_into_persons(tracks, apart), photos, apart);
}

TrackVerdict choose_one(const std::vector<FaceDescriptor>& looks, const std::vector<PersonPhoto>& photos) {
    return choose({track_of(1, 0, looks)}, photos).at(0);
}

}  // namespace

TEST_CASE("with a photo to keep only who is surely that person stays visible") {
    const TrackVerdict sure = choose_one({face_at(0.3F), face_at(0.4F)}, {kKeep});
    CHECK(sure.left);
    CHECK(sure.doubt.empty());
    CHECK(sure.distance == doctest::Approx(0.35));
    const TrackVerdict other = choose_one({face_at(0.8F), face_at(0.9F)}, {kKeep});
    CHECK_FALSE(other.left);
    CHECK(other.doubt.empty());
}

TEST_CASE("who is near the threshold is hidden and listed with the distance") {
    const TrackVerdict near = choose_one({face_at(0.52F), face_at(0.52F)}, {kKeep});
    CHECK_FALSE(near.left);
    CHECK(near.doubt == "may be who is in anna.jpg (distance 0.52): hidden in doubt");
    // A single look beyond it is enough.
    const TrackVerdict mixed = choose_one({face_at(0.2F), face_at(0.2F), face_at(0.58F)}, {kKeep});
    CHECK_FALSE(mixed.left);
    CHECK_FALSE(mixed.doubt.empty());
}

TEST_CASE("a face without a good look, or whose looks do not agree, is hidden and listed, whatever the photos ask for") {
    for (const PersonPhoto& photo : {kKeep, kHide}) {
        const TrackVerdict unseen = choose_one({}, {photo});
        CHECK_FALSE(unseen.left);
        CHECK(unseen.doubt == "no look at this face is good enough to tell whose it is: hidden in doubt");
        const TrackVerdict changing = choose_one({face_at(-0.33F), face_at(0.33F)}, {photo});
        CHECK_FALSE(changing.left);
        CHECK(changing.doubt.find("do not agree") != std::string::npos);
    }
}

TEST_CASE("of two faces in one frame that both look like the photo neither stays") {
    const Apart together = [](std::size_t, std::size_t) { return true; };
    const auto verdicts = choose({track_of(1, 0, {face_at(0.1F)}), track_of(2, 0, {face_at(0.2F)})}, {kKeep}, together);
    for (const TrackVerdict& verdict : verdicts) {
        CHECK_FALSE(verdict.left);
        CHECK(verdict.doubt.find("two faces at once look like anna.jpg") == 0);
    }
    CHECK(choose({track_of(1, 0, {face_at(0.1F)}), track_of(2, 5, {face_at(0.2F)})}, {kKeep})[1].left);
}

TEST_CASE("with photos to hide alone, who is surely somebody else stays") {
    CHECK(choose_one({face_at(0, 1.2F)}, {kHide}).left);
    CHECK_FALSE(choose_one({face_at(0, 1.9F)}, {kHide}).left);
    const TrackVerdict doubtful = choose_one({face_at(0, 1.4F)}, {kHide});
    CHECK_FALSE(doubtful.left);
    CHECK(doubtful.doubt == "may be who is in otto.jpg (distance 0.60): hidden in doubt");
}

TEST_CASE("who is hidden is so in all tracks of the same person") {
    // The second track is far enough from the photo, but near to the first one, which is not.
    const auto verdicts = choose({track_of(1, 0, {face_at(0, 1.45F)}), track_of(2, 5, {face_at(0, 1.2F)})}, {kHide});
    CHECK_FALSE(verdicts[0].left);
    CHECK_FALSE(verdicts[1].left);
}

TEST_CASE("who looks like a photo to keep and one to hide is hidden") {
    const PersonPhoto twin{"twin.jpg", face_at(0.45F), false};
    const TrackVerdict both = choose_one({face_at(0.2F)}, {kKeep, twin});
    CHECK_FALSE(both.left);
    CHECK(both.doubt.find("looks like anna.jpg and like twin.jpg") == 0);
    CHECK(choose_one({face_at(0.1F)}, {kKeep, twin}).left);
    CHECK_FALSE(choose_one({face_at(0.4F)}, {kKeep, twin}).left);
}

TEST_CASE("a look vouches up to the next one that is near in time, and little beyond") {
    TrackLooks track = track_of(1, 0, {});
    for (const std::int64_t pts : {2000, 4000, 12000}) track.looks.push_back({pts, face_at(0)});
    const std::vector<PtsSpan> spans = vouched_spans(track, 0.001, {});
    REQUIRE(spans.size() == 2);
    CHECK(spans[0].first == 1500);
    CHECK(spans[0].last == 4500);
    CHECK(spans[1].first == 11500);
    CHECK(spans[1].last == 12500);
    CHECK(vouched_spans(track_of(1, 0, {}), 0.001, {}).empty());

    // A short insert between the first two: no look vouches for it, nor across it.
    const std::vector<PtsSpan> cut = vouched_spans(track, 0.001, {2200, 3000, 12100});
    REQUIRE(cut.size() == 3);
    CHECK(cut[0].last == 2199);
    CHECK(cut[1].first == 3500);
    CHECK(cut[2].last == 12099);
    CHECK(vouched_spans(track, 0.001, {3900})[1].first == 3900);
}
