// The line that a job ends with, in words that anybody understands.
#include "cli/summary.hpp"

#include <doctest/doctest.h>

using namespace invisiblur;
using namespace invisiblur::cli;

namespace {

TranscodeJob job_to(const std::string& output) {
    TranscodeJob job;
    job.input = "talk.mkv";
    job.output = output;
    return job;
}

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

}  // namespace

TEST_CASE("who is hidden where, what to look at, and what is still in it") {
    Report report = report_of(3);
    report.kept = {"sound", "place", "names"};
    report.streams[0].doubtful = {{.track = 2, .start_s = 100, .end_s = 101, .why = "bridged for long"}, {.track = 1, .start_s = 12.3, .end_s = 12.5, .why = "a track ends in mid-picture"}};
    CHECK(summary(job_to("clean.mkv"), report) ==
          "clean.mkv: 3 faces hidden in 322 of 480 frames; 2 places to look at: 00:00:12.300, 00:01:40.000; sound, place and names are still in it; 12.3 s");
}

TEST_CASE("many places are counted, and the report lists them") {
    Report report = report_of(1);
    for (int i = 0; i < 14; ++i) report.streams[0].doubtful.push_back({.track = 1, .start_s = i * 1.0, .end_s = i + 0.5, .why = "bridged for long"});
    CHECK(summary(job_to("clean.mkv"), report) ==
          "clean.mkv: 1 face hidden in 322 of 480 frames; 14 places to look at: 00:00:00.000, 00:00:01.000, 00:00:02.000 and 11 more (--report FILE lists them); 12.3 s");
}

TEST_CASE("one thing that is left is, several are") {
    Report report = report_of(0);
    report.kept = {"sound"};
    CHECK(summary(job_to("clean.mkv"), report) == "clean.mkv: nothing found in 480 frames; sound is still in it; 12.3 s");
    report.kept = {"names"};
    CHECK(summary(job_to("-"), report) == "standard output: nothing found in 480 frames; names are still in it; 12.3 s");
    report.kept = {"subtitles", "place"};
    CHECK(summary(job_to("clean.mkv"), report) == "clean.mkv: nothing found in 480 frames; subtitles and place are still in it; 12.3 s");
}

TEST_CASE("people, where persons were asked for, and who stays visible") {
    Report report = report_of(5);
    report.streams[0].persons = {{.person = 1, .tracks = {1, 2, 3}}, {.person = 2, .tracks = {4, 5}}, {.person = 3, .tracks = {6}, .left = true}};
    report.streams[0].left.tracks.resize(1);
    CHECK(summary(job_to("clean.mkv"), report) == "clean.mkv: 2 people (5 faces) hidden in 322 of 480 frames; 1 face stays visible; 12.3 s");
}

TEST_CASE("an analysis hides nothing, and one pass knows frames but no faces") {
    TranscodeJob job = job_to("");
    job.options.analyse_only = true;
    CHECK(summary(job, report_of(2)) == "talk.mkv (analysed): 2 faces found in 480 frames; 12.3 s");
    Report one_pass = report_of(0);
    one_pass.passes = 1;
    one_pass.streams[0].frames_masked = 31;
    CHECK(summary(job_to("clean.mkv"), one_pass) == "clean.mkv: something hidden in 31 of 480 frames; 12.3 s");
}
