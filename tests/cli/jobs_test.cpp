#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/program.hpp"
#include "support/at_hand.hpp"
#include "support/clips.hpp"

using namespace invisiblur;
using test::transcode_command;

namespace {

// Small and without a face: what is tested here is what the program says and leaves behind.
constexpr const char* kSmallClip = "-f lavfi -i testsrc2=s=96x64:r=10:d=0.5 -c:v ffv1";

bool is_there(const std::string& path) {
    return std::filesystem::exists(path);
}

}  // namespace

TEST_CASE("a finished file is one line with its name, what was hidden, frames and time") {
    const test::TempDir folder;
    test::make_clip(folder / "in.mkv", kSmallClip);
    const auto finished = transcode_command({folder / "in.mkv"});
    CHECK(finished.status == 0);
    CHECK(finished.out.empty());
    CHECK(finished.err.starts_with(folder / "in_invisible.mkv: nothing hidden in 5 frames, "));
    CHECK(std::ranges::count(finished.err, '\n') == 1);
    CHECK(is_there(folder / "in_invisible.mkv"));
    CHECK(transcode_command({"-q", "-y", folder / "in.mkv"}).err.empty());
}

TEST_CASE("one pass, which lists no faces, says in how many frames it hid something") {
    const test::TempDir folder;
    test::make_clip(folder / "in.mkv", kSmallClip);
    const std::string clean = folder / "clean.mkv";
    const auto hidden = transcode_command({"--passes", "1", "--region", "8,8,16,16@0-0.3", "-o", clean, folder / "in.mkv"});
    CHECK(hidden.err.starts_with(clean + ": something hidden in 3 of 5 frames, "));
    const auto untouched = transcode_command({"--passes", "1", "-y", "-o", clean, folder / "in.mkv"});
    CHECK(untouched.err.starts_with(clean + ": nothing hidden in 5 frames, "));
}

TEST_CASE("the line at the end says what is still in the result") {
    const test::TempDir folder;
    std::ofstream(folder / "c.txt") << ";FFMETADATA1\ntitle=A talk\nartist=Somebody\n";
    test::make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=96x64:r=10:d=0.5 -f lavfi -i sine=d=0.5 -i " + (folder / "c.txt") +
                                           " -map 0:v -map 1:a -map_metadata 2 -metadata location=+48.2+016.3/ -c:v ffv1 -c:a flac");
    const std::string clean = folder / "clean.mkv";
    const auto ends = [&](std::vector<std::string> options, const std::string& with) {
        options.insert(options.end(), {"-y", "-o", clean, folder / "in.mkv"});
        const std::string err = transcode_command(options).err;
        CAPTURE(err);
        CHECK(err.ends_with(with + "\n"));
    };
    ends({}, " s; sound, GPS and names are still in it");
    ends({"--drop", "gps,audio"}, " s; names are still in it");
    ends({"--voice", "keep", "--drop", "metadata"}, " s");
    ends({"--drop", "metadata,gps"}, " s; sound is still in it");
    ends({"--publish"}, " s; voices are still in it: --voice disguise or mute, or --voice keep to say that this is meant");
    ends({"--publish", "--voice", "keep"}, " s");
}

TEST_CASE("a wrong name gets the one that may have been meant") {
    const test::TempDir folder;
    test::make_clip(folder / "talk.mkv", kSmallClip);
    const auto finished = transcode_command({folder / "tolk.mkv"});
    CHECK(finished.status == 1);
    CHECK(finished.err == "invis-transcode: " + (folder / "tolk.mkv") + ": cannot open " + (folder / "tolk.mkv") + ": No such file or directory; did you mean " +
                              (folder / "talk.mkv") + "?\n");
    CHECK(transcode_command({folder / "another.mkv"}).err.find("did you mean") == std::string::npos);
}

TEST_CASE("one bad input does not keep the others from being done, and the status tells") {
    const test::TempDir folder;
    test::make_clip(folder / "a.mkv", kSmallClip);
    test::make_clip(folder / "b.mkv", kSmallClip);
    const auto finished = transcode_command({folder / "a.mkv", folder / "missing.mkv", folder / "b.mkv"});
    CHECK(finished.status == 1);
    CHECK(is_there(folder / "a_invisible.mkv"));
    CHECK(is_there(folder / "b_invisible.mkv"));
    CHECK(finished.err.find("invis-transcode: " + (folder / "missing.mkv")) != std::string::npos);
}

TEST_CASE("a tracks file that is no JSON names its line and leaves nothing") {
    const test::TempDir folder;
    test::make_clip(folder / "in.mkv", kSmallClip);
    std::ofstream(folder / "faces.json") << "{\n  oops\n}";
    const auto finished = transcode_command({"--tracks", folder / "faces.json", folder / "in.mkv"});
    CHECK(finished.status == 1);
    CHECK(finished.err.find((folder / "faces.json") + ": not valid JSON at line 2, column 3: ") != std::string::npos);
    CHECK(std::ranges::count(finished.err, '\n') == 1);
    CHECK(folder.names() == std::vector<std::string>{"faces.json", "in.mkv"});
}

TEST_CASE("a track that is not in the file is not chosen in silence") {
    const test::TempDir folder;
    test::make_clip(folder / "in.mkv", kSmallClip);
    std::ofstream(folder / "faces.json") << R"({"format":"invisiblur-tracks","version":1,"tracks":[
        {"id":3,"boxes":[{"pts":0,"x":1,"y":2,"w":30,"h":40}]},{"id":4,"boxes":[]}]})";
    for (const std::string flag : {"--only-tracks", "--except-tracks"}) {
        const auto finished = transcode_command({"--tracks", folder / "faces.json", flag, "3,5", folder / "in.mkv"});
        CHECK(finished.status == 1);
        CHECK(finished.err == "invis-transcode: " + (folder / "in.mkv") + ": " + flag + " names track 5, and " + (folder / "faces.json") +
                                  " has no such track; it has 3, 4\n");
    }
    CHECK(transcode_command({"--tracks", folder / "faces.json", "--only-tracks", "3", folder / "in.mkv"}).status == 0);
}

TEST_CASE("fewer faces than expected: status 3, a report and no video") {
    const test::TempDir folder;
    test::make_clip(folder / "in.mkv", kSmallClip);
    const auto finished = transcode_command({"--expect-faces", "2", "--report", folder / "r.json", folder / "in.mkv"});
    CHECK(finished.status == 3);
    CHECK(finished.err ==
          "invis-transcode: " + (folder / "in.mkv") + ": found 0 faces where --expect-faces 2 were expected; nothing was written\n");
    CHECK(folder.names() == std::vector<std::string>{"in.mkv", "r.json"});
    std::ifstream report(folder / "r.json");
    CHECK(nlohmann::json::parse(report)["faces_expected_met"] == false);
}

TEST_CASE("fewer faces than expected: the same in one pass, without a video, with faces that are given") {
    const test::TempDir folder;
    test::make_clip(folder / "in.mkv", kSmallClip);
    std::ofstream(folder / "faces.json") << R"({"format":"invisiblur-tracks","version":1,"tracks":[
        {"id":3,"boxes":[{"pts":0,"x":1,"y":2,"w":30,"h":40}]},{"id":4,"boxes":[{"pts":0,"x":50,"y":2,"w":30,"h":40}]}]})";
    const std::string faces = folder / "faces.json", report = folder / "r.json", out = folder / "out.mkv", in = folder / "in.mkv";
    const std::vector<std::vector<std::string>> ways = {
        {"--passes", "1", "-o", out}, {"--passes", "2", "-o", out}, {"--analyse-only"}, {"--passes", "1", "--tracks", faces, "-o", out},
        {"--tracks", faces, "-o", out}, {"--hash"}};
    for (std::vector<std::string> way : ways) {
        way.insert(way.end(), {"-y", "-q", "--expect-faces", "3", "--report", report, in});
        CHECK(transcode_command(way).status == 3);
        CHECK(folder.names() == std::vector<std::string>{"faces.json", "in.mkv", "r.json"});
        std::ifstream text(report);
        CHECK(nlohmann::json::parse(text)["faces_expected_met"] == false);
        std::filesystem::remove(report);
    }
    CHECK(transcode_command({"-q", "--expect-faces", "2", "--tracks", faces, "-o", out, in}).status == 0);
    CHECK(is_there(out));
    CHECK(transcode_command({"-q", "-y", "--expect-faces", "2", "--tracks", faces, "--only-tracks", "3", "-o", out, in}).status == 3);
}

TEST_CASE("an output that stood there before stays when faces are missing") {
    const test::TempDir folder;
    test::make_clip(folder / "in.mkv", kSmallClip);
    std::ofstream(folder / "out.mkv") << "earlier";
    CHECK(transcode_command({"-q", "-y", "--expect-faces", "1", "-o", folder / "out.mkv", folder / "in.mkv"}).status == 3);
    std::string kept;
    std::getline(std::ifstream(folder / "out.mkv") >> std::ws, kept);
    CHECK(kept == "earlier");
}

TEST_CASE("a report that cannot be written is known before the work") {
    const test::TempDir folder;
    test::make_clip(folder / "in.mkv", kSmallClip);
    const std::string path = folder / "nowhere/r.json";
    const auto finished = transcode_command({"--report", path, folder / "in.mkv"});
    CHECK(finished.status == 1);
    CHECK(finished.err == "invis-transcode: " + (folder / "in.mkv") + ": cannot write " + path + ": No such file or directory\n");
    CHECK(folder.names() == std::vector<std::string>{"in.mkv"});
}

TEST_CASE("a file whose name begins with '-' or '[' is a file") {
    const test::TempDir folder;
    test::make_clip(folder / "in.mkv", kSmallClip);
    const auto finished = test::shell("cd " + folder.path().string() + " && cp in.mkv ./-q && cp in.mkv '[a,b]' && " +
                                      std::filesystem::absolute(test::program()).string() + " --analyse-only -- -q '[a,b]'");
    CHECK(finished.status == 0);
    CHECK(finished.err.find("-q (analysed): 0 faces found in 5 frames") != std::string::npos);
    CHECK(finished.err.find("[a,b] (analysed): 0 faces found in 5 frames") != std::string::npos);
}

TEST_CASE("hashes are all that stands on standard output, one line a frame") {
    const test::TempDir folder;
    test::make_clip(folder / "in.mkv", kSmallClip);
    const auto finished = transcode_command({"--hash", folder / "in.mkv"});
    CHECK(finished.status == 0);
    CHECK(std::ranges::count(finished.out, '\n') == 5);
    CHECK(folder.names() == std::vector<std::string>{"in.mkv"});
    CHECK(transcode_command({"--hash", folder / "in.mkv"}).out == finished.out);
    const auto full = test::shell(test::program() + " --hash " + (folder / "in.mkv") + " > /dev/full");
    CHECK(full.status == 1);
    CHECK(full.err ==
          "invis-transcode: " + (folder / "in.mkv") + ": cannot write the hashes: the disk is full, or nobody reads them any more\n");
    const auto report = test::shell(test::program() + " --analyse-only --report - " + (folder / "in.mkv") + " > /dev/full");
    CHECK(report.status == 1);
    CHECK(report.err ==
          "invis-transcode: " + (folder / "in.mkv") + ": cannot write to standard output: the disk is full, or nobody reads it any more\n");
}

TEST_CASE("progress as JSON: each line that is no sentence is an object") {
    const test::TempDir folder;
    test::make_clip(folder / "in.mkv", kSmallClip);
    const auto finished = transcode_command({"--progress", "json", "-q", folder / "in.mkv"});
    CHECK(finished.status == 0);
    const auto lines = test::split(finished.err, '\n');
    REQUIRE(!lines.empty());
    const auto first = nlohmann::json::parse(lines[0]);
    CHECK(first["input"] == folder / "in.mkv");
    CHECK(first["event"] == "start");
    CHECK(nlohmann::json::parse(lines.back())["event"] == "done");
    const auto step = nlohmann::json::parse(lines[1]);
    CHECK(step["event"] == "progress");
    for (const auto* const key : {"input", "pass", "passes", "frame", "frames_total", "fps", "elapsed_s", "left_s", "faces"}) {
        CHECK(step.contains(key));
    }
}

TEST_CASE("a terminal gets a bar, which is gone in the end") {
    if (!test::at_hand(test::shell("script --version").status == 0, "no script(1) to make a terminal")) return;
    const test::TempDir folder;
    test::make_clip(folder / "in.mkv", kSmallClip);
    const std::string line = test::program() + " " + (folder / "in.mkv");
    const auto shown = test::shell("TERM=xterm script -qec '" + line + "' /dev/null < /dev/null");
    CHECK(shown.status == 0);
    CHECK(shown.out.find(" fps") != std::string::npos);
    CHECK(shown.out.find("\r\033[K" + (folder / "in_invisible.mkv") + ": ") != std::string::npos);
    const auto dumb = test::shell("TERM=dumb script -qec '" + line + " -y' /dev/null < /dev/null");
    CHECK(dumb.out.find('\033') == std::string::npos);
}

TEST_CASE("a signal stops the job with status 1 and leaves nothing") {
    const test::TempDir folder;
    test::make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=640x360:r=25:d=60 -c:v mpeg4");
    for (const int number : {SIGINT, SIGTERM}) {
        CAPTURE(number);
        const pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            if (!freopen("/dev/null", "w", stderr)) _exit(126);
            execl(test::program().c_str(), "invis-transcode", "-q", (folder / "in.mkv").c_str(), nullptr);
            _exit(127);
        }
        usleep(700'000);
        kill(child, number);
        int status = 0;
        REQUIRE(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 1);
        CHECK(folder.names() == std::vector<std::string>{"in.mkv"});
    }
}
