// The native filter, in the stock ffmpeg on a libavfilter that scripts/build-ffmpeg rebuilt (its ctest entry runs before this one).
#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/program.hpp"
#include "invisiblur/invisiblur.h"
#include "media/libav/handles.hpp"
#include "media/libav/pixel_layout.hpp"
#include "media/read/reader.hpp"
#include "support/at_hand.hpp"
#include "support/clips.hpp"
#include "support/pictures.hpp"
#include "support/raw_clip.hpp"
#include "support/still_there.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // ffmpeg is not
#else
constexpr bool kSanitized = false;
#endif

std::string ffmpeg() {
    const char* const folder = std::getenv("INVISIBLUR_BIN");
    return std::filesystem::absolute(std::string(folder ? folder : "build/bin") + "/ffmpeg-invisiblur").string();
}

bool can_run() {
    if (!kSanitized) return at_hand(std::filesystem::exists(ffmpeg()), "build/bin/ffmpeg-invisiblur is missing; run scripts/build-ffmpeg");
    MESSAGE("skipped: the library is sanitized");
    return false;
}

struct Room {
    TempDir dir;

    Room() { std::ofstream(dir / "none.json") << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[]})"; }

    Finished run(const std::string& line, const std::string& environment = "") const {
        return shell("cd " + dir.path().string() + " && " + environment + " " + ffmpeg() + " -nostdin -v warning -y " + line);
    }

    /// A line "stream, dts, pts, duration, size, hash" for each frame.
    std::string frames(const std::string& line) const {
        const Finished finished = run(line + " -fps_mode passthrough -f framemd5 -");
        CHECK_MESSAGE(finished.status == 0, finished.err);
        return finished.out;
    }
};

const std::string kSource = "-f lavfi -i testsrc2=s=96x64:r=25:d=2 ";

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// All frames of a clip through the C API, decoded as the program does.
std::vector<std::vector<std::vector<float>>> by_c_api(const std::string& path, const std::string& options) {
    const std::atomic<bool> go_on{false};
    av::Reader reader(path, Options(), go_on, av::Reader::Streams::video_only);
    const StreamShape& shape = reader.videos().at(0).shape;
    InvisiblurContext* context = nullptr;
    const InvisiblurStream stream = {shape.width, shape.height, 0, shape.time_base_num, shape.time_base_den, shape.frame_rate};
    REQUIRE_MESSAGE(invisiblur_open(&context, options.c_str(), &stream) == 0, invisiblur_error(nullptr));
    std::vector<std::vector<std::vector<float>>> pictures;
    const av::FramePtr out = av::make_frame();
    const auto take = [&] {
        while (invisiblur_receive_frame(context, out.get()) == 0) pictures.push_back(samples_of(av::view_of(*out)));
    };
    while (auto item = reader.next()) {
        REQUIRE(invisiblur_send_frame(context, item->frame.get()) == 0);
        take();
    }
    invisiblur_send_frame(context, nullptr);
    take();
    invisiblur_close(&context);
    return pictures;
}

}  // namespace

TEST_CASE("the filter's options are those of the one table") {
    const Finished table = transcode_command({"--print-table", "avoptions"});
    REQUIRE(table.status == 0);
    INFO("mend it with: invis-transcode --print-table avoptions > filter/ffmpeg/vf_invisiblur_options.h");
    CHECK(content_of("filter/ffmpeg/vf_invisiblur_options.h") == table.out);
}

TEST_CASE("what holds no face is what the filter null makes of it, however far it looks ahead") {
    if (!can_run()) return;
    Room room;
    for (const std::string format : {"yuv420p", "yuv422p10le", "nv12", "gbrp"}) {
        CAPTURE(format);
        const std::string source = kSource + "-vf format=" + format;
        const std::string expected = room.frames(source + ",null");
        CHECK(split(expected, '\n').size() > 50);
        for (const std::string lookahead : {"0", "1", "24", "200"}) {
            const std::string threads = lookahead == "0" ? "1" : lookahead == "1" ? "2" : "4";
            CHECK(room.frames("-filter_threads " + threads + " " + source + ",invisiblur=tracks=none.json:lookahead=" + lookahead) == expected);
        }
    }
    const std::string few = "-f lavfi -i testsrc2=s=96x64:r=25:d=0.4 -vf format=yuv420p";
    for (const std::string options : {"lookahead=3:threads=2", "lookahead=200:threads=1:min-face=24", "detector=haar:lookahead=0"})
        CHECK(room.frames(few + ",invisiblur=" + options) == room.frames(few));
}

TEST_CASE("uneven times, seeking, trimming, split and concat") {
    if (!can_run()) return;
    Room room;
    make_clip(room.dir / "in.mkv", "-f lavfi -i testsrc2=s=96x64:r=25:d=3 -f lavfi -i sine=d=3 -vf select='not(eq(mod(n,7),3))',setpts=PTS+0.3/TB -fps_mode "
                                   "passthrough -c:v libx264 -c:a flac");
    const std::string filter = "invisiblur=tracks=none.json:lookahead=9";
    for (const std::string input : {"-copyts -i in.mkv", "-ss 1.2 -i in.mkv", "-ss 0.5 -t 1 -i in.mkv"}) {
        CAPTURE(input);
        CHECK(room.frames(input + " -map 0 -vf " + filter) == room.frames(input + " -map 0 -vf null"));
    }
    for (const std::string graph : {"trim=end_frame=12,X", "X,trim=end_frame=12", "split[a][b];[a]X[c];[b]X[d];[c][d]hstack", "split[a][b];[a]X[c];[c][b]concat"}) {
        CAPTURE(graph);
        const auto with = [&](const std::string& name) {
            std::string text = graph;
            for (std::size_t at; (at = text.find('X')) != std::string::npos;) text.replace(at, 1, name);
            return text;
        };
        CHECK(room.frames("-i in.mkv -an -vf '" + with(filter) + "'") == room.frames("-i in.mkv -an -vf '" + with("null") + "'"));
    }
}

TEST_CASE("the timeline is that of the frame, not of the moment it comes out") {
    if (!can_run()) return;
    Room room;
    const std::string hide = "invisiblur=tracks=none.json:fill=solid:region='0,0,96,64'";
    const std::vector<std::string> plain = split(room.frames(kSource + "-vf format=yuv420p"), '\n');
    for (const std::string lookahead : {"0", "11"}) {
        const std::vector<std::string> some =
            split(room.frames(kSource + "-vf \"format=yuv420p," + hide + ":lookahead=" + lookahead + ":enable='between(n,5,9)'\""), '\n');
        REQUIRE(some.size() == plain.size());
        int changed = 0;
        std::size_t first = 0;
        for (std::size_t i = 0; i < plain.size(); ++i) {
            if (some[i] == plain[i]) continue;
            if (changed++ == 0) first = i;
        }
        CHECK(changed == 5);
        CHECK(contains(plain[first], "0,          5,          5,"));
    }
}

TEST_CASE("regions change by command, from the frame of the command on") {
    if (!can_run()) return;
    Room room;
    const std::string filter = "invisiblur=tracks=none.json:fill=solid";
    for (const std::string lookahead : {"0", "11"}) {
        CAPTURE(lookahead);
        const std::string tail = ":lookahead=" + lookahead;
        const auto commanded = [&](const std::string& commands, const std::string& more) {
            std::ofstream(room.dir / "commands.txt") << commands;  // in a file, since a graph has too many kinds of commas
            return room.frames(kSource + "-vf \"format=yuv420p,sendcmd=f=commands.txt," + filter + more + tail + "\"");
        };
        const auto timed = [&](const std::string& more) { return room.frames(kSource + "-vf \"format=yuv420p," + filter + more + tail + "\""); };
        CHECK(commanded("0.4 invisiblur region '10,8,30,20'; 0.8 invisiblur region '40,8,30,20';", "") ==
              timed(":region='10,8,30,20@0.4-0.8;40,8,30,20@0.8-'"));
        CHECK(commanded("0.4 invisiblur keep-region '10,8,30,20';", ":region='0,0,96,64'") == timed(":region='0,0,96,64':keep-region='10,8,30,20@0.4-'"));
        CHECK(commanded("0.4 invisiblur region '10,8,30';", ":region='0,0,96,64'") == timed(":region='0,0,96,64'"));  // refused: what held goes on
    }
    CHECK(contains(room.run("-h filter=invisiblur").out, "keep-region       <string>     ..FV.....T."));
}

TEST_CASE("a reference: what solid and mosaic make is the same everywhere") {
    if (!can_run()) return;
    Room room;
    std::string made =
        room.frames("-f lavfi -i color=s=96x64:r=5:d=1,format=yuv420p -vf \"geq=lum='mod(X*3+Y*5+N*7,200)+16':cb=128:cr=128,invisiblur=tracks=none.json:"
                    "fill=solid=00FF00:region='10,8,31,21;60,30,20,20@0.4-0.8'\"");
    made.erase(0, made.find("#tb"));  // what is before names the version
    INFO("mend it with this, if it is right:\n", made);
    CHECK(content_of("tests/filter/native_filter.framemd5") == made);
}

TEST_CASE("the same tracks and plate: transcoder, filter and C API give the same pixels") {
    if (!can_run()) return;
    Room room;
    make_face_clip(room.dir / "in.mkv", 16);
    write_tracks_file(room.dir / "faces.json", faces_of(room.dir / "in.mkv", room.dir.path().string()));
    must_run({"ffmpeg", "-v", "error", "-i", "media/sample.mkv", "-frames:v", "1", room.dir / "scene.png"});
    for (const std::string plate : {"scene.png", "auto", "none"}) {
        CAPTURE(plate);
        const std::string scene = plate == "scene.png" ? room.dir / plate : plate;
        std::vector<std::string> arguments = {"-q", "-y", "--tracks", room.dir / "faces.json", "--plate", scene, "-c:v", "ffv1", "-o", room.dir / "a.mkv",
                                              room.dir / "in.mkv"};
        if (plate == "auto") arguments.insert(arguments.begin(), {"--passes", "1"});  // what two passes learn of a film no filter can know
        const Finished transcoded = transcode_command(arguments);
        REQUIRE_MESSAGE(transcoded.status == 0, transcoded.err);
        const std::string options = "tracks=" + (room.dir / "faces.json") + ":plate=" + scene;
        const Finished filtered = room.run("-i in.mkv -vf invisiblur=" + options + " -c:v ffv1 b.mkv");
        REQUIRE_MESSAGE(filtered.status == 0, filtered.err);
        RawClip a = read_clip(room.dir / "a.mkv", "yuv420p", 640, 360);
        const RawClip b = read_clip(room.dir / "b.mkv", "yuv420p", 640, 360), in = read_clip(room.dir / "in.mkv", "yuv420p", 640, 360);
        REQUIRE(a.frames.size() == 16);
        CHECK(a.frames == b.frames);
        CHECK(a.frames != in.frames);
        const auto c = by_c_api(room.dir / "in.mkv", options);
        REQUIRE(c.size() == 16);
        for (std::size_t n = 0; n < c.size(); ++n) CHECK(c[n] == samples_of(a.view(n)));
    }
}

TEST_CASE("what a first pass learned: filter and C API give the pixels of two passes") {
    if (!can_run()) return;
    Room room;
    make_face_clip(room.dir / "in.mkv", 16);
    const std::string in = room.dir / "in.mkv", learned = room.dir / "in.analysis";
    write_tracks_file(room.dir / "faces.json", faces_of(in, room.dir.path().string()));
    const Finished first = transcode_command({"-q", "--analyse-only", "--tracks", room.dir / "faces.json", "--save-analysis", learned, in});
    REQUIRE_MESSAGE(first.status == 0, first.err);
    const Finished second = transcode_command({"-q", "-y", "--analysis", learned, "-c:v", "ffv1", "-o", room.dir / "a.mkv", in});
    REQUIRE_MESSAGE(second.status == 0, second.err);
    RawClip a = read_clip(room.dir / "a.mkv", "yuv420p", 640, 360);
    REQUIRE(a.frames.size() == 16);
    CHECK(a.frames != read_clip(in, "yuv420p", 640, 360).frames);
    // The clock of the second one begins elsewhere.
    for (const std::string input : {"-i in.mkv", "-itsoffset 5 -copyts -i in.mkv"}) {
        CAPTURE(input);
        const Finished filtered = room.run(input + " -vf invisiblur=analysis=in.analysis -c:v ffv1 b.mkv");
        REQUIRE_MESSAGE(filtered.status == 0, filtered.err);
        CHECK(read_clip(room.dir / "b.mkv", "yuv420p", 640, 360).frames == a.frames);
    }
    const auto c = by_c_api(in, "analysis=" + learned);
    REQUIRE(c.size() == 16);
    for (std::size_t n = 0; n < c.size(); ++n) CHECK(c[n] == samples_of(a.view(n)));
    const auto refuses = [&](const std::string& input, const std::string& options, const std::string& word) {
        const Finished finished = room.run(input + " -vf invisiblur=analysis=in.analysis" + options + " -c:v ffv1 c.mkv");
        CHECK(finished.status != 0);
        CHECK_MESSAGE(contains(finished.err, word), finished.err);
    };
    refuses("-ss 0.2 -i in.mkv", "", "is of 16");
    refuses("-r 10 -i in.mkv", "", "frame 1 is not the one");
    refuses("-f lavfi -i color=s=96x64:r=5:d=1", "", "96x64");
    refuses("-i in.mkv", ":margin=0.4", "other options");
}

TEST_CASE("faces go; boxes come out as side data and go in the same way") {
    if (!can_run()) return;
    Room room;
    make_face_clip(room.dir / "in.mkv", 10);
    const Tracks faces = faces_of(room.dir / "in.mkv", room.dir.path().string());
    for (const std::string graph : {"invisiblur=lookahead=6", "invisiblur=mode=detect:lookahead=6,drawbox=box_source=side_data_detection_bboxes:t=fill",
                                    "invisiblur=mode=detect:lookahead=6,invisiblur=detector=sidedata:lookahead=6"}) {
        CAPTURE(graph);
        const Finished finished = room.run("-i in.mkv -vf " + graph + ",format=yuv420p -c:v ffv1 out.mkv");
        REQUIRE_MESSAGE(finished.status == 0, finished.err);
        const Seen seen = compare_faces(room.dir / "in.mkv", room.dir / "out.mkv", faces);
        CHECK(seen.frames == 10);
        CHECK(seen.faces >= 10);
        CHECK(seen.still_there == 0);
    }
    CHECK(room.frames("-i in.mkv -vf invisiblur=mode=detect") == room.frames("-i in.mkv"));
    const Finished blind = room.run("-i in.mkv -vf invisiblur=detector=sidedata -f null -");
    CHECK(blind.status == 0);
    CHECK(contains(blind.err, "no frame had detection boxes"));
}

TEST_CASE("errors end ffmpeg, with the library's own sentence") {
    if (!can_run()) return;
    Room room;
    const auto fails = [&](const std::string& options, const std::string& word, const std::string& environment = "") {
        const Finished finished = room.run(kSource + "-vf invisiblur=" + options + " out.mkv", environment);
        CHECK(finished.status == 1);
        CHECK_MESSAGE(contains(finished.err, word), finished.err);
    };
    fails("lookahead=1", "gone.onnx", "INVISIBLUR_MODEL=/nowhere/gone.onnx");
    fails("min-face=2", "from 4 to 4096");
    fails("fill=glitter", "glitter");
    fails("crf=20", "crf");
    fails("tracks=/nowhere/gone.json", "gone.json");
    // in mid-stream: frames of another size, which nobody scales
    make_clip(room.dir / "a.m2v", "-f lavfi -i testsrc2=s=160x120:r=25:d=0.4 -c:v mpeg2video");
    make_clip(room.dir / "b.m2v", "-f lavfi -i testsrc2=s=320x240:r=25:d=0.4 -c:v mpeg2video");
    shell("cd " + room.dir.path().string() + " && cat a.m2v b.m2v > in.m2v");
    const Finished changed = room.run("-reinit_filter 0 -i in.m2v -vf invisiblur=tracks=none.json -f null -");
    CHECK(changed.status != 0);
    CHECK_MESSAGE(contains(changed.err, "320x240"), changed.err);
}

TEST_CASE("a size that changes in mid-stream starts the filter anew, and nothing passes unseen") {
    if (!can_run()) return;
    Room room;
    make_clip(room.dir / "a.m2v", "-f lavfi -i color=white:s=160x120:r=25:d=0.4 -c:v mpeg2video");
    make_clip(room.dir / "b.m2v", "-f lavfi -i color=white:s=320x240:r=25:d=0.4 -c:v mpeg2video");
    shell("cd " + room.dir.path().string() + " && cat a.m2v b.m2v > in.m2v");
    for (const std::string lookahead : {"0", "5"}) {
        const Finished levels = room.run("-i in.m2v -vf \"invisiblur=tracks=none.json:fill=solid:region='0,0,320,240':lookahead=" + lookahead +
                                         ",signalstats,metadata=print:key=lavfi.signalstats.YMAX:file=-\" -f null -");
        CHECK(levels.status == 0);
        CHECK(contains(levels.out, "YMAX=16"));
        CHECK(!contains(levels.out, "YMAX=235"));
    }
}
