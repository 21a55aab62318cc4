#include "media/read/reader.hpp"
#include "media/read/size_change.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "support/clips.hpp"
#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

const std::string kPicture = "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -f lavfi -i sine=d=2 ";

struct Content {
    std::vector<std::int64_t> pts;  ///< of the first video stream
    int packets = 0;
};

Content read_all(const std::string& path, const Options& options = {}) {
    const std::atomic<bool> cancel{false};
    av::Reader reader(path, options, cancel, av::Reader::Streams::all);
    Content content;
    while (auto item = reader.next()) {
        if (item->packet) ++content.packets;
        else if (reader.video_of(item->stream) == 0) content.pts.push_back(item->frame->pts);
    }
    return content;
}

std::string failure(const std::string& path, const Options& options = {}) {
    try {
        read_all(path, options);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "no failure";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

void cut(const std::string& from, const std::string& to, double share) {
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(to, static_cast<std::uintmax_t>(static_cast<double>(std::filesystem::file_size(from)) * share));
}

}  // namespace

TEST_CASE("every frame comes with the pts that ffprobe gives it") {
    const TempDir dir;
    const std::pair<const char*, const char*> clips[] = {
        {"b.mp4", "-c:v libx264 -bf 3 -c:a aac"},
        {"b.mkv", "-c:v libx264 -bf 3 -c:a flac"},
        {"x.ts", "-c:v mpeg2video -bf 2 -c:a mp2"},
        {"x.avi", "-c:v mpeg4 -c:a mp3"},
        {"vfr.mkv", "-vf select='not(eq(mod(n,7),3))' -fps_mode passthrough -c:v ffv1 -c:a flac"},
        {"late.mkv", "-vf setpts=PTS+0.85/TB -fps_mode passthrough -c:v libx264 -c:a flac"},
        {"late.mp4", "-vf setpts=PTS+0.85/TB -fps_mode passthrough -c:v libx264 -c:a aac"},
        {"i.mpg", "-c:v mpeg2video -flags +ildct+ilme -c:a mp2"},
        {"ten.mkv", "-pix_fmt yuv420p10 -c:v ffv1 -c:a flac"},
    };
    for (const auto& [name, arguments] : clips) {
        CAPTURE(name);
        make_clip(dir / name, kPicture + arguments);
        const Content content = read_all(dir / name);
        CHECK(content.pts == ffprobe_pts(dir / name));
        CHECK(content.packets > 0);
    }
}

TEST_CASE("real clips are read without a false alarm") {
    int found = 0;
    for (const char* name : {"d04_foreman_pan.mp4", "d08_street_pan_50p.avi", "d09_street_interlaced.mkv", "d02_jumping_gt.mpg"}) {
        const auto clip = real_clip(name);
        if (!clip) continue;
        ++found;
        CAPTURE(name);
        CHECK(read_all(*clip).pts == ffprobe_pts(*clip));
    }
    if (found == 0) MESSAGE("no real clips at hand: set INVISIBLUR_MEDIA");
}

TEST_CASE("what is no video is refused in one sentence") {
    const TempDir dir;
    CHECK(failure(dir / "none.mkv") == "cannot open " + (dir / "none.mkv") + ": No such file or directory");
    CHECK(failure(dir.path().string()) == "cannot open " + dir.path().string() + ": it is a folder, not a video");
    std::ofstream(dir / "empty.mp4");
    CHECK(failure(dir / "empty.mp4") == (dir / "empty.mp4") + " is empty (0 bytes)");
    std::ofstream(dir / "text.mkv") << "this is a text and no video at all";
    CHECK(contains(failure(dir / "text.mkv"), "is not a media file that can be read"));
    make_clip(dir / "sound.mka", "-f lavfi -i sine=d=1 -c:a flac");
    CHECK(failure(dir / "sound.mka") == (dir / "sound.mka") + " has sound but no video");
    make_clip(dir / "big.mkv", kPicture + "-c:v ffv1 -c:a flac");
    Options few;
    few.max_streams = 1;
    CHECK(contains(failure(dir / "big.mkv", few), "has 2 streams, more than --max-streams 1 allows"));
    Options small;
    small.max_pixels = 1000;
    CHECK(contains(failure(dir / "big.mkv", small), "has 160x120 pixels, more than --max-pixels 1000 allows"));
}

TEST_CASE("a truncated file is an error that says how far it goes, where the job is strict") {
    const TempDir dir;
    Options strict;
    strict.strict = true;
    const std::pair<const char*, const char*> clips[] = {{"a.mkv", "-c:v libx264 -c:a flac"},
                                                         {"a.mp4", "-c:v libx264 -c:a aac -movflags +faststart"},
                                                         {"a.avi", "-c:v mpeg4 -c:a mp3"},
                                                         {"a.ts", "-c:v libx264 -c:a mp2"}};
    for (const auto& [name, arguments] : clips) {
        make_clip(dir / name, kPicture + arguments);
        for (const double share : {0.4, 0.7, 0.95}) {
            CAPTURE(name);
            CAPTURE(share);
            cut(dir / name, dir / ("cut_" + std::string(name)), share);
            CHECK(contains(failure(dir / ("cut_" + std::string(name)), strict), " is cut off at 0:00:0"));
            CHECK(failure(dir / ("cut_" + std::string(name))) == "no failure");
        }
    }
    make_clip(dir / "late_moov.mp4", kPicture + "-c:v libx264 -c:a aac");
    cut(dir / "late_moov.mp4", dir / "no_moov.mp4", 0.6);
    CHECK(contains(failure(dir / "no_moov.mp4"), " is cut off"));
}

TEST_CASE("broken bytes in the middle stop a strict job with the time") {
    const TempDir dir;
    Options strict;
    strict.strict = true;
    for (const auto& [name, arguments] : {std::pair{"a.mp4", "-c:v libx264 -c:a aac"}, {"a.mkv", "-c:v mpeg4 -c:a flac"}, {"a.ts", "-c:v libx264 -c:a mp2"}}) {
        CAPTURE(name);
        make_clip(dir / name, kPicture + arguments);
        std::fstream file(dir / name, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(dir / name) / 2));
        for (int i = 0; i < 3000; ++i) file.put(static_cast<char>(i * 7919 >> 3));
        file.close();
        const std::string what = failure(dir / name, strict);
        CHECK_MESSAGE(contains(what, "0:00:0"), what);
        CHECK(failure(dir / name) == "no failure");
    }
}

TEST_CASE("where damage leaves one size of two, that is the one that lasts") {
    const TempDir dir;
    make_clip(dir / "1.m2v", "-f lavfi -i testsrc2=s=160x120:d=0.8 -c:v mpeg2video");
    make_clip(dir / "2.m2v", "-f lavfi -i testsrc2=s=320x240:d=1 -c:v mpeg2video");
    std::string first = content_of(dir / "1.m2v");
    for (std::size_t at = 200; at < first.size(); at += 40) first[at] = static_cast<char>(first[at] ^ 0x55);
    std::ofstream(dir / "both.m2v", std::ios::binary) << first << content_of(dir / "2.m2v");
    const std::atomic<bool> cancel{false};
    CHECK(av::lasting_sizes(dir / "both.m2v", {}, 0, cancel) == "0:320x240");
}

TEST_CASE("a frame size that changes in mid-stream is an error where packets are copied, and else goes on in one size") {
    const TempDir dir;
    make_clip(dir / "1.m2v", "-f lavfi -i testsrc2=s=160x120:d=1 -c:v mpeg2video");
    make_clip(dir / "2.m2v", "-f lavfi -i testsrc2=s=320x240:d=1 -c:v mpeg2video");
    shell("cat " + (dir / "1.m2v") + " " + (dir / "2.m2v") + " > " + (dir / "both.m2v"));
    Options copies;
    copies.copy_unchanged = true;
    const std::string what = failure(dir / "both.m2v", copies);
    CHECK_MESSAGE(contains(what, "the frame size changes from 160x120 to 320x240"), what);
    const std::atomic<bool> cancel{false};
    CHECK(av::lasting_sizes(dir / "both.m2v", {}, 0, cancel) == "0:320x240");
    for (const char* const size : {"", "0:320x240", "100x100"}) {
        Options options;
        options.size = size;
        const FrameSize wanted = frame_size(options.size, 0).value_or(FrameSize{160, 120});
        av::Reader reader(dir / "both.m2v", options, cancel, av::Reader::Streams::all);
        int changes = 0;
        while (auto item = reader.next()) {
            if (!item->frame) continue;
            CHECK(FrameSize{item->frame->width, item->frame->height} == wanted);
            changes += av::begins_another_size(*item->frame) ? 1 : 0;
        }
        CHECK(changes == 1);
    }
    av::Reader asks(dir / "both.m2v", {}, cancel, av::Reader::Streams::all, av::Reader::Coded::no, av::Reader::Sizes::ask);
    const auto read_on = [&] {
        while (asks.next()) {
        }
    };
    CHECK_THROWS_AS(read_on(), av::SizeChange);
}

TEST_CASE("palettes and foreign byte order are read exactly") {
    const TempDir dir;
    make_clip(dir / "be.mkv", "-f lavfi -i testsrc2=s=64x48:d=0.2 -pix_fmt rgb48be -c:v png");
    const std::atomic<bool> cancel{false};
    av::Reader reader(dir / "be.mkv", {}, cancel, av::Reader::Streams::all);
    CHECK(reader.videos()[0].first->format == AV_PIX_FMT_RGB48LE);
}

TEST_CASE("a set cancel flag stops the reader") {
    const TempDir dir;
    make_clip(dir / "a.mkv", kPicture + "-c:v ffv1 -c:a flac");
    const std::atomic<bool> cancel{true};
    CHECK_THROWS_AS(av::Reader(dir / "a.mkv", {}, cancel, av::Reader::Streams::all), Cancelled);
}
