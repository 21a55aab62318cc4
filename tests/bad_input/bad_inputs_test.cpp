// What is no video, or a broken one: one line, status 1, no output, and the source as it was.
#include <unistd.h>

#include <cstdlib>

#include "bad_input/refusal.hpp"

using namespace invisiblur::test;

namespace {

const std::string kSource = "-f lavfi -i testsrc2=s=160x120:r=25:d=3 -f lavfi -i sine=d=3 -shortest ";

void write_file(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

/// The time "H:MM:SS.mmm" after "at " or "after ", in seconds; -1 where there is none.
double time_in(const std::string& line) {
    for (const std::string word : {" at ", " after "}) {
        for (auto at = line.find(word); at != std::string::npos; at = line.find(word, at + 1)) {
            int hours = 0, minutes = 0;
            double seconds = 0;
            if (std::sscanf(line.c_str() + at + word.size(), "%d:%2d:%lf", &hours, &minutes, &seconds) == 3)
                return hours * 3600 + minutes * 60 + seconds;
        }
    }
    return -1;
}

void cut_to(const std::string& path, double part) {
    std::filesystem::resize_file(path, static_cast<std::uintmax_t>(static_cast<double>(std::filesystem::file_size(path)) * part));
}

}  // namespace

TEST_CASE("an input that is not there") {
    const TempDir folder;
    refuses(folder, {folder / "gone.mkv"}, {folder / "gone.mkv", "No such file or directory"});
    std::filesystem::create_symlink("nowhere.mkv", folder / "dangling.mkv");
    refuses(folder, {folder / "dangling.mkv"}, {"dangling.mkv", "No such file or directory"});
    refuses(folder, {folder / "none.json/in.mkv"}, {"none.json/in.mkv", "Not a directory"});
    refuses(folder, {folder.path().string()}, {folder.path().string(), "there is no video to do"});
}

TEST_CASE("an input that may not be read") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kSource + "-c:v mpeg4");
    std::filesystem::permissions(folder / "in.mkv", std::filesystem::perms::none);
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    std::vector<std::string> command = {program(), folder / "in.mkv"};
    if (geteuid() == 0) command.insert(command.begin(), {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
    if (geteuid() == 0 && run({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program(), "--version"}).status != 0) {
        MESSAGE("skipped: the superuser may read everything, and cannot become somebody else here");
        return;
    }
    const Finished finished = run(command);
    CHECK(finished.status == 1);
    check_line(finished.err, {"cannot open " + (folder / "in.mkv"), "Permission denied"});
    CHECK(folder.names() == std::vector<std::string>{"in.mkv"});
}

TEST_CASE("not a video") {
    const TempDir folder;
    write_file(folder / "text.mkv", "This is a letter, and not a film.\n");
    std::string noise;
    for (unsigned n = 1; n < 30000; ++n) noise += static_cast<char>((n * 2654435761U) >> 24);
    write_file(folder / "noise.mp4", noise);
    write_file(folder / "zeros.ts", std::string(20000, '\0'));
    write_file(folder / "empty.mkv", "");
    refuses(folder, {folder / "text.mkv"}, {"text.mkv"});
    refuses(folder, {folder / "noise.mp4"}, {"noise.mp4"});
    refuses(folder, {folder / "zeros.ts"}, {"zeros.ts"});
    refuses(folder, {folder / "empty.mkv"}, {"empty.mkv is empty"});
    refuses(folder, {program()}, {"invis-transcode is not a media file"});
}

TEST_CASE("standard input with nothing or nonsense in it") {
    const TempDir folder;
    write_file(folder / "text", "This is a letter, and not a film.\n");
    for (const std::string& source : {std::string("/dev/null"), folder / "text"}) {
        CAPTURE(source);
        const Finished finished = run({program(), "-", "-o", folder / "out.mkv"}, source);
        CHECK(finished.status == 1);
        check_line(finished.err, {"standard input"});
        CHECK(folder.names() == std::vector<std::string>{"text"});
    }
}

TEST_CASE("sound alone, and a stream without frames") {
    const TempDir folder;
    make_clip(folder / "a.flac", "-f lavfi -i sine=d=1");
    make_clip(folder / "a.mp4", "-f lavfi -i sine=d=1");
    make_clip(folder / "cover.png", "-f lavfi -i testsrc2=s=64x64 -frames:v 1");
    must_run({"ffmpeg", "-v", "error", "-i", folder / "a.flac", "-i", folder / "cover.png", "-map", "0", "-map", "1", "-c:a", "copy",
              "-c:v", "copy", "-disposition:v", "attached_pic", folder / "album.flac"});
    for (const char* name : {"a.flac", "a.mp4", "album.flac"}) refuses(folder, {folder / name}, {name, "has sound but no video"});

    for (const std::string name : {"zero.avi", "zero.mp4", "zero.nut"}) {
        CAPTURE(name);
        make_clip(folder / name, "-f lavfi -i testsrc2=s=96x64:d=1 -f lavfi -i sine=d=1 -map 0:v -map 1:a -frames:v 0 -c:v mpeg4");
        refuses(folder, {folder / name}, {name, "video"});
    }
}

TEST_CASE("a file that was cut off says how far it went") {
    const std::pair<std::string, std::string> clips[] = {
        {"cut.mkv", "-c:v libx264 -g 10 -c:a aac"},
        {"cut.webm", "-c:v libvpx -deadline realtime -c:a libopus"},
        {"cut.mp4", "-c:v libx264 -g 10 -c:a aac -movflags +faststart"},
        {"cut.mov", "-c:v mjpeg -c:a pcm_s16le -movflags +faststart"},
        {"cut.avi", "-c:v mpeg4 -c:a mp3"},
        {"cut.ts", "-c:v mpeg2video -c:a mp2"},
    };
    const TempDir folder;
    for (const auto& [name, arguments] : clips) {
        CAPTURE(name);
        make_clip(folder / name, kSource + arguments);
        cut_to(folder / name, 0.6);
        refuses_without_faces(folder, {"--strict", folder / name}, {name, "cut off"});
        const double reached = time_in(transcode_command(with_no_faces(folder, {"--strict", folder / name})).err);
        const double start = name == "cut.ts" ? 1.4 : 0;  // where ffmpeg starts such streams
        CHECK(reached > start + 1);
        CHECK(reached < start + 2.5);
    }
    make_clip(folder / "late.mp4", kSource + "-c:v libx264 -c:a aac");
    cut_to(folder / "late.mp4", 0.6);
    refuses_without_faces(folder, {folder / "late.mp4"}, {"late.mp4 is cut off", "bytes that its headers declare"});
    cut_to(folder / "cut.mkv", 0.002);
    refuses_without_faces(folder, {folder / "cut.mkv"}, {"cut.mkv"});
}

TEST_CASE("a pipe that ends too early") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kSource + "-c:v libx264 -g 10 -c:a aac");
    cut_to(folder / "in.mkv", 0.6);
    const Finished finished = run({program(), "--strict", "--tracks", no_faces(folder), "-", "-o", folder / "out.mkv"}, folder / "in.mkv");
    CHECK(finished.status == 1);
    check_line(finished.err, {"standard input is cut off at 0:00:0"});
    CHECK(folder.names() == std::vector<std::string>{"in.mkv", "none.json"});
}

TEST_CASE("broken packets in the middle") {
    const std::pair<std::string, std::string> clips[] = {
        {"crc.mkv", "-an -c:v ffv1 -slicecrc 1"},    {"x264.mkv", "-an -c:v libx264 -g 10"},  {"x264.mp4", "-an -c:v libx264 -g 10"},
        {"mpeg2.ts", "-an -c:v mpeg2video -b:v 1M"}, {"mpeg4.avi", "-an -c:v mpeg4 -b:v 1M"}, {"mjpeg.mov", "-an -c:v mjpeg"},
    };
    const TempDir folder;
    for (const auto& [name, arguments] : clips) {
        CAPTURE(name);
        make_clip(folder / name, kSource + arguments);
        std::fstream file(folder / name, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(folder / name) / 2));
        for (unsigned n = 1; n <= 600; ++n) file.put(static_cast<char>((n * 2654435761U) >> 24));
        file.close();
        refuses_without_faces(folder, {"--strict", folder / name}, {name});
        const std::string line = transcode_command(with_no_faces(folder, {"--strict", folder / name})).err;
        CAPTURE(line);
        CHECK(time_in(line) > 0.5);
        CHECK(time_in(line) < 3);
    }
}

TEST_CASE("a broken first picture is no picture less for a strict job") {
    const TempDir folder;
    for (const std::string encoder : {"mjpeg", "libvpx-vp9", "mpeg4", "ffv1"}) {
        CAPTURE(encoder);
        make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=160x120:r=25:d=1 -g 5 -c:v " + encoder);
        const auto packets = must_run({"ffprobe", "-v", "error", "-show_entries", "packet=pos,size", "-of", "csv=p=0", folder / "in.mkv"});
        const auto first = split(split(packets, '\n').at(0), ',');
        std::string bytes = content_of(folder / "in.mkv");
        for (auto i = std::stoul(first.at(1)) + 6; i < std::stoul(first.at(1)) + std::stoul(first.at(0)); ++i) bytes[i] = 0;
        write_file(folder / "in.mkv", bytes);
        refuses_without_faces(folder, {"--strict", folder / "in.mkv"}, {"in.mkv", "0:00:00."});
    }
}

TEST_CASE("a stream that was cut out of a broadcast begins at its first whole picture") {
    const TempDir folder;
    for (const std::string encoder : {"mpeg2video", "libx264"}) {
        CAPTURE(encoder);
        make_clip(folder / "whole.ts", "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -g 12 -bf 2 -c:v " + encoder);
        const std::string bytes = content_of(folder / "whole.ts");
        write_file(folder / "in.ts", bytes.substr(0, 3 * 188) + bytes.substr(bytes.size() / 5 / 188 * 188));
        const Finished finished = transcode_command(with_no_faces(folder, {"-y", folder / "in.ts", "-o", folder / "out.mkv"}));
        CHECK_MESSAGE(finished.status == 0, finished.err);
    }
}

TEST_CASE("pictures that change in mid-stream go on in one size and format") {
    const TempDir folder;
    const auto result_of = [&](const std::string& name, const std::vector<std::string>& more) {
        std::vector<std::string> arguments{"-q", "-y", "-f", "matroska", "-o", folder / "out.mkv", folder / name};
        arguments.insert(arguments.begin(), more.begin(), more.end());
        const Finished done = transcode_command(with_no_faces(folder, arguments));
        CHECK_MESSAGE(done.status == 0, done.err);
        return must_run({"ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=width,height,nb_read_frames", "-of", "csv=p=0", folder / "out.mkv"});
    };
    for (const std::string kind : {"m2v", "h264"}) {
        CAPTURE(kind);
        make_clip(folder / ("a." + kind), "-f lavfi -i testsrc2=s=128x96:d=2");
        make_clip(folder / ("b." + kind), "-f lavfi -i testsrc2=s=160x120:d=2");
        write_file(folder / ("in." + kind), content_of(folder / ("a." + kind)) + content_of(folder / ("b." + kind)));
        CHECK(result_of("in." + kind, {}).starts_with("160,120,"));  // the largest that lasts
        CHECK(result_of("in." + kind, {"--passes", "1"}).starts_with("160,120,"));
        CHECK(result_of("in." + kind, {"--size", "128x96"}).starts_with("128,96,"));
    }
    make_clip(folder / "a.mjpeg", "-f lavfi -i testsrc2=s=96x64:d=1 -pix_fmt yuvj420p");
    make_clip(folder / "b.mjpeg", "-f lavfi -i testsrc2=s=96x64:d=1 -pix_fmt yuvj444p");
    write_file(folder / "in.mjpeg", content_of(folder / "a.mjpeg") + content_of(folder / "b.mjpeg"));
    CHECK(result_of("in.mjpeg", {}) == "96,64,50\n");
    const Finished odd = transcode_command({"--size", "10x10", folder / "in.mjpeg"});
    CHECK(odd.status == 2);
    check_line(odd.err, {"--size 10x10", "expects WIDTHxHEIGHT"});
}

TEST_CASE("an encrypted file is called so") {
    const TempDir folder;
    make_clip(folder / "in.mp4", "-f lavfi -i testsrc2=s=96x64:d=1 -c:v libx264 -encryption_scheme cenc-aes-ctr "
                                 "-encryption_key 76a6c65c5ea762046bd749a2e632ccbb -encryption_kid a7e61c373e219033c21091fa607bf3b8");
    refuses_without_faces(folder, {folder / "in.mp4"}, {"in.mp4", "is encrypted"});
}

TEST_CASE("a pixel format that stages do not know is converted on the way in") {
    const TempDir folder;
    const std::pair<std::string, std::string> clips[] = {{"rgb555le", "rawvideo"}, {"ya8", "png"}, {"ya16be", "png"}};
    for (const auto& [format, codec] : clips) {
        CAPTURE(format);
        const std::string name = format + ".mkv";
        make_clip(folder / name, "-f lavfi -i testsrc2=s=96x64:d=0.2:r=25 -allow_raw_vfw 1 -c:v " + codec + " -pix_fmt " + format);
        REQUIRE(ffprobe_value(folder / name, "v:0", "pix_fmt") == format);
        const Finished done = transcode_command(with_no_faces(folder, {"-q", "-y", "-c:v", "ffv1", "-o", folder / "out.mkv", folder / name}));
        CHECK_MESSAGE(done.status == 0, done.err);
        // In the source's own format again each sample is what it was.
        const auto samples = [&](const std::string& path) {
            return must_run({"ffmpeg", "-v", "error", "-i", path, "-sws_flags", "neighbor", "-pix_fmt", format, "-f", "framemd5", "-"});
        };
        const auto hashes = [&](const std::string& text) { return text.substr(text.find("\n0,")); };
        CHECK(hashes(samples(folder / name)).size() == hashes(samples(folder / "out.mkv")).size());
        CHECK(ffprobe_value(folder / "out.mkv", "v:0", "width") == "96");
    }
}

TEST_CASE("odd, tiny and single pictures are done") {
    const std::pair<std::string, std::string> clips[] = {
        {"odd.mkv", "-f lavfi -i testsrc2=s=641x359:r=10:d=0.3 -c:v ffv1 -pix_fmt yuv420p"},
        {"odd.avi", "-f lavfi -i testsrc2=s=641x359:r=10:d=0.3 -c:v mpeg4"},
        {"odd.webm", "-f lavfi -i testsrc2=s=641x359:r=10:d=0.3 -c:v libvpx-vp9 -deadline realtime"},
        {"odd.mp4", "-f lavfi -i testsrc2=s=641x359:r=10:d=0.3 -c:v libx264 -pix_fmt yuv444p"},
        {"tiny.mkv", "-f lavfi -i testsrc2=s=16x16:r=10:d=0.3 -c:v libx264"},
        {"less.mkv", "-f lavfi -i testsrc2=s=2x2:r=10:d=0.3 -c:v ffv1"},
        {"pixel.mkv", "-f lavfi -i testsrc2=s=2x2:r=10:d=0.3 -vf format=yuv444p,crop=1:1 -c:v ffv1"},
        {"single.mp4", "-f lavfi -i testsrc2=s=96x64 -frames:v 1 -c:v libx264"},
    };
    const TempDir folder;
    for (const auto& [name, arguments] : clips) {
        CAPTURE(name);
        make_clip(folder / name, arguments);
        does(folder, {folder / name, "-o", folder / ("out_" + name)});
        CHECK(ffprobe_times(folder / ("out_" + name)) == ffprobe_times(folder / name));
        for (const char* key : {"width", "height", "pix_fmt"})
            CHECK(ffprobe_value(folder / ("out_" + name), "v:0", key) == ffprobe_value(folder / name, "v:0", key));
        const Finished detected = transcode_command({"--detect-size", "64", "--hash", folder / name});
        CHECK_MESSAGE(detected.status == 0, detected.err);
    }
}
