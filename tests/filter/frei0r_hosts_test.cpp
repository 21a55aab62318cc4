// The frei0r plugin in real hosts: Debian's ffmpeg, MLT's melt and GStreamer. Each turns a clip with faces into one without, and lets
// nothing through where the model is missing. scripts/packages-tests.txt names the hosts.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "support/at_hand.hpp"
#include "support/clips.hpp"
#include "support/process.hpp"
#include "support/still_there.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kFrames = 10;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // such a plugin needs a sanitized host
#else
constexpr bool kSanitized = false;
#endif

std::string plugin_folder() {
    const char* const folder = std::getenv("INVISIBLUR_BIN");
    return std::string(folder ? folder : "build/bin") + "/../lib/frei0r-1";
}

bool can_run(const std::string& program) {
    if (!kSanitized) return at_hand(shell("command -v " + program).status == 0, "there is no " + program + "; scripts/setup tests installs it");
    MESSAGE("skipped: the plugin is sanitized");
    return false;
}

/// A clip with faces, and one line of shell that takes them out.
struct Host {
    TempDir folder;
    std::string clip = folder / "in.mkv", out = folder / "out.mkv";

    Host() {
        make_face_clip(clip, kFrames);
        make_face_clip(folder / "in.y4m", kFrames, "-f yuv4mpegpipe -c:v wrapped_avframe");
    }

    Finished run(const std::string& line, const std::string& environment = "") const {
        return shell("cd " + folder.path().string() + " && export FREI0R_PATH=" + plugin_folder() + " " + environment + " && " + line);
    }

    /// A host that dies of a signal is started a second time: melt was seen to, once in some hundred runs. Twice is a failure.
    Finished run_whole(const std::string& line) const {
        Finished finished = run(line);
        if (finished.status <= kKilled) return finished;
        MESSAGE("the host died of signal " << finished.status - kKilled << "; once more");
        std::filesystem::remove(out);
        return run(line);
    }

    void hides_faces(const std::string& line) {
        const Finished finished = run_whole(line);
        REQUIRE_MESSAGE(finished.status == 0, finished.err);
        const Seen seen = compare_faces(clip, out, faces_of(clip, folder.path().string()));
        CHECK(seen.frames == kFrames);
        CHECK(seen.faces >= kFrames);
        CHECK(seen.still_there == 0);
    }

    /// Without the model: no output, or one in which no face is.
    void leaks_nothing(const std::string& line, bool stops) {
        std::filesystem::remove(out);
        const Finished finished = run(line, "INVISIBLUR_MODEL=/nowhere/gone.onnx");
        CHECK(finished.status == (stops ? 1 : 0));
        CHECK_MESSAGE(finished.err.find("gone.onnx") != std::string::npos, finished.err);
        if (stops || !std::filesystem::exists(out)) return;
        const Seen seen = compare_faces(clip, out, faces_of(clip, folder.path().string()));
        CHECK(seen.frames > 0);
        CHECK(seen.still_there == 0);
    }
};

const std::string kMelt = "melt in.mkv -silent -filter frei0r.invisiblur -consumer avformat:out.mkv vcodec=ffv1 an=1 real_time=-1";
const std::string kGStreamer =
    "GST_REGISTRY=$PWD/registry gst-launch-1.0 -q filesrc location=in.y4m ! y4mdec ! videoconvert ! frei0r-filter-invisiblur ! videoconvert ! "
    "video/x-raw,format=I420 ! y4menc ! filesink location=out.y4m && ffmpeg -v error -y -i out.y4m -c:v ffv1 out.mkv";

}  // namespace

TEST_CASE("ffmpeg: no face is left; without the model it ends with status 1") {
    if (!can_run("ffmpeg")) return;
    Host host;
    const std::string line = "ffmpeg -v error -y -i in.mkv -vf frei0r=invisiblur,format=yuv420p -c:v ffv1 out.mkv";
    host.hides_faces(line);
    host.leaks_nothing(line, true);
}

TEST_CASE("melt: no face is left; without the model the picture is black") {
    if (!can_run("melt")) return;
    Host host;
    host.hides_faces(kMelt);
    host.leaks_nothing(kMelt, false);
}

TEST_CASE("melt: several render threads, cuts out of order and a film that runs backwards: no face is left") {
    if (!can_run("melt")) return;
    Host host;
    const std::string consumer = " vcodec=ffv1 an=1 real_time=";
    const std::vector<std::pair<std::string, std::string>> edits = {
        {"in.mkv", "-4"}, {"in.mkv in=6 out=9 in.mkv in=0 out=5", "-1"}, {"in.mkv in=6 out=9 in.mkv in=0 out=5", "-4"}, {"timewarp:-1:in.mkv", "-1"}};
    for (const auto& [edit, threads] : edits) {
        CAPTURE(edit);
        CAPTURE(threads);
        const std::string plain = host.folder / "plain.mkv";
        REQUIRE(host.run_whole("rm -f out.mkv plain.mkv && melt " + edit + " -silent -consumer avformat:plain.mkv" + consumer + "-1").status == 0);
        REQUIRE(host.run_whole("melt " + edit + " -silent -filter frei0r.invisiblur -consumer avformat:out.mkv" + consumer + threads).status == 0);
        const Seen seen = compare_faces(plain, host.out, faces_of(plain, host.folder.path().string()));
        CHECK(seen.frames == kFrames);
        CHECK(seen.faces >= kFrames);
        CHECK(seen.still_there == 0);
    }
}

TEST_CASE("melt understands the parameters by the names and in the notation that Kdenlive is told") {
    if (!can_run("melt")) return;
    Host host;
    const Finished names = host.run("grep -o 'type=\"[a-z]*\" name=\"[a-z-]*\" default=\"[^\"]*\"' " + plugin_folder() +
                                    "/../../share/kdenlive/effects/frei0r_invisiblur.xml | sed -E 's/.* name=(.*) default=(.*)/\\1=\\2/; s/\"//g'");
    std::string parameters;
    std::istringstream lines(names.out);
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) parameters += " '" + line + "'";
    CHECK(count > 20);
    host.hides_faces("melt in.mkv -silent -filter frei0r.invisiblur" + parameters + " -consumer avformat:out.mkv vcodec=ffv1 an=1 real_time=-1");
    std::filesystem::remove(host.out);
    host.hides_faces("melt in.mkv -silent -filter frei0r.invisiblur fill=solid min-face=30 -consumer avformat:out.mkv vcodec=ffv1 an=1 real_time=-1");
}

TEST_CASE("GStreamer: no face is left; without the model the picture is black") {
    if (!can_run("gst-launch-1.0")) return;
    Host host;
    host.hides_faces(kGStreamer);
    host.leaks_nothing(kGStreamer, false);
}

TEST_CASE("ffmpeg's padded rows: what holds no face is the same at any width") {
    if (!can_run("ffmpeg")) return;
    Host host;
    for (const std::string size : {"641x359", "636x476", "642x362", "1366x768", "1x1", "2x2"}) {
        CAPTURE(size);
        const std::string source = "ffmpeg -v error -f lavfi -i color=s=64x48:r=10:d=0.2,noise=alls=90:allf=t,scale=" + size + ",format=rgba";
        const Finished with = host.run(source + " -vf frei0r=invisiblur:rgb -f framemd5 -"), without = host.run(source + " -f framemd5 -");
        CHECK(with.status == 0);
        CHECK(with.out == without.out);
        CHECK(without.out.find("\n0,          1,") != std::string::npos);
    }
}

TEST_CASE("ffmpeg: a wrong parameter blanks every frame and says so once") {
    if (!can_run("ffmpeg")) return;
    Host host;
    const Finished finished = host.run("ffmpeg -v error -y -i in.mkv -vf 'frei0r=invisiblur:rgb|0||gullible' -c:v ffv1 out.mkv");
    CHECK(finished.err.find("gullible") != std::string::npos);
    CHECK(finished.err.find("invisiblur:") == finished.err.rfind("invisiblur:"));
    const Finished levels = host.run("ffmpeg -v error -i out.mkv -vf signalstats,metadata=print:file=- -f null - | grep YMAX | sort -u");
    CHECK(levels.out == "lavfi.signalstats.YMAX=16\n");
}

TEST_CASE("ffmpeg-invisible: no face is left, all else is exact, nothing is lost, the colour tags stay") {
    if (!can_run("ffmpeg")) return;
    Host host;
    for (const std::string format : {"yuv420p", "yuvj420p", "yuv422p"}) {
        CAPTURE(format);
        const std::string range = format == "yuvj420p" ? "-vf scale=out_range=pc " : "";
        make_face_clip(host.clip, kFrames, range + "-pix_fmt " + format + " -c:v libx264 -qp 0 -color_primaries bt709 -color_trc smpte170m -colorspace bt470bg");
        std::filesystem::remove(host.out);
        const std::string script = std::filesystem::absolute("scripts/ffmpeg-invisible").string();
        host.hides_faces("LOOKAHEAD=4 " + script + " in.mkv out.mkv -c:v libx264 -qp 0");
        for (const std::string key : {"pix_fmt", "color_range", "color_primaries", "color_transfer", "color_space"})
            CHECK(ffprobe_value(host.out, "v:0", key) == ffprobe_value(host.clip, "v:0", key));
        CHECK(ffprobe_times(host.out) == ffprobe_times(host.clip));
        const std::string corner = " -vf crop=120:160:0:0 -f md5 -";
        CHECK(host.run("ffmpeg -v error -i out.mkv" + corner).out == host.run("ffmpeg -v error -i in.mkv" + corner).out);
    }
    const std::string script = std::filesystem::absolute("scripts/ffmpeg-invisible").string();
    CHECK(host.run(script + " in.mkv out.mkv").status == 1);  // it is there
    std::filesystem::remove(host.out);
    CHECK(host.run(script + " in.mkv out.mkv", "INVISIBLUR_MODEL=/nowhere/gone.onnx").status == 1);
    CHECK(host.folder.names() == std::vector<std::string>{"faces-of-clip.json", "in.mkv", "in.y4m"});
}

TEST_CASE("ffmpeg: with look-ahead the recipe loses no frame, and hides what the plugin alone would see too late") {
    if (!can_run("ffmpeg")) return;
    Host host;
    // each frame tells its number by its grey
    const std::string source = "ffmpeg -v error -f lavfi -i color=s=32x32:r=30000/1001:d=1,format=gray,geq=lum=20+N*5";
    const std::string recipe = " -vf 'tpad=stop=7:stop_mode=clone,frei0r=invisiblur:rgb|7,format=gray,trim=start_frame=7,setpts=PTS-round(7/(30000/1001)/TB)'";
    const std::string print = " -fps_mode passthrough -f framemd5 -";
    const Finished with = host.run(source + recipe + print), without = host.run(source + print);
    CHECK(with.status == 0);
    CHECK(with.out == without.out);
    CHECK(split(without.out, '\n').size() >= 30);
}
