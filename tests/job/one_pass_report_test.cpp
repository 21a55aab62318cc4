#include <doctest/doctest.h>

#include <algorithm>

#include "invisiblur/transcode.hpp"
#include "support/at_hand.hpp"
#include "support/clips.hpp"
#include "support/process.hpp"
#include "support/quiet.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// A face that stands in mid-picture all at once, 2.6 s after the start: later than any track is followed back.
void make_sudden_face(const std::string& path) {
    make_clip(path,
              "-t 0.04 -i media/sample.mkv -ss 2.4 -t 0.04 -i media/sample.mkv -filter_complex "
              "[0:v]scale=320:180,loop=79:1,setpts=N/25/TB[room];[1:v]crop=110:140:285:78,scale=66:84,setpts=0[face];"
              "[room][face]overlay=x=120:y=48:enable=gte(n\\,65) -an -sn -c:v ffv1");
}

}  // namespace

TEST_CASE("one pass reports the doubtful places and the detector, as two passes do") {
    if (!has_model()) return;
    const TempDir dir;
    make_sudden_face(dir / "in.mkv");
    for (const char* passes : {"1", "2"}) {
        Options options;
        options.passes = passes;
        options.report = dir / "asked.json";
        options.overwrite = true;
        Quiet quiet;
        const Report report = transcode({dir / "in.mkv", dir / "out.mkv", options}, quiet);
        CHECK(report.detector.starts_with("centerface"));
        const StreamReport& stream = report.streams.at(0);
        REQUIRE(stream.tracks.tracks.size() == 1);
        const auto starts = [](const DoubtfulPlace& place) { return place.why == "a track starts in mid-picture"; };
        const auto start = std::ranges::find_if(stream.doubtful, starts);
        REQUIRE(start != stream.doubtful.end());
        CHECK(start->start_s > 0);
        CHECK(start->start_s <= 2.6);
        CHECK(start->box.x == doctest::Approx(120).epsilon(0.3));
        CHECK(start->track == stream.tracks.tracks[0].id);
    }
}
