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
    stream.doubtful = {{7, 1, 2, "weak"}};
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
}

TEST_CASE("an empty report and odd file names are valid JSON too") {
    Report report;
    report.source = "caf\xe9\n\".mkv";
    report.streams.resize(1);
    report.streams[0].tracks.tracks = {{1, {}, ""}, {2, {{0, {0, 0, 1, 1}, 0, BoxSource::hand}}, ""}};
    const auto json = nlohmann::json::parse(print_report(report));
    CHECK(json["source"] == "caf\xef\xbf\xbd\n\".mkv");
    CHECK(json["streams"][0]["tracks"][1]["first_s"].is_null());
    CHECK_FALSE(json["streams"][0]["tracks"][0].contains("first_s"));
}
