// Damaged files: what can be read is done, what is damaged is black and listed, and nothing of it goes through.
#include <nlohmann/json.hpp>

#include "bad_input/refusal.hpp"
#include "support/raw_clip.hpp"

using namespace invisiblur::test;
using Json = nlohmann::json;

namespace {

constexpr int kWidth = 160, kHeight = 120, kFrames = 75;

struct Clip {
    std::string name;
    std::string arguments;
};
const Clip kClips[] = {
    {"crc.mkv", "-c:v ffv1 -g 1 -slicecrc 1"},  {"x264.mkv", "-c:v libx264 -g 10"},
    {"x264.mp4", "-c:v libx264 -g 10"},         {"mpeg2.ts", "-c:v mpeg2video -b:v 1M"},
    {"mpeg4.avi", "-c:v mpeg4 -b:v 1M"},        {"mjpeg.mov", "-c:v mjpeg"},
    {"vp9.webm", "-c:v libvpx-vp9 -deadline realtime -g 10"},
};

void make_whole(const std::string& path, const Clip& clip) {
    make_clip(path, "-f lavfi -i testsrc2=s=160x120:r=25:d=3 -pix_fmt yuv420p " + clip.arguments);
}

void break_middle(const std::string& path) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(path) / 2));
    for (unsigned n = 1; n <= 600; ++n) file.put(static_cast<char>((n * 2654435761U) >> 24));
}

RawClip frames_of(const std::string& path) {
    return read_clip(path, "yuv420p", kWidth, kHeight);
}

/// The frames of a whole file, taken the same way.
RawClip done_whole(const TempDir& folder, const std::string& name) {
    does(folder, {"-q", "-y", "-f", "matroska", "-c:v", "ffv1", "-o", folder / "whole.mkv", folder / name});
    return frames_of(folder / "whole.mkv");
}

bool is_black(const RawClip& clip, std::size_t n) {
    const auto& frame = clip.frames[n];
    const auto luma = frame.begin() + kWidth * kHeight;
    return std::all_of(frame.begin(), luma, [](std::uint8_t v) { return v == 16 || v == 0; }) &&
           std::all_of(luma, frame.end(), [](std::uint8_t v) { return v == 128; });
}

Json salvage(const TempDir& folder, const std::string& name) {
    const Finished done = transcode_command(with_no_faces(folder, {"--progress", "none", "-y", "--report", folder / "r.json", "-f", "matroska",
                                                                   "-c:v", "ffv1", "-o", folder / "out.mkv", folder / name}));
    CHECK_MESSAGE(done.status == 0, done.err);
    CHECK(done.err.find(folder / name + " is damaged in ") != std::string::npos);
    return Json::parse(content_of(folder / "r.json"));
}

}  // namespace

TEST_CASE("what is broken in the middle is black, and all else is as it was") {
    const TempDir folder;
    for (const Clip& clip : kClips) {
        CAPTURE(clip.name);
        make_whole(folder / clip.name, clip);
        const RawClip whole = done_whole(folder, clip.name);
        break_middle(folder / clip.name);
        const Json report = salvage(folder, clip.name);
        const RawClip saved = frames_of(folder / "out.mkv");
        REQUIRE(whole.frames.size() == kFrames);
        REQUIRE(saved.frames.size() == kFrames);
        int black = 0;
        for (std::size_t n = 0; n < saved.frames.size(); ++n) {
            CAPTURE(n);
            const bool blank = is_black(saved, n);
            black += blank ? 1 : 0;
            CHECK((blank || saved.frames[n] == whole.frames[n]));
        }
        CHECK(black > 0);
        CHECK(black < 40);
        int listed = 0;
        for (const Json& stretch : report["damaged"]) listed += stretch["blank_frames"].get<int>();
        CHECK(listed == black);
        CHECK(report["streams"][0]["frames"] == kFrames);
    }
}

TEST_CASE("a file that was cut off is done to its end") {
    const TempDir folder;
    for (const Clip& clip : {kClips[1], kClips[3], kClips[4]}) {
        CAPTURE(clip.name);
        make_whole(folder / clip.name, clip);
        const RawClip whole = done_whole(folder, clip.name);
        std::filesystem::resize_file(folder / clip.name, std::filesystem::file_size(folder / clip.name) * 6 / 10);
        const Json report = salvage(folder, clip.name);
        const RawClip saved = frames_of(folder / "out.mkv");
        CHECK(saved.frames.size() > kFrames / 3);
        CHECK(saved.frames.size() < kFrames);
        for (std::size_t n = 0; n < saved.frames.size(); ++n) CHECK((is_black(saved, n) || saved.frames[n] == whole.frames[n]));
        CHECK_FALSE(report["damaged"].empty());
    }
}

TEST_CASE("where the sound leads out of the file the pictures go on, in one pass and in two") {
    const TempDir folder;
    const std::string film = folder / "in.mp4";
    make_clip(film, "-f lavfi -i testsrc2=s=160x120:r=25:d=3 -f lavfi -i sine=d=3 -pix_fmt yuv420p -c:v libx264 -g 12 -c:a aac -movflags frag_keyframe+empty_moov");
    const RawClip whole = frames_of(film);
    std::string bytes = content_of(film);
    int fragments = 0;
    for (std::size_t at = bytes.find("tfhd"); at != std::string::npos; at = bytes.find("tfhd", at + 4)) {
        const bool is_sound = bytes[at + 11] == 2;  // the track's number
        if (!is_sound || ++fragments < 3) continue;
        bytes.replace(bytes.find("trun", at) + 12, 4, std::string("\x7f\xff\0\0", 4));  // where its samples lie
    }
    REQUIRE(fragments > 3);
    std::ofstream(film, std::ios::binary) << bytes;
    for (const char* passes : {"1", "2"}) {
        CAPTURE(passes);
        const Finished done = transcode_command({"--progress", "none", "-y", "--detector", "yunet", "--fill", "solid", "--rule", "core", "--min-score", "0.99", "--passes", passes, "-f", "matroska", "-c:v", "ffv1",
                                                 "-o", folder / "out.mkv", film});
        CHECK_MESSAGE(done.status == 0, done.err);
        CHECK(done.err.find("left out from there") != std::string::npos);
        CHECK(frames_of(folder / "out.mkv").frames.size() == whole.frames.size());
    }
    const TempDir other;
    std::filesystem::copy_file(film, other / "in.mp4");
    refuses_without_faces(other, {"--strict", other / "in.mp4"}, {"in.mp4", "damaged at"});
}

TEST_CASE("a whole file is the same with --salvage, which is what is done anyway, and with --strict") {
    const TempDir folder;
    make_whole(folder / "in.mkv", kClips[1]);
    const std::string plain = transcode_command(with_no_faces(folder, {"--hash", folder / "in.mkv"})).out;
    CHECK_FALSE(plain.empty());
    CHECK(transcode_command(with_no_faces(folder, {"--salvage", "--hash", folder / "in.mkv"})).out == plain);
    CHECK(transcode_command(with_no_faces(folder, {"--strict", "--hash", folder / "in.mkv"})).out == plain);
    const Finished done = transcode_command(with_no_faces(folder, {"-q", "--salvage", "--report", folder / "r.json", folder / "in.mkv"}));
    CHECK(done.status == 0);
    CHECK(Json::parse(content_of(folder / "r.json"))["damaged"].empty());
}

TEST_CASE("what holds no picture at all is an error all the same") {
    const TempDir folder;
    std::ofstream(folder / "text.mkv") << "This is a letter, and not a film.\n";
    refuses_without_faces(folder, {"--salvage", folder / "text.mkv"}, {"text.mkv"});
    make_whole(folder / "late.mp4", kClips[2]);  // its table of contents stands at the end
    std::filesystem::resize_file(folder / "late.mp4", std::filesystem::file_size(folder / "late.mp4") / 2);
    refuses_without_faces(folder, {"--salvage", folder / "late.mp4"}, {"late.mp4"});
}
