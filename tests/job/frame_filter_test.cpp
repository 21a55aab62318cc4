// --vf and --vf-after: the user's own filters before the analysis and after the last picture is finished. ffmpeg is the oracle.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "invisiblur/transcode.hpp"
#include "support/clips.hpp"
#include "support/process.hpp"
#include "support/quiet.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// No face at all, so that no network is needed and each pixel is the filters'.
struct Room {
    TempDir dir;
    Options options;

    Room() {
        std::ofstream(dir / "none.json") << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[]})";
        options.tracks = dir / "none.json";
        options.video_codec = "ffv1";
    }

    Report run(const std::string& vf, const std::string& vf_after, const std::string& in = "in.mp4", const std::string& out = "out.mkv") {
        Options all = options;
        all.vf = vf;
        all.vf_after = vf_after;
        all.overwrite = true;
        Quiet quiet;
        return transcode({dir / in, dir / out, all}, quiet);
    }

    std::string failure(const std::string& vf, const std::string& vf_after, const std::string& in = "in.mp4") {
        std::filesystem::remove(dir / "out.mkv");
        try {
            run(vf, vf_after, in);
        } catch (const std::exception& error) {
            CHECK(!std::filesystem::exists(dir / "out.mkv"));
            return error.what();
        }
        return "no failure";
    }

    /// The same by ffmpeg.
    void expect(const std::string& graph, const std::string& in = "in.mp4", const std::string& clock = "0") {
        must_run({"ffmpeg", "-v", "error", "-y", "-copyts", "-noautorotate", "-i", dir / in, "-map", "0:v", "-vf", graph, "-fps_mode", "passthrough",
                  "-enc_time_base", clock, "-c:v", "ffv1", dir / "expected.mkv"});
    }

    std::string pictures(const std::string& name) {
        return must_run({"ffmpeg", "-v", "error", "-i", dir / name, "-map", "0:v", "-f", "md5", "-"});
    }

    void same_as_expected(const std::string& out = "out.mkv") {
        CHECK(pictures(out) == pictures("expected.mkv"));
        CHECK(ffprobe_times(dir / out) == ffprobe_times(dir / "expected.mkv"));
        for (const char* key : {"width", "height", "pix_fmt", "sample_aspect_ratio", "r_frame_rate"})
            CHECK_MESSAGE(ffprobe_value(dir / out, "v:0", key) == ffprobe_value(dir / "expected.mkv", "v:0", key), key);
    }
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what filters make, before or after, is what ffmpeg makes: pixels, times, size, aspect, rate") {
    Room room;
    make_clip(room.dir / "in.mp4", "-f lavfi -i testsrc2=s=160x120:r=50:d=1 -f lavfi -i sine=d=1 -vf tinterlace=interleave_top -c:v libx264 "
                                   "-flags +ildct+ilme -aspect 16:9 -c:a aac");
    for (const std::string graph : {"yadif", "yadif=send_field,scale=322:-2", "fps=10", "hflip", "setsar=2", "format=rgb24", "trim=start_frame=5",
                                    "split[a][b];[a]crop=80:120:0:0[c];[b]crop=80:120:80:0[d];[c][d]hstack", "tmix=frames=3"}) {
        CAPTURE(graph);
        room.expect(graph);
        room.run(graph, "");
        room.same_as_expected();
        room.run("", graph);
        room.same_as_expected();
        CHECK(stream_hash(room.dir / "out.mkv", "0:a") == stream_hash(room.dir / "in.mp4", "0:a"));
    }
    room.run("yadif", "");
    CHECK(ffprobe_value(room.dir / "out.mkv", "v:0", "field_order") == "progressive");
    room.expect("yadif,scale=80:60,hflip");
    room.run("yadif,scale=80:60", "hflip");
    room.same_as_expected();
}

TEST_CASE("a field rate reaches containers that count: MP4 and AVI") {
    Room room;
    make_clip(room.dir / "in.mp4", "-f lavfi -i testsrc2=s=160x120:r=50:d=1 -vf tinterlace=interleave_top -c:v libx264 -flags +ildct+ilme");
    room.options.video_codec = "mpeg4";
    for (const std::string out : {"out.mp4", "out.avi"}) {
        CAPTURE(out);
        room.run("yadif=send_field", "", "in.mp4", out);
        CHECK(ffprobe_value(room.dir / out, "v:0", "r_frame_rate") == "50/1");
        CHECK(ffprobe_value(room.dir / out, "v:0", "nb_frames") == "50");
    }
}

TEST_CASE("tracks, regions and reports are those of the filtered picture, in both passes") {
    Room room;
    make_clip(room.dir / "in.mp4", "-f lavfi -i testsrc2=s=160x120:r=25:d=0.4 -c:v libx264 -qp 0");
    room.options.regions.push_back({{16, 8, 32, 24}, {}, {}});
    room.options.fill = "solid=808080";
    for (const std::string passes : {"1", "2"}) {
        room.options.passes = passes;
        const Report report = room.run("scale=80:60:flags=neighbor,transpose=clock", "");
        CHECK(report.streams.at(0).tracks.source.width == 60);
        CHECK(report.streams.at(0).tracks.source.height == 80);
        CHECK(report.streams.at(0).frames_masked == 10);
        const std::string levels = must_run({"ffmpeg", "-v", "error", "-i", room.dir / "out.mkv", "-vf",
                                             "crop=32:24:16:8,format=gray,signalstats,metadata=print:file=-", "-f", "null", "-"});
        for (const char* level : {"YMIN", "YMAX"}) {
            const std::size_t found = levels.find(level);
            REQUIRE(found != std::string::npos);
            CHECK_MESSAGE(std::abs(std::stoi(levels.substr(found + 5)) - 126) < 4, levels);
        }
    }
}

TEST_CASE("uneven times stay, and a time that a filter takes away is made anew") {
    Room room;
    make_clip(room.dir / "in.mkv", "-f lavfi -i testsrc2=s=96x64:r=25:d=1 -vf select='not(eq(mod(n,7),3))',setpts=PTS+0.85/TB -fps_mode passthrough -c:v ffv1");
    for (const std::string graph : {"hflip", "setpts=PTS/2"}) {
        CAPTURE(graph);
        room.expect(graph, "in.mkv", "1:1000");
        room.run(graph, "", "in.mkv");
        room.same_as_expected();
        room.run("", graph, "in.mkv");
        room.same_as_expected();
    }
    room.run("setpts=NAN", "", "in.mkv");
    CHECK(ffprobe_times(room.dir / "out.mkv").size() == ffprobe_times(room.dir / "in.mkv").size());
}

TEST_CASE("a size that changes in mid-stream: the graph is built anew, and must bring it to one size") {
    Room room;
    make_clip(room.dir / "a.m2v", "-f lavfi -i testsrc2=s=160x120:r=25:d=0.4 -c:v mpeg2video -q:v 2");
    make_clip(room.dir / "b.m2v", "-f lavfi -i testsrc2=s=320x240:r=25:d=0.4 -c:v mpeg2video -q:v 2");
    shell("cat " + (room.dir / "a.m2v") + " " + (room.dir / "b.m2v") + " > " + (room.dir / "in.m2v"));
    CHECK(room.run("", "", "in.m2v").streams.at(0).frames == 19);
    CHECK(contains(room.failure("hflip", "", "in.m2v"), "scale=160:120"));
    CHECK(room.run("tmix=frames=3,scale=160:120", "", "in.m2v").streams.at(0).frames == 19);  // tmix holds frames that must not be lost
    CHECK(ffprobe_times(room.dir / "out.mkv").size() == 19);  // ffmpeg's decoder drops one itself where the size changes
}

TEST_CASE("a graph that cannot be is refused before any work, with libavfilter's own reason") {
    Room room;
    make_clip(room.dir / "in.mp4", "-f lavfi -i testsrc2=s=96x64:r=25:d=0.2 -c:v libx264");
    const std::pair<std::string, std::string> wrong[] = {
        {"nonsense", "No such filter"}, {"scale=w=abc", "abc"}, {"split", "do not work"}, {"anullsrc", "nullsrc"}, {"crop=900:900", "crop"}};
    for (const auto& [graph, word] : wrong) {
        CAPTURE(graph);
        const std::string before = room.failure(graph, ""), after = room.failure("", graph);
        CHECK_MESSAGE((contains(before, word) && contains(before, "--vf \"")), before);
        CHECK_MESSAGE((contains(after, word) && contains(after, "--vf-after \"")), after);
    }
    room.options.hash = true;
    CHECK(contains(room.failure("", "nonsense"), "No such filter"));
}
