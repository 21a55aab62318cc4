// A result that lost something on its way is noticed before it gets its name, in each kind of container: a packet that an encoder or a muxer lost, the
// list of places, the end of the file.
#include "media/write/result_check.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string_view>

#include "base/fault_point.hpp"
#include "invisiblur/transcode.hpp"
#include "support/clips.hpp"
#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

struct Fault {
    std::string place;
    std::int64_t count = 0;
    std::function<void()> damage;  ///< of the file that is about to be read again
};
Fault fault;
int faults = 0;

struct Heard : Progress {
    void warn(const std::string& sentence) override { warnings += sentence + "\n"; }
    std::string warnings;
};

/// Hides nothing of a clip; what the job's error said, "" where there was none.
std::string run_with(const Fault& one, const TranscodeJob& job) {
    fault = one;
    faults = 0;
    Heard progress;
    std::string said;
    try {
        transcode(job, progress);
    } catch (const std::exception& error) {
        said = error.what();
    }
    fault = {};
    return said;
}

TranscodeJob job_for(const TempDir& folder, const std::string& input, const std::string& output) {
    std::ofstream(folder / "none.json") << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[]})";
    TranscodeJob job{folder / input, folder / output, {}};
    job.options.tracks = folder / "none.json";
    job.options.passes = "1";
    return job;
}

std::string part_of(const TranscodeJob& job) {
    const std::filesystem::path output = job.output;
    return (output.parent_path() / ("." + output.filename().string() + ".part")).string();
}

/// Writes zeros over the last place where a mark stands, `before` bytes behind its beginning.
void blank(const std::string& path, std::string_view mark, std::size_t before, std::size_t bytes) {
    std::string content = content_of(path);
    const auto at = content.rfind(mark);
    REQUIRE(at != std::string::npos);
    for (std::size_t i = at + before; i < std::min(content.size(), at + before + bytes); ++i) content[i] = 0;
    std::ofstream(path, std::ios::binary) << content;
}

struct Kind {
    const char* extension;
    const char* arguments;  ///< how a clip of it is made
    bool sound = true;
    std::string_view index = "";  ///< what its list of places begins with; "" for none
    std::size_t before = 0;
};

using namespace std::string_literals;
using namespace std::string_view_literals;

const Kind kKinds[] = {
    {"mkv", "-c:v libx264 -g 10 -c:a aac", true, "\x1C\x53\xBB\x6B"sv},
    {"webm", "-c:v libvpx -deadline realtime -b:v 1M -g 10 -c:a libopus", true, "\x1C\x53\xBB\x6B"sv},
    {"mp4", "-c:v libx264 -g 10 -c:a aac", true, "stss"sv},
    {"mov", "-c:v libx264 -g 10 -c:a pcm_s16le", true, "moov"sv},
    {"3gp", "-c:v libx264 -profile:v baseline -g 10 -c:a aac", true, "stsz"sv, 12},
    {"avi", "-c:v mpeg4 -g 10 -c:a mp3", true, "idx1"sv, 8},
    {"ts", "-c:v libx264 -g 10 -c:a aac"},
    {"m2ts", "-c:v mpeg2video -c:a ac3"},
    {"mpg", "-c:v mpeg2video -bf 2 -c:a mp2"},
    {"flv", "-c:v libx264 -g 10 -c:a aac"},
    {"ogv", "-c:v libtheora -q:v 5 -c:a libvorbis"},
    {"nut", "-c:v mpeg4 -g 10 -c:a mp3", true, "\x4E\x58\xDD\x67\x2F\x23\xE6\x4E"sv},
    {"wmv", "-c:v wmv2 -c:a wmav2", true, "\x90\x08\x00\x33\xB1\xE5\xCF\x11"sv},
    {"mxf", "-c:v mpeg2video -c:a pcm_s16le -ar 48000", true, "\x06\x0E\x2B\x34\x02\x53\x01\x01\x0D\x01\x02\x01\x01\x10\x01\x00"sv, 20},
    {"h264", "-c:v libx264 -g 10 -an", false},
    {"m2v", "-c:v mpeg2video -an", false},
    {"ivf", "-c:v libvpx -deadline realtime -b:v 1M -an", false},
    {"y4m", "-pix_fmt yuv420p -an", false},
    {"gif", "-an", false},
    {"apng", "-pix_fmt rgb24 -an", false},
};

}  // namespace

extern "C" int invisiblur_fault(const char* place, std::int64_t count) {
    if (fault.place != place || (fault.count != 0 && count != fault.count)) return 0;
    if (++faults > 1) return 0;
    if (!fault.damage) return 1;
    fault.damage();
    return 0;
}

namespace {

/// Makes the n-th packet of a Matroska file's first sound one byte long; the rest of its place becomes void.
void shorten_packet(const std::string& path, int number) {
    const std::string list = must_run({"ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries", "packet=size,pos", "-of", "csv=p=0", path});
    const std::vector<std::string> packet = split(split(list, '\n').at(static_cast<std::size_t>(number)), ',');
    std::string bytes = content_of(path);
    std::size_t at = std::stoul(packet[1]) - 3;  // behind the block's name and length
    const std::size_t head = bytes[at] == '\xA3' ? 3 : 2;
    at += 3 - head;
    REQUIRE(bytes[at] == '\xA3');
    const std::size_t whole = head + 4 + std::stoul(packet[0]);
    std::string block = "\xA3\x85" + bytes.substr(at + head, 4) + '\x08';
    const std::size_t rest = whole - block.size() - 3;
    block += {'\xEC', static_cast<char>(0x40 | rest >> 8), static_cast<char>(rest & 0xFF)};
    bytes.replace(at, whole, block + std::string(rest, '\0'));
    std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("a copied stream of which the muxer refuses a packet is left out from there") {
    const TempDir folder;
    make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=160x120:r=25 -f lavfi -i sine=r=48000 -f lavfi -i sine=r=48000 -map 0 -map 1 -map 2 -t 4 "
                                 "-c:v mpeg2video -c:a:0 libopus -c:a:1 mp2");
    shorten_packet(folder / "in.mkv", 60);
    TranscodeJob job = job_for(folder, "in.mkv", "out.ts");
    Heard progress;
    transcode(job, progress);
    CHECK_MESSAGE(progress.warnings.find("stream 1 (opus) is left out from about") != std::string::npos, progress.warnings);
    CHECK_MESSAGE(progress.warnings.find("mpegts does not take what comes there (Opus packet too short)") != std::string::npos, progress.warnings);
    CHECK(ffprobe_times(folder / "out.ts").size() == 100);
    CHECK(stream_hash(folder / "out.ts", "0:a:1") == stream_hash(folder / "in.mkv", "0:a:1"));
    job.output = folder / "strict.ts";
    job.options.strict = true;
    CHECK_MESSAGE(run_with({}, job).find("Opus packet too short") != std::string::npos, "--strict");
    CHECK_FALSE(std::filesystem::exists(job.output));
}

TEST_CASE("pictures that are all alike are all in the result") {
    const TempDir folder;
    make_clip(folder / "in.mkv", "-f lavfi -i color=c=gray:s=160x120:r=1 -frames:v 10 -c:v ffv1");
    for (const char* const name : {"out.ogv", "out.mkv", "out.nut"}) {
        TranscodeJob job = job_for(folder, "in.mkv", name);
        job.options.video_codec = "libtheora";
        CHECK(run_with({}, job) == "");
        CHECK(ffprobe_times(job.output) == ffprobe_times(folder / "in.mkv"));
    }
}

TEST_CASE("a picture file is read again, too") {
    const TempDir folder;
    for (const std::string& kind : {"png"s, "jpg"s, "tif"s, "webp"s}) {
        make_clip(folder / ("in." + kind), "-f lavfi -i testsrc2=s=160x120 -frames:v 1" + std::string(kind == "tif" ? " -pix_fmt rgb24" : ""));
        const TranscodeJob job = job_for(folder, "in." + kind, "out." + kind);
        const std::string said = run_with({"reread", 0, [&] { std::filesystem::resize_file(part_of(job), 200); }}, job);
        CHECK_MESSAGE(said.find("was not kept, since it was not written whole: the disk holds other bytes") != std::string::npos, said);
        CHECK_FALSE(std::filesystem::exists(job.output));
        CHECK(run_with({}, job) == "");
        CHECK(std::filesystem::exists(job.output));
    }
}

TEST_CASE("a transport stream refuses what no reader would find in it before the work begins") {
    const TempDir folder;
    make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=160x120:r=25 -t 1 -c:v ffv1");
    const std::string said = run_with({}, job_for(folder, "in.mkv", "out.ts"));
    CHECK_MESSAGE(said.find("mpegts cannot hold ffv1: choose one with -c:v") != std::string::npos, said);
    CHECK_MESSAGE(said.find("libx264") != std::string::npos, said);
}

TEST_CASE("what an encoder, a muxer or a disk loses is noticed in each container") {
    for (const Kind& kind : kKinds) {
        const TempDir folder;
        const std::string in = std::string("in.") + kind.extension, out = std::string("out.") + kind.extension;
        make_clip(folder / in, "-f lavfi -i testsrc2=s=160x120:r=25 -f lavfi -i sine -t 1.2 " + std::string(kind.arguments));
        const auto frames = static_cast<std::int64_t>(ffprobe_times(folder / in).size());
        const TranscodeJob job = job_for(folder, in, out);
        const std::string part = part_of(job);
        const std::string few = "was given " + std::to_string(frames) + " pictures and returned " + std::to_string(frames - 1);
        CAPTURE(in);
        std::vector<Fault> all = {{"lose encoded", frames, {}}, {"lose encoded", 12, {}}, {"mux video", frames, {}}, {"mux video", 12, {}}};
#ifdef __SANITIZE_ADDRESS__
        // libav's GIF muxer holds a picture that only the trailer frees, which a job that failed does not write.
        if (std::string_view(kind.extension) == "gif") std::erase_if(all, [](const Fault& fault) { return fault.place == "lose encoded"; });
#endif
        if (kind.sound) all.push_back({"mux other", 12, {}});
        all.push_back({"reread", 0, [&] { std::filesystem::resize_file(part, std::filesystem::file_size(part) - 100); }});
        if (!kind.index.empty()) all.push_back({"reread", 0, [&] { blank(part, kind.index, kind.before, 300); }});
        for (std::size_t i = 0; i < all.size(); ++i) {
            CAPTURE(i);
            const std::string said = run_with(all[i], job);
            CHECK(faults > 0);
            const bool encoder = all[i].place == "lose encoded";
            CHECK_MESSAGE(said.find(encoder ? few : "was not kept, since it was not written whole") != std::string::npos, said);
            CHECK(folder.names() == std::vector<std::string>{in, "none.json"});
        }
        CHECK(run_with({}, job) == "");
        CHECK(std::filesystem::exists(folder / out));
    }
}
