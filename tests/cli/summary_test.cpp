// The line that a job ends with, in words that anybody understands.
#include "cli/summary.hpp"

#include <doctest/doctest.h>

using namespace invisiblur;
using namespace invisiblur::cli;

namespace {

const av::KeptFacts kNothing, kSound{.sound = true};

/// 480 frames, in 322 of which faces are hidden.
Report report_of(std::size_t faces) {
    Report report;
    report.passes = 2;
    report.elapsed_s = 12.34;
    report.streams.emplace_back();
    report.streams[0].frames = 480;
    report.streams[0].frames_masked = faces > 0 ? 322 : 0;
    report.streams[0].tracks.tracks.resize(faces);
    return report;
}

std::string said(const Report& report, const av::KeptFacts& kept = kNothing, const Options& options = {}) {
    return summary("clean.mkv", {.options = options}, report, kept);
}

}  // namespace

TEST_CASE("who is hidden where, what to look at, and what is still in it") {
    Report report = report_of(3);
    report.streams[0].doubtful = {{.track = 2, .start_s = 100, .end_s = 101, .why = "bridged for long"}, {.track = 1, .start_s = 12.3, .end_s = 12.5, .why = "a track ends in mid-picture"}};
    CHECK(said(report, {.sound = true, .place = true, .names = true}) ==
          "clean.mkv: 3 faces hidden in 322 of 480 frames, 12.3 s; 2 places to look at: 0:12, 1:40 (--report FILE says why); sound, GPS and names are still in it");
    Options options;
    options.report = "report.json";
    CHECK(said(report, kSound, options) == "clean.mkv: 3 faces hidden in 322 of 480 frames, 12.3 s; 2 places to look at: 0:12, 1:40; sound is still in it");
}

TEST_CASE("texts are counted beside faces") {
    Report report = report_of(1);
    report.streams[0].tracks.tracks.resize(3);
    report.streams[0].tracks.tracks[1].kind = report.streams[0].tracks.tracks[2].kind = "text";
    CHECK(said(report) == "clean.mkv: 1 face and 2 texts hidden in 322 of 480 frames, 12.3 s");
    report.streams[0].tracks.tracks[0].kind = "text";
    CHECK(said(report) == "clean.mkv: 3 texts hidden in 322 of 480 frames, 12.3 s");
}

TEST_CASE("people, where persons were asked for, and who stays visible") {
    Report report = report_of(5);
    report.streams[0].persons = {{.person = 1, .tracks = {1, 2, 3}}, {.person = 2, .tracks = {4, 5}}, {.person = 3, .tracks = {6}, .left = true}};
    report.streams[0].left.tracks.resize(1);
    CHECK(said(report) == "clean.mkv: 2 people hidden in 322 of 480 frames, 1 face stays visible, 12.3 s");
}

TEST_CASE("an analysis hides nothing, and one pass knows frames but no faces") {
    Options analyse;
    analyse.analyse_only = true;
    CHECK(said(report_of(2), kNothing, analyse) == "clean.mkv: 2 faces found in 480 frames, 12.3 s");
    Report one_pass = report_of(0);
    one_pass.passes = 1;
    one_pass.streams[0].frames_masked = 31;
    CHECK(said(one_pass) == "clean.mkv: something hidden in 31 of 480 frames, 12.3 s");
    CHECK(said(report_of(0)) == "clean.mkv: nothing hidden in 480 frames, 12.3 s");
}

TEST_CASE("who publishes is asked about the voices, until something is said of them") {
    Options options;
    options.publish = true;
    CHECK(said(report_of(1), kSound, options).ends_with("; voices are still in it: --voice disguise or mute, or --voice keep to say that this is meant"));
    options.voice = "keep";
    CHECK(said(report_of(1), kSound, options).ends_with(", 12.3 s"));
}
