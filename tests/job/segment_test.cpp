#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "invisiblur/transcode.hpp"
#include "support/clips.hpp"
#include "support/listener.hpp"
#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

Report run_job(const std::string& source, const std::string& output, Options options, std::ostream* hashes = nullptr) {
    Listener listener;
    options.output = output;
    return transcode({.input = source, .output = output, .options = options}, listener, hashes);
}

std::string failure(const std::string& source, const std::string& output, const Options& options) {
    try {
        run_job(source, output, options);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "no failure";
}

/// A person in the first two thirds of the clip, then a cut; sound and subtitles. B-frames, and frames at uneven times.
void make_uneven_clip(const std::string& path, const std::string& coding, const std::string& before = ",scale=320:180") {
    make_clip(path, "-ss 2 -i media/sample.mkv -f lavfi -i testsrc2=s=640x360:r=25:d=1 -f lavfi -i sine=d=4 -filter_complex "
                    "[0:v:0]trim=end_frame=32,setpts=PTS-STARTPTS" + before + "[a];[1:v]trim=end_frame=13" + before +
                    "[b];[a][b]concat=n=2,select=not(eq(mod(n\\,5)\\,3)),format=yuv420p[v] -map [v] -map 2:a -map 0:s -fps_mode vfr "
                    "-c:a aac -c:s copy -shortest " + coding);
}

Options options_of(const std::string& format = "") {
    Options options;
    options.detect_size_px = 320;
    options.detect_every = 2;
    options.format = format;
    options.threads = 2;
    return options;
}

/// The segments of n runs.
std::vector<std::string> parts(int n) {
    std::vector<std::string> names;
    for (int k = 1; k <= n; ++k) names.push_back(std::to_string(k) + "/" + std::to_string(n));
    return names;
}

struct Made {
    std::string hashes, tracks, output;
    Report report;
};

/// One run on one machine.
Made make_whole(const TempDir& dir, const std::string& source, const Options& options, const std::string& extension) {
    Options all = options;
    all.save_tracks = dir / "whole.json";
    Made whole{"", "", dir / ("whole" + extension), {}};
    whole.report = run_job(source, whole.output, all);
    whole.tracks = content_of(all.save_tracks);
    return whole;
}

/// Looks for faces in each segment, learns from all of that, and writes each.
Made make_in_parts(const TempDir& dir, const std::string& source, const Options& options, const std::vector<std::string>& segments, const std::string& extension,
                   bool hashed = false) {
    Options learn = options, join = options;
    learn.analyse_only = true;
    learn.save_analysis = dir / "all";
    learn.save_tracks = dir / "parts.json";
    for (std::size_t i = 0; i < segments.size() && options.tracks.empty(); ++i) {
        Options look = options;
        look.segment = segments[i];
        look.analyse_only = true;
        look.save_analysis = dir / ("looks" + std::to_string(i));
        run_job(source, "", look);
        learn.analysis.push_back(look.save_analysis);
    }
    learn.format.clear();
    run_job(source, "", learn);
    join.tracks.clear();
    join.analysis = {learn.save_analysis};
    join.overwrite = true;
    std::ostringstream hashes;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        Options write = join;
        write.join.clear();
        write.segment = segments[i];
        join.join.push_back(dir / ("piece" + std::to_string(i)));
        run_job(source, join.join.back(), write);
        write.hash = true;
        if (hashed) run_job(source, "", write, &hashes);
    }
    std::ranges::reverse(join.join);  // their order does not matter
    Made made{hashes.str(), content_of(learn.save_tracks), dir / ("joined" + extension), {}};
    made.report = run_job(source, made.output, join);
    return made;
}

std::vector<std::int64_t> key_pts(const std::string& path) {
    std::vector<std::int64_t> pts;
    for (const std::string& line : split(must_run({"ffprobe", "-v", "error", "-select_streams", "v:0", "-show_packets", "-show_entries", "packet=pts,flags", "-of", "csv=p=0", path}), '\n'))
        if (line.find('K') != std::string::npos) pts.push_back(std::stoll(line));
    return pts;
}

/// Times of all packets of a stream, without their order.
std::vector<std::string> packet_times(const std::string& path, const std::string& stream) {
    auto lines = split(must_run({"ffprobe", "-v", "error", "-select_streams", stream, "-show_packets", "-show_entries", "packet=pts,dts", "-of", "csv=p=0", path}), '\n');
    std::ranges::sort(lines);
    return lines;
}

std::string frames_of(const std::string& path) {
    const Finished finished = run({"ffmpeg", "-v", "warning", "-xerror", "-copyts", "-i", path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"});
    CHECK_MESSAGE(finished.status == 0, path);
    CHECK_MESSAGE(finished.err == "", path);
    return finished.out;
}

/// What --hash prints for a file of these frames.
std::string hash_lines(const std::string& path) {
    const auto pts = ffprobe_pts(path);
    std::string lines;
    std::size_t n = 0;
    for (const std::string& line : split(frames_of(path), '\n'))
        if (!line.empty() && line[0] != '#') lines += std::to_string(pts.at(n++)) + line.substr(line.rfind(' ')) + '\n';
    return lines;
}

void check_equal(const Made& made, const Made& whole) {
    CHECK(made.tracks == whole.tracks);
    for (const std::string stream : {"a", "s"}) {
        if (packet_times(whole.output, stream).empty()) continue;
        CHECK(stream_hash(made.output, "0:" + stream) == stream_hash(whole.output, "0:" + stream));
        CHECK(packet_times(made.output, stream) == packet_times(whole.output, stream));
    }
    CHECK(ffprobe_pts(made.output) == ffprobe_pts(whole.output));
    REQUIRE(made.report.streams.size() == whole.report.streams.size());
    CHECK(made.report.streams[0].frames == whole.report.streams[0].frames);
    CHECK(made.report.streams[0].frames_masked == whole.report.streams[0].frames_masked);
}

}  // namespace

TEST_CASE("one file done in 1, 2, 3 and 7 stretches gives the frames, tracks and other streams of one run") {
    const TempDir dir;
    const std::string source = dir / "clip.mkv";
    make_uneven_clip(source, "-c:v libx264 -bf 2 -x264-params keyint=8:min-keyint=1");
    Options options = options_of();
    options.video_codec = "ffv1";
    const Made whole = make_whole(dir, source, options, ".mkv");
    REQUIRE(whole.report.streams[0].tracks.tracks.size() >= 1);
    REQUIRE(whole.report.streams[0].frames_masked >= 20);
    const std::string decoded = frames_of(whole.output), hashes = hash_lines(whole.output);
    // The cut is at 1.28 s.
    for (const auto& segments : {parts(1), parts(2), parts(3), parts(7), {"-1.28", "1.28-"}, {"-0:00.7", "0.7-0.8", "0.8-9", "9-"}}) {
        CAPTURE(segments.size());
        const Made made = make_in_parts(dir, source, options, segments, ".mkv", segments.size() == 3);
        check_equal(made, whole);
        CHECK(frames_of(made.output) == decoded);
        if (segments.size() == 3) CHECK(made.hashes == hashes);
        std::filesystem::remove(made.output);
    }
}

TEST_CASE("marks stand in stretches where they stand in one run") {
    for (const std::string before : {",scale=320:180", ",crop=480:270:2*n:20,scale=240:136"}) {
        CAPTURE(before);
        const TempDir dir;
        const std::string source = dir / "clip.mkv";
        make_uneven_clip(source, "-c:v libx264 -bf 2 -x264-params keyint=8:min-keyint=1", before);
        Options options = options_of();
        options.video_codec = "ffv1";
        const std::string unmarked = frames_of(make_whole(dir, source, options, ".mkv").output);
        options.mark = "label";
        options.label = {"b(6)"};
        options.overwrite = true;
        const Made whole = make_whole(dir, source, options, ".mkv"), made = make_in_parts(dir, source, options, parts(3), ".mkv");
        CHECK(frames_of(whole.output) != unmarked);
        CHECK(frames_of(made.output) == frames_of(whole.output));
    }
}

TEST_CASE("stretches of a moving camera and other codecs join to whole files that decode without a word") {
    struct Case {
        std::string name, coding;
        std::string codec;  ///< of the result
        std::string format;
    };
    const Case cases[] = {
        {"b.mp4", "-c:v libx264 -bf 3 -x264-params keyint=8:min-keyint=1 -c:s mov_text", "", ""},
        {"open.mkv", "-c:v libx264 -bf 3 -x264-params keyint=8:open-gop=1", "", ""},
        {"h.mkv", "-c:v libx265 -preset ultrafast -x265-params keyint=8:log-level=error", "", ""},
        {"m.ts", "-c:v mpeg2video -g 6 -bf 2 -q:v 3 -sn", "", ""},
        {"v.mkv", "-c:v libvpx-vp9 -g 8 -cpu-used 8 -b:v 1M", "libx264", "mp4"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.name);
        const TempDir dir;
        const std::string source = dir / c.name, extension = c.format.empty() ? source.substr(source.rfind('.')) : "." + c.format;
        make_uneven_clip(source, c.coding, ",crop=480:270:2*n:20,scale=240:136");
        Options options = options_of(c.format);
        options.video_codec = c.codec;
        std::ofstream(dir / "hand.json") << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[{"id":1,"boxes":[
            {"pts":)" << ffprobe_pts(source).front() << R"(,"x":100,"y":45,"w":30,"h":35},{"pts":)" << ffprobe_pts(source).back() << R"(,"x":60,"y":40,"w":30,"h":35}]}]})";
        options.tracks = dir / "hand.json";
        const Made whole = make_whole(dir, source, options, extension), made = make_in_parts(dir, source, options, parts(3), extension);
        check_equal(made, whole);
        const auto count = [](const std::string& text) { return std::ranges::count(text, '\n'); };
        CHECK(count(frames_of(made.output)) == count(frames_of(whole.output)));
    }
}

TEST_CASE("before a moving camera stretches give the frames of one run, too: far references know what their halos show") {
    const TempDir dir;
    const std::string source = dir / "pan.mkv";
    make_clip(source, "-ss 2 -i media/sample.mkv -vf trim=end_frame=1,loop=150:1,setpts=N/25/TB,crop=320:180:1.5*n:40,format=yuv420p -r 25 "
                      "-c:v libx264 -x264-params keyint=10:min-keyint=1");
    const auto pts = ffprobe_pts(source);
    REQUIRE(pts.size() == 151);
    std::ofstream(dir / "hand.json") << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[{"id":1,"boxes":[
        {"pts":)" << pts.front() << R"(,"x":100,"y":45,"w":30,"h":35},{"pts":)" << pts.back() << R"(,"x":170,"y":60,"w":34,"h":40}]}]})";
    Options options = options_of();
    options.video_codec = "ffv1";
    options.tracks = dir / "hand.json";
    const Made whole = make_whole(dir, source, options, ".mkv"), made = make_in_parts(dir, source, options, parts(3), ".mkv");
    check_equal(made, whole);
    CHECK(frames_of(made.output) == frames_of(whole.output));
}

TEST_CASE("pieces that do not belong together are refused with a sentence, and nothing is written") {
    const TempDir dir;
    const std::string source = dir / "clip.mkv", other = dir / "other.mkv";
    make_clip(source, "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -c:v libx264 -g 10");
    make_clip(other, "-f lavfi -i testsrc=s=160x120:r=25:d=2 -c:v libx264 -g 10");
    std::ofstream(dir / "none.json") << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[]})";
    Options learn;
    learn.tracks = dir / "none.json";
    learn.regions = {{{40, 30, 40, 40}, {}, {}}};
    learn.analyse_only = true;
    learn.save_analysis = dir / "all";
    run_job(source, "", learn);
    Options write;
    write.regions = learn.regions;
    write.analysis = {dir / "all"};
    for (const std::string k : {"1", "2", "3"}) {
        write.segment = k + "/3";
        run_job(source, dir / ("p" + k), write);
    }
    const auto joined = [&](const std::string& from, std::vector<std::string> pieces, const std::string& crf = "") {
        Options join;
        for (const std::string& piece : pieces) join.join.push_back(dir / piece);
        if (!crf.empty()) join.encoder_options = {crf};
        return failure(from, dir / "out.mkv", join);
    };
    CHECK(joined(source, {"p1", "p3"}).find("p3 begins with frame") != std::string::npos);
    CHECK(joined(source, {"p1", "p2"}).find("the last one is missing") != std::string::npos);
    CHECK(joined(source, {"p1", "p2", "p2", "p3"}).find("give each piece once") != std::string::npos);
    CHECK(joined(other, {"p1", "p2", "p3"}).find("is a piece of another video") != std::string::npos);
    CHECK(joined(source, {"p1", "p2", "p3"}, "x264-params=cabac=0").find("give all runs the same ones") != std::string::npos);
    CHECK(joined(source, {"p1", "all", "p3"}).find("is no file of the kind that is wanted here") != std::string::npos);
    const std::string piece = content_of(dir / "p2");
    std::ofstream(dir / "cut", std::ios::binary) << piece.substr(0, piece.size() / 2);
    CHECK(joined(source, {"p1", "cut", "p3"}).find("is cut off or damaged") != std::string::npos);

    write.segment = "1/2";
    CHECK(failure(other, dir / "x", write).find("belongs to another video") != std::string::npos);
    write.margin = 0.9;
    CHECK(failure(source, dir / "x", write).find("was made with other options") != std::string::npos);
    CHECK(joined(source, {"p1", "p2", "p3"}) == "no failure");
    CHECK(dir.names() == std::vector<std::string>{"all", "clip.mkv", "cut", "none.json", "other.mkv", "out.mkv", "p1", "p2", "p3"});
}

TEST_CASE("each stretch is searched once, and what was seen by one detector is no help to another") {
    const TempDir dir;
    const std::string source = dir / "clip.mkv";
    make_uneven_clip(source, "-c:v libx264 -x264-params keyint=8:min-keyint=1");
    Options look = options_of();
    look.analyse_only = true;
    std::int64_t frames = 0, border = 0;
    const auto pts = ffprobe_pts(source);
    for (const std::int64_t key : key_pts(source)) border = border == 0 && key * 2 >= pts.front() + pts.back() ? key : border;
    for (const std::string k : {"1", "2"}) {
        look.segment = k + "/2";
        look.save_analysis = dir / k;
        look.save_tracks = dir / (k + ".json");
        const Report part = run_job(source, "", look);
        const bool second = k == "2";
        frames += part.streams[0].frames;
        for (const Track& track : read_tracks_file(look.save_tracks).tracks)
            for (const TrackBox& box : track.boxes) CHECK((box.pts >= border) == second);
    }
    CHECK(frames == 36);
    Options learn = options_of();
    learn.analyse_only = true;
    learn.save_tracks = dir / "tracks.json";
    learn.analysis = {dir / "1", dir / "2"};
    const Report report = run_job(source, "", learn);
    CHECK(report.streams[0].frames == 36);
    learn.detector = "haar";
    CHECK(failure(source, "", learn).find("holds what another detector saw") != std::string::npos);
}
