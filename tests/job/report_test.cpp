#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "invisiblur/transcode.hpp"

using namespace invisiblur;

TEST_CASE("a report says what was done, found and doubted") {
    Report report;
    report.source = "in.mkv";
    report.output = "in_invisible.mkv";
    report.detector = "centerface sha256:09";
    report.options = "min-face=20";
    report.passes = 2;
    report.elapsed_s = 1.5;
    report.warnings = {"a subtitle was left out"};
    StreamReport stream;
    stream.stream = 1;
    stream.codec_in = "h264";
    stream.codec_out = "libx264";
    stream.frames = 50;
    stream.frames_masked = 40;
    stream.tracks.source.time_base_num = 1;
    stream.tracks.source.time_base_den = 25;
    stream.tracks.tracks = {{7, {{25, {1, 2, 3, 4}, 0.9F, BoxSource::detector}, {50, {1, 2, 3, 4}, 0.5F, BoxSource::bridge}}, ""}};
    stream.doubtful = {{7, 1, 2, "weak", {10.4F, 20, 30, 40.6F}}};
    report.streams = {stream};

    const auto json = nlohmann::json::parse(print_report(report));
    CHECK(json["format"] == "invisiblur-report");
    CHECK(json["source"] == "in.mkv");
    CHECK(json["faces_expected_met"] == true);
    CHECK(json["warnings"][0] == "a subtitle was left out");
    const auto& one = json["streams"][0];
    CHECK(one["stream"] == 1);
    CHECK(one["faces"] == 1);
    CHECK(one["frames_masked"] == 40);
    CHECK(one["tracks"][0]["id"] == 7);
    CHECK(one["tracks"][0]["first_s"] == 1.0);
    CHECK(one["tracks"][0]["last_s"] == 2.0);
    CHECK(one["tracks"][0]["boxes_from"]["bridge"] == 1);
    CHECK(one["doubtful"][0]["why"] == "weak");
    CHECK(one["doubtful"][0]["x"] == 10);
    CHECK(one["doubtful"][0]["h"] == 41);
}

namespace {

/// A track of one box a frame, 25 a second; one letter for each: how it was found.
Track found_so(const std::string& letters) {
    Track track;
    track.id = 1;
    for (std::size_t n = 0; n < letters.size(); ++n) {
        const BoxSource from = letters[n] == 'd'   ? BoxSource::detector
                               : letters[n] == 'f' ? BoxSource::flow
                               : letters[n] == 'b' ? BoxSource::bridge
                                                   : BoxSource::hand;
        track.boxes.push_back({static_cast<std::int64_t>(n), {0, 0, 9, 9}, from == BoxSource::detector ? 0.5F + 0.01F * static_cast<float>(n) : 0, from});
    }
    return track;
}

nlohmann::json reported(const std::vector<Track>& tracks, const std::vector<DoubtfulPlace>& doubtful = {}) {
    Report report;
    report.streams.resize(1);
    report.streams[0].tracks.source.time_base_num = 1;
    report.streams[0].tracks.source.time_base_den = 25;
    report.streams[0].tracks.tracks = tracks;
    report.streams[0].doubtful = doubtful;
    return nlohmann::json::parse(print_report(report));
}

}  // namespace

TEST_CASE("a report says how each box of a track was found, and how surely") {
    const auto json = reported({found_so("fddfdbbh")});
    const auto& track = json["streams"][0]["tracks"][0];
    CHECK(track["boxes_from"] == nlohmann::json{{"detector", 3}, {"flow", 2}, {"bridge", 2}, {"hand", 1}});
    CHECK(track["lowest_score"] == 0.51);
    CHECK(reported({found_so("hh")})["streams"][0]["tracks"][0]["lowest_score"].is_null());
}

TEST_CASE("the longest bridge is a track's longest guess between two looks") {
    const auto bridge = [](const std::string& letters) {
        return reported({found_so(letters)})["streams"][0]["tracks"][0]["longest_bridge_frames"].get<int>();
    };
    CHECK(bridge("dddd") == 0);
    CHECK(bridge("dffffd") == 0);        // flow saw it all the time
    CHECK(bridge("dffbffd") == 5);       // partly guessed: from look to look
    CHECK(bridge("dbbdbbbdbd") == 3);
    CHECK(bridge("bbbbdddbbbb") == 0);   // before the first look and after the last it is no gap
    CHECK(bridge("hbbh") == 2);
    const auto json = reported({found_so("dbbbbbd"), found_so("dbd"), {3, {}, ""}});
    CHECK(json["streams"][0]["tracks"][0]["longest_bridge_s"].get<double>() == doctest::Approx(0.2));
    CHECK(json["streams"][0]["longest_bridge_s"].get<double>() == doctest::Approx(0.2));
    CHECK(json["longest_bridge_s"].get<double>() == doctest::Approx(0.2));
}

TEST_CASE("a batch can be stopped by plain numbers, and a player be sent to a time code") {
    const auto json = reported({found_so("ddd"), found_so("d")}, {{2, 3723.5, 3724.0009, "late"}, {1, 0.04, 0.04, "early"}});
    CHECK(json["faces"] == 2);
    CHECK(json["doubtful_places"] == 2);
    CHECK(json["longest_bridge_s"] == 0.0);
    CHECK(json["streams"][0]["doubtful_places"] == 2);
    CHECK(json["streams"][0]["tracks"][0]["first"] == "00:00:00.000");
    CHECK(json["streams"][0]["tracks"][0]["last"] == "00:00:00.080");
    const auto& places = json["streams"][0]["doubtful"];
    CHECK(places[0]["why"] == "early");  // in the order of time
    CHECK(places[1]["start"] == "01:02:03.500");
    CHECK(places[1]["end"] == "01:02:04.001");
    CHECK(reported({}, {{1, -0.5, 0, "before"}})["streams"][0]["doubtful"][0]["start"] == "-00:00:00.500");
}

TEST_CASE("a report says of each face what share of what was painted had been seen, and what was made up") {
    Report report;
    report.streams.resize(1);
    report.streams[0].tracks.tracks = {found_so("ddd"), {2, {}, ""}};
    report.streams[0].painted[report.streams[0].tracks.tracks[0].id] = {300, 100};
    const auto json = nlohmann::json::parse(print_report(report));
    CHECK(json["streams"][0]["tracks"][0]["painted"] == nlohmann::json{{"seen", 0.75}, {"made_up", 0.25}});
    CHECK_FALSE(json["streams"][0]["tracks"][1].contains("painted"));
}

TEST_CASE("an empty report and odd file names are valid JSON too") {
    Report report;
    report.source = "caf\xe9\n\".mkv";
    report.streams.resize(1);
    report.streams[0].tracks.tracks = {{1, {}, ""}, {2, {{0, {0, 0, 1, 1}, 0, BoxSource::hand}}, ""}};
    const auto json = nlohmann::json::parse(print_report(report));
    CHECK(json["source"] == "caf\xef\xbf\xbd\n\".mkv");
    CHECK(json["streams"][0]["tracks"][1]["first_s"].is_null());
    CHECK(json["streams"][0]["tracks"][1]["first"].is_null());
    CHECK(json["longest_bridge_s"] == 0.0);
    CHECK_FALSE(json["streams"][0]["tracks"][0].contains("first_s"));
}
