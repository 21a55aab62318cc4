// Tracks of video that show nothing, or nothing for long.
#include <doctest/doctest.h>

#include "bad_input/refusal.hpp"

using namespace invisiblur::test;

namespace {

constexpr const char* kFilm = "-f lavfi -i testsrc2=s=160x120:r=25:d=2 ";

/// A film with a second track of video in which there is no picture, so that nothing tells its pixel format.
void make_with_empty_track(const std::string& path, const std::string& codec) {
    make_clip(path, kFilm + std::string("-f lavfi -i nullsrc=s=64x64:d=0.04 -map 0:v -map 1:v -frames:v:1 0 -c:v:0 libx264 -bf 0 -g 10 -c:v:1 ") + codec);
    REQUIRE(ffprobe_value(path, "v:1", "pix_fmt") == "unknown");
}

/// The second track's first picture lies farther in the file than libav looks.
void make_with_late_track(const std::string& path) {
    make_clip(path, "-f lavfi -i testsrc2=s=160x120:r=10:d=10 -itsoffset 8 -f lavfi -i testsrc2=s=64x64:r=10:d=1 -map 0:v -map 1:v "
                    "-c:v:0 libx264 -preset ultrafast -c:v:1 mpeg4");
    REQUIRE(ffprobe_value(path, "v:1", "pix_fmt") == "unknown");
}

/// The film is there, the other track is not, and that is said.
void check_left_out(const Finished& finished, const std::string& result, const std::string& codec) {
    CHECK_MESSAGE(finished.status == 0, finished.err);
    CHECK_MESSAGE(finished.err.find("stream 1 (video, " + codec + ") is left out: it holds no picture") != std::string::npos, finished.err);
    CHECK(ffprobe_times(result, 0).size() == 50);
    CHECK(ffprobe_value(result, "v:1", "index").empty());
}

}  // namespace

TEST_CASE("a track of video that holds no picture is left out with a warning") {
    const TempDir folder;
    for (const auto& [name, codec] : {std::pair{"a.mkv", "mpeg4"}, std::pair{"a.avi", "mjpeg"}}) {
        CAPTURE(name);
        const std::string in = folder / name, out = folder / ("out_" + std::string(name));
        make_with_empty_track(in, codec);
        const std::vector<std::string> passes[] = {{"--passes", "1"}, {"--fill", "smooth"}, {"--copy-unchanged"}, {"--verify"}};
        for (const auto& way : passes) {
            CAPTURE(way.front());
            std::vector<std::string> arguments = way;
            arguments.insert(arguments.end(), {"--progress", "none", "-y", "-o", out, in});
            check_left_out(transcode_command(with_no_faces(folder, arguments)), out, codec);
        }
        const std::string piped = program() + " --tracks " + no_faces(folder) + " --progress none -y -o " + out + " - < " + in;
        check_left_out(shell(piped), out, codec);
        refuses_without_faces(folder, {"--strict", "-o", folder / "strict.mkv", in}, {"stream 1 (video, ", "holds no picture", "--strict"});
    }
}

TEST_CASE("a stretch of a film with such a track is a stretch of the film") {
    const TempDir folder;
    make_with_empty_track(folder / "a.mkv", "mpeg4");
    const auto succeeds = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "-q");
        arguments.push_back(folder / "a.mkv");
        const Finished finished = transcode_command(arguments);
        CHECK_MESSAGE(finished.status == 0, finished.err);
    };
    succeeds({"--tracks", no_faces(folder), "--analyse-only", "--save-analysis", folder / "whole"});
    for (const std::string part : {"1/2", "2/2"})
        succeeds({"--analysis", folder / "whole", "--segment", part, "-o", folder / ("piece" + part.substr(0, 1))});
    succeeds({"--join", folder / "piece1", "--join", folder / "piece2", "-o", folder / "joined.mkv"});
    CHECK(ffprobe_pts(folder / "joined.mkv").size() == 50);
}

TEST_CASE("a file without any picture is an error of one sentence") {
    const TempDir folder;
    make_clip(folder / "only.mkv", "-f lavfi -i sine=d=60 -f lavfi -i nullsrc=s=64x64:d=0.04 -map 0:a -map 1:v -frames:v:0 0 -c:a pcm_s16le -c:v:0 mpeg4");
    refuses_without_faces(folder, {folder / "only.mkv"}, {"only.mkv has no video frame"});
    const Finished piped = shell(program() + " --tracks " + no_faces(folder) + " -o " + (folder / "out.mkv") + " - < " + (folder / "only.mkv"));
    CHECK(piped.status == 1);
    check_line(piped.err, {"standard input has no video frame"});
    CHECK_FALSE(std::filesystem::exists(folder / "out.mkv"));
}

TEST_CASE("a track whose first picture comes late in a file is done like any other") {
    const TempDir folder;
    make_with_late_track(folder / "late.mkv");
    std::filesystem::copy_file(no_faces(folder), folder / "none.2.json");  // the second track's
    for (const char* passes : {"1", "2"}) {
        CAPTURE(passes);
        does(folder, {"-q", "-y", "--fill", "smooth", "--passes", passes, "-c:v", "ffv1", "-o", folder / "out.mkv", folder / "late.mkv"});
        for (const int video : {0, 1}) CHECK(ffprobe_times(folder / "out.mkv", video) == ffprobe_times(folder / "late.mkv", video));
        CHECK(ffprobe_value(folder / "out.mkv", "v:1", "width") == "64");
    }
}

TEST_CASE("of a track that comes late in a pipe, and of which nothing is known, no picture goes through") {
    const TempDir folder;
    make_with_late_track(folder / "late.mkv");
    const Finished piped = shell(program() + " --tracks " + no_faces(folder) + " -q -o " + (folder / "out.mkv") + " - < " + (folder / "late.mkv"));
    CHECK(piped.status == 1);
    check_line(piped.err, {"stream 1 of standard input begins only at 0:00:0", "save it as a file"});
    CHECK_FALSE(std::filesystem::exists(folder / "out.mkv"));
}
