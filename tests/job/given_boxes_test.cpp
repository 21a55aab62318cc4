#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "invisiblur/transcode.hpp"
#include "support/clips.hpp"
#include "support/listener.hpp"
#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// A patch of noise that moves over a still test picture: at (40 + 2n, 50) in frame n.
void make_film(const std::string& path, const std::string& format = "matroska") {
    make_clip(path, "-f lavfi -i testsrc2=s=240x160:r=25:d=0.04 -f lavfi -i testsrc=s=36x30:r=25:d=0.04 -filter_complex "
                    "[0:v]loop=39:1,setpts=N/25/TB[a];[1:v]hue=s=0,loop=39:1,setpts=N/25/TB[b];[a][b]overlay=x=40+2*n:y=50:eof_action=repeat,format=yuv444p "
                    "-r 25 -frames:v 40 -c:v ffv1 -f " + format);
}

/// No detector is needed: a file of tracks says that there is nobody else.
std::string write_nobody(const TempDir& dir) {
    std::ofstream(dir / "nobody.json") << R"({"format":"invisiblur-tracks","version":1,"source":{"time_base":[1,1000]},"tracks":[]})";
    return dir / "nobody.json";
}

struct Done {
    Report report;
    std::string hashes;
};

Done run_job(const std::string& in, Options options) {
    Listener listener;
    std::ostringstream hashes;
    options.hash = true;
    Done done;
    done.report = transcode({.input = in, .output = "", .options = options}, listener, &hashes);
    done.hashes = hashes.str();
    return done;
}

std::string failure(const std::string& in, const Options& options) {
    try {
        run_job(in, options);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "no failure";
}

}  // namespace

TEST_CASE("what is followed is hidden in each frame, whatever threads do, and its tracks hide the same again without being followed") {
    const TempDir dir;
    make_film(dir / "in.mkv");
    Options options;
    options.tracks = write_nobody(dir);
    options.follow = {"90,50,36,30@1"};
    options.save_tracks = dir / "out.json";
    options.threads = 1;
    const Done first = run_job(dir / "in.mkv", options);
    CHECK(first.report.passes == 3);
    REQUIRE(first.report.streams.at(0).tracks.tracks.size() == 1);
    const Track& track = first.report.streams[0].tracks.tracks[0];
    CHECK(track.kind == "object");
    CHECK(track.extra == R"({"followed":true})");
    REQUIRE(track.boxes.size() == 40);
    for (std::size_t n = 0; n < 40; ++n) CHECK(std::abs(track.boxes[n].box.x - (40 + 2 * static_cast<float>(n))) < 4);
    CHECK(std::ranges::count(track.boxes, BoxSource::hand, &TrackBox::from) == 1);
    CHECK(first.report.streams[0].frames_masked == 40);

    options.threads = 3;
    CHECK(run_job(dir / "in.mkv", options).hashes == first.hashes);
    options.follow.clear();
    options.tracks = dir / "out.json";
    options.save_tracks.clear();
    const Done again = run_job(dir / "in.mkv", options);
    CHECK(again.report.passes == 2);
    CHECK(again.hashes == first.hashes);
}

TEST_CASE("a track that asks for it is followed between its boxes by hand, and chosen as any other") {
    const TempDir dir;
    make_film(dir / "in.mkv");
    std::ofstream(dir / "asks.json") << R"({"format":"invisiblur-tracks","version":1,"source":{"time_base":[1,25]},"tracks":[{"id":4,"follow":true,"note":"n","boxes":[
        {"pts":5,"x":50,"y":50,"w":36,"h":30},{"pts":9,"x":0,"y":0,"w":9,"h":9,"from":"flow"},{"pts":30,"x":103,"y":48,"w":36,"h":30}]},
        {"id":6,"boxes":[{"pts":0,"x":4,"y":4,"w":12,"h":12}]}]})";
    Options options;
    options.tracks = dir / "asks.json";
    const Done done = run_job(dir / "in.mkv", options);
    const Tracks& tracks = done.report.streams.at(0).tracks;
    REQUIRE(tracks.tracks.size() == 2);
    const auto track = std::ranges::find(tracks.tracks, 4, &Track::id);
    REQUIRE(track != tracks.tracks.end());
    REQUIRE(track->boxes.size() == 40);
    CHECK(track->extra == R"({"followed":true,"note":"n"})");
    CHECK(track->boxes[30].box.x == doctest::Approx(103));
    CHECK(track->boxes[9].box.w == doctest::Approx(36).epsilon(0.1));
    CHECK(std::ranges::any_of(tracks.tracks, [](const Track& t) { return t.id == 6 && t.boxes.size() == 1; }));

    options.only_tracks = {6};
    options.follow = {"50,50,36,30@0.2"};  // hidden whatever is chosen
    const Done chosen = run_job(dir / "in.mkv", options);
    REQUIRE(chosen.report.streams[0].tracks.tracks.size() == 2);
    CHECK(chosen.report.streams[0].frames_masked == 40);
    CHECK(std::ranges::none_of(chosen.report.streams[0].tracks.tracks, [](const Track& t) { return t.id == 4; }));
}

TEST_CASE("boxes of every format hide what the tracks hide that they were written from") {
    const TempDir dir;
    make_film(dir / "in.mkv");
    Options options;
    options.tracks = write_nobody(dir);
    options.follow = {"90,50,36,30@1"};
    const std::string expected = run_job(dir / "in.mkv", options).hashes;
    for (const char* name : {"b.xml", "b.csv", "b.json:coco", "b.json:invisiblur"}) {
        CAPTURE(name);
        options.boxes_out = dir / name;
        CHECK(run_job(dir / "in.mkv", options).hashes == expected);
        Options back;
        back.boxes_in = dir / name;
        CHECK(run_job(dir / "in.mkv", back).hashes == expected);
    }
}

TEST_CASE("what a plain tracks file says of a track is in the report and in the tracks that are saved again, in one pass and in two") {
    const TempDir dir;
    make_film(dir / "in.mkv");
    std::ofstream(dir / "t.json") << R"({"format":"invisiblur-tracks","version":1,"source":{"time_base":[1,1000]},"tracks":[
        {"id":3,"person":2,"kind":"plate","name":"Anna's car","boxes":[{"pts":200,"x":50,"y":50,"w":36,"h":30},{"pts":560,"x":50,"y":50,"w":36,"h":30}]}]})";
    Options options;
    options.tracks = dir / "t.json";
    options.plate = "none";
    options.save_tracks = dir / "again.json";
    for (const char* passes : {"1", "2"}) {
        options.passes = passes;
        const Done done = run_job(dir / "in.mkv", options);
        const std::string report = print_report(done.report);
        CHECK(report.find("\"kind\": \"plate\"") != std::string::npos);
        CHECK(report.find("\"person\": 2") != std::string::npos);
        const Tracks again = read_tracks_file(dir / "again.json");
        CHECK(again.tracks.at(0).kind == "plate");
        CHECK(again.tracks.at(0).person == 2);
        CHECK(again.tracks.at(0).extra == R"({"name":"Anna's car"})");
    }
}

TEST_CASE("spans are subtitles that ffmpeg reads, and come with one pass of a pipe too") {
    const TempDir dir;
    make_film(dir / "in.mkv");
    std::ofstream(dir / "t.json") << R"({"format":"invisiblur-tracks","version":1,"source":{"time_base":[1,1000]},"tracks":[
        {"id":1,"boxes":[{"pts":200,"x":50,"y":50,"w":36,"h":30},{"pts":560,"x":50,"y":50,"w":36,"h":30}]}]})";
    Options options;
    options.tracks = dir / "t.json";
    options.spans_out = dir / "s.vtt";
    options.passes = "1";
    options.plate = "none";
    run_job(dir / "in.mkv", options);
    const std::string read = must_run({"ffmpeg", "-v", "error", "-i", dir / "s.vtt", "-f", "srt", "-"});
    CHECK(read.find("00:00:00,200 --> 00:00:00,600") != std::string::npos);
    CHECK(read.find("face 1 is hidden") != std::string::npos);
    options.spans_out = dir / "s.eaf";
    run_job(dir / "in.mkv", options);
    CHECK(content_of(dir / "s.eaf").find("TIME_VALUE=\"200\"") != std::string::npos);
}

TEST_CASE("what cannot be is refused in one sentence, and nothing is written") {
    const TempDir dir;
    make_film(dir / "in.mkv");
    must_run({"ffmpeg", "-v", "error", "-i", dir / "in.mkv", "-frames:v", "1", dir / "in.png"});
    Options options;
    options.tracks = write_nobody(dir);
    options.save_tracks = dir / "never.json";
    options.follow = {"400,10,20,20@1"};
    CHECK(failure(dir / "in.mkv", options) == "--follow 400,10,20,20@1: the box lies outside the picture, which has 240x160 pixels");
    options.follow = {"40,10,20,20@9"};
    CHECK(failure(dir / "in.mkv", options) == "--follow 40,10,20,20@9: there is no picture at 00:00:09.000; the last one is shown at 00:00:01.560");
    CHECK(failure(dir / "in.png", options).find("is a picture, and --follow") != std::string::npos);
    Options boxes;
    boxes.boxes_in = dir / "b.csv";
    std::ofstream(dir / "b.csv") << "41,1,5,5,9,9\n";
    CHECK(failure(dir / "in.mkv", boxes) == (dir / "b.csv") + ": line 1 is of frame 40 counted from 0, and the video ends with frame 39");
    // Boxes of another film that has the same size and as many frames.
    Options written;
    written.tracks = options.tracks;
    written.boxes_out = dir / "other.xml";
    must_run({"ffmpeg", "-v", "error", "-i", dir / "in.mkv", "-vf", "negate", "-c:v", "ffv1", dir / "other.mkv"});
    run_job(dir / "other.mkv", written);
    boxes.boxes_in = written.boxes_out;
    CHECK(failure(dir / "in.mkv", boxes) == (dir / "other.xml") + ": the file belongs to another video: its SHA-256 is not this file's");
    std::ofstream(dir / "large.csv") << "1,1,5,5,9,9\n2,1,500,5,9,9\n3,1,5,300,9,9\n";
    boxes.boxes_in = dir / "large.csv";
    const std::vector<std::string> warnings = run_job(dir / "in.mkv", boxes).report.warnings;
    CHECK(std::ranges::count(warnings, "--boxes-in: 2 boxes of " + (dir / "large.csv") + " lie outside the picture of 240x160: the file may be of a video of another size") == 1);
    boxes.boxes_in = dir / "gone.xml";
    CHECK(failure(dir / "in.mkv", boxes) == "cannot read the boxes file " + (dir / "gone.xml"));
    CHECK(std::ranges::none_of(dir.names(), [](const std::string& n) { return n == "never.json"; }));
}

TEST_CASE("landmarks are a line for each hidden box: points where a face is seen, nothing where none is, and a warning") {
    const TempDir dir;
    must_run({"ffmpeg", "-v", "error", "-ss", "2", "-i", "media/sample.mkv", "-frames:v", "6", "-an", "-sn", "-c:v", "ffv1", dir / "in.mkv"});
    Options options;
    options.analyse_only = true;
    options.save_tracks = dir / "t.json";
    options.detect_size_px = 320;
    Listener quiet;
    transcode({.input = dir / "in.mkv", .output = "", .options = options}, quiet);
    options.landmarks_out = dir / "l.csv";
    options.tracks = dir / "t.json";
    options.save_tracks = "";
    options.follow = {"2,2,24,24@0"};  // a wall
    Listener listener;
    const Report report = transcode({.input = dir / "in.mkv", .output = "", .options = options}, listener);
    CHECK(listener.warnings.find("tells how each hidden face moves, which can tell whose it is") != std::string::npos);
    const auto lines = split(content_of(dir / "l.csv"), '\n');
    std::size_t boxes = 0, with_points = 0, with_pose = 0;
    for (const Track& track : report.streams.at(0).tracks.tracks) boxes += track.boxes.size();
    const std::size_t columns = split(lines.at(0), ',').size();
    CHECK(columns == 22);
    for (std::size_t i = 1; i < lines.size() && !lines[i].empty(); ++i, --boxes) {
        CHECK(std::ranges::count(lines[i], ',') == 21);
        const auto fields = split(lines[i], ',');
        const bool seen = fields.size() > 9 && !fields[9].empty();
        with_points += seen ? 1 : 0;
        if (!seen) continue;
        const double x = std::stod(fields[3]), w = std::stod(fields[5]), left = std::stod(fields[9]), right = std::stod(fields[11]), nose = std::stod(fields[14]);
        CHECK(left < right);
        CHECK(left > x - 0.2 * w);
        CHECK(right < x + 1.2 * w);
        CHECK(nose > std::stod(fields[10]));
        with_pose += std::abs(std::stod(fields[19])) < 90 ? 1 : 0;
    }
    CHECK(boxes == 0);
    CHECK(with_points >= 4);
    CHECK(with_pose == with_points);
    CHECK(content_of(dir / "l.csv").find(",,,,,,,,,,,,,\n") != std::string::npos);
}
