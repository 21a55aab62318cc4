#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "invisiblur/transcode.hpp"
#include "support/clips.hpp"
#include "support/listener.hpp"
#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// Something is hidden in the third second of five, and nothing is detected.
Options hidden_second(const TempDir& dir) {
    std::ofstream(dir / "none.json") << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[]})";
    Options options;
    options.tracks = dir / "none.json";
    options.plate = "none";
    options.regions = {{{40, 30, 40, 40}, 2.0, 3.0}};
    return options;
}

Report run_job(const std::string& source, const std::string& output, const Options& options, Listener& listener) {
    return transcode({.input = source, .output = output, .options = options}, listener);
}

std::string failure(const std::string& source, const std::string& output, const Options& options) {
    try {
        Listener listener;
        run_job(source, output, options, listener);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "no failure";
}

std::multiset<std::string> packet_hashes(const std::string& path) {
    std::istringstream lines(must_run({"ffprobe", "-v", "error", "-select_streams", "v:0", "-show_packets", "-show_data_hash", "md5",
                                       "-show_entries", "packet=data_hash", "-of", "csv=p=0", path}));
    std::multiset<std::string> hashes;
    for (std::string line; std::getline(lines, line);)
        if (const auto at = line.find("MD5:"); at != std::string::npos) hashes.insert(line.substr(at, 36));
    return hashes;
}

std::int64_t common(const std::multiset<std::string>& a, const std::multiset<std::string>& b) {
    std::vector<std::string> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return static_cast<std::int64_t>(both.size());
}

/// Hashes of all decoded frames in order; any message of the decoder is a failure.
std::vector<std::string> frame_hashes(const std::string& path) {
    const Finished finished = run({"ffmpeg", "-v", "warning", "-xerror", "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framemd5", "-"});
    CHECK_MESSAGE(finished.status == 0, path);
    CHECK_MESSAGE(finished.err == "", path);
    std::vector<std::string> hashes;
    std::istringstream lines(finished.out);
    for (std::string line; std::getline(lines, line);)
        if (!line.starts_with("#")) hashes.push_back(line.substr(line.rfind(' ') + 1));
    return hashes;
}

/// The least luma PSNR of any frame of a against the same of b.
double least_psnr(const TempDir& dir, const std::string& a, const std::string& b) {
    must_run({"ffmpeg", "-v", "error", "-i", a, "-i", b, "-lavfi",
              "[0:v]setpts=N/25/TB,format=yuv420p[a];[1:v]setpts=N/25/TB,format=yuv420p[b];[a][b]psnr=stats_file=" + (dir / "psnr"), "-f", "null", "-"});
    std::ifstream stats(dir / "psnr");
    double least = 1000;
    for (std::string line; std::getline(stats, line);) {
        const auto at = line.find("psnr_y:");
        const std::string value = line.substr(at + 7, line.find(' ', at) - at - 7);
        if (value != "inf") least = std::min(least, std::stod(value));
    }
    return least;
}

struct Case {
    std::string name;
    std::string coding;
    std::int64_t least_copied;
    std::int64_t changed_heads = 0;  ///< HEVC: open key pictures behind a joint get another type
    double quality_db = 38;
};

}  // namespace

TEST_CASE("groups of pictures without a mask are the source's packets, and all frames decode to what they should") {
    const TempDir dir;
    const Case cases[] = {
        {"a.mp4", "-c:v libx264 -g 25 -c:a aac", 75},
        {"b.mkv", "-c:v libx264 -g 25 -bf 0 -c:a aac", 75},
        {"c.ts", "-c:v libx264 -g 25 -c:a aac", 75},
        {"main.mp4", "-c:v libx264 -profile:v main -x264-params keyint=25:b-pyramid=none:sps-id=3", 75},
        {"open.mp4", "-c:v libx264 -x264-params keyint=25:open-gop=1", 40},
        {"open.mkv", "-c:v libx265 -preset fast -x265-params keyint=25:log-level=error", 70, 1},
        {"open.ts", "-c:v libx265 -preset fast -x265-params keyint=25:log-level=error", 70, 1},
        {"hvc1.mp4", "-c:v libx265 -preset fast -tag:v hvc1 -x265-params keyint=25:open-gop=0:log-level=error", 75},
        {"mpeg2.ts", "-c:v mpeg2video -q:v 2 -g 12 -bf 2 -c:a mp2", 80},
        {"mjpeg.avi", "-c:v mjpeg -q:v 2", 95},
        {"prores.mov", "-c:v prores_ks -profile:v 3", 95},
        {"vp9.webm", "-c:v libvpx-vp9 -g 25 -b:v 2M -cpu-used 8 -an", 75, 0, 34},
        {"ffv1.mkv", "-c:v ffv1 -level 3 -slicecrc 1", 80, 0, 999},
        {"huffyuv.mkv", "-c:v huffyuv -pix_fmt yuv422p", 95, 0, 999},
    };
    for (const Case& c : cases) {
        CAPTURE(c.name);
        const std::string source = dir / c.name, joined = dir / ("joined_" + c.name), whole = dir / ("whole_" + c.name);
        make_clip(source, "-f lavfi -i testsrc2=s=160x120:r=25:d=5 -f lavfi -i sine=d=5 " + c.coding);
        Options options = hidden_second(dir);
        Listener listener;
        run_job(source, whole, options, listener);
        options.copy_unchanged = true;
        const Report report = run_job(source, joined, options, listener);
        CHECK(listener.warnings == "");
        const StreamReport& stream = report.streams.at(0);
        CHECK(stream.frames_masked >= 25);
        CHECK(stream.frames_copied >= c.least_copied);
        CHECK(stream.frames_copied + stream.frames_masked <= stream.frames);
        CHECK(common(packet_hashes(source), packet_hashes(joined)) >= stream.frames_copied - c.changed_heads);
        CHECK(ffprobe_times(joined) == ffprobe_times(source));
        const std::vector<std::string> before = frame_hashes(source), after = frame_hashes(joined);
        REQUIRE(before.size() == after.size());
        std::int64_t same = 0;
        for (std::size_t i = 0; i < before.size(); ++i) same += before[i] == after[i] ? 1 : 0;
        CHECK(same >= stream.frames_copied);
        CHECK(same <= stream.frames - stream.frames_masked);
        CHECK(least_psnr(dir, joined, whole) >= c.quality_db);
    }
}

TEST_CASE("a source that stores no times of decoding, several faces' places, and a face in the first and the last frame") {
    const TempDir dir;
    make_clip(dir / "in.mkv", "-f lavfi -i testsrc2=s=160x120:r=25:d=6 -c:v libx264 -g 12");
    Options options = hidden_second(dir);
    options.copy_unchanged = true;
    options.regions = {{{40, 30, 40, 40}, std::nullopt, 0.1}, {{20, 20, 30, 30}, 2.0, 2.1}, {{20, 20, 30, 30}, 4.0, 4.1}, {{40, 30, 40, 40}, 5.9, std::nullopt}};
    Listener listener;
    const Report report = run_job(dir / "in.mkv", dir / "out.mkv", options, listener);
    CHECK(report.streams.at(0).frames_copied >= 90);
    CHECK(ffprobe_times(dir / "out.mkv") == ffprobe_times(dir / "in.mkv"));
    CHECK(frame_hashes(dir / "out.mkv").size() == 150);
    CHECK(common(packet_hashes(dir / "in.mkv"), packet_hashes(dir / "out.mkv")) == report.streams.at(0).frames_copied);
}

TEST_CASE("what cannot be joined is refused with the reason before any work") {
    const TempDir dir;
    const std::string picture = "-f lavfi -i testsrc2=s=160x120:r=25:d=1 ";
    Options options = hidden_second(dir);
    options.copy_unchanged = true;
    make_clip(dir / "a.mp4", picture + "-c:v mpeg4");
    CHECK(failure(dir / "a.mp4", dir / "o.mp4", options).find("mpeg4 has one header for the whole stream") != std::string::npos);
    make_clip(dir / "b.avi", picture + "-c:v libx264");
    CHECK(failure(dir / "b.avi", dir / "o.avi", options).find("AVI does not say when each picture is shown") != std::string::npos);
    make_clip(dir / "c.mkv", picture + "-c:v ffv1 -level 3 -slices 12");
    CHECK(failure(dir / "c.mkv", dir / "o.mkv", options).find("there can be one only") != std::string::npos);
    make_clip(dir / "d.mp4", picture + "-c:v libx264");
    options.video_codec = "libx265";
    CHECK(failure(dir / "d.mp4", dir / "o.mp4", options).find("the source is h264 and what is encoded anew hevc") != std::string::npos);
    options.video_codec = "";
    options.passes = "1";
    CHECK(failure(dir / "d.mp4", dir / "o.mp4", options).find("--passes 1") != std::string::npos);
    CHECK(dir.names() == std::vector<std::string>{"a.mp4", "b.avi", "c.mkv", "d.mp4", "none.json"});
}

TEST_CASE("where every group of pictures hides something, all is encoded anew, with a word about it only where it could be otherwise") {
    const TempDir dir;
    make_clip(dir / "in.mp4", "-f lavfi -i testsrc2=s=160x120:r=25:d=3 -c:v libx264 -x264-params keyint=25:open-gop=1");
    Options options = hidden_second(dir);
    options.copy_unchanged = true;
    options.regions = {{{40, 30, 40, 40}, 0.0, 0.5}};
    Listener listener;
    const Report report = run_job(dir / "in.mp4", dir / "out.mp4", options, listener);
    CHECK(report.streams.at(0).frames_copied == 0);
    CHECK(listener.warnings.find("no group of pictures without a face can be joined") != std::string::npos);
    CHECK(ffprobe_times(dir / "out.mp4") == ffprobe_times(dir / "in.mp4"));
}
