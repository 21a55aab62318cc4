// The guarantees of the design, on files, with the real program, and with ffmpeg and ffprobe as judges.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "cli/program.hpp"
#include "support/clips.hpp"
#include "support/pictures.hpp"
#include "support/raw_clip.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

struct Case {
    std::string format;
    std::string file;
    std::string encoder;  ///< ffmpeg's arguments after the raw video
    bool interlaced = false;
};

const std::vector<Case>& cases() {
    static const std::vector<Case> all = {
        {"yuv420p", "in.mkv", "-c:v ffv1"},
        {"yuv422p10le", "in.mkv", "-c:v ffv1"},
        {"yuv444p", "in.mkv", "-c:v ffv1"},
        {"gray", "in.mkv", "-c:v ffv1"},
        {"gbrp", "in.mkv", "-c:v ffv1"},
        {"gbrp12le", "in.mkv", "-c:v ffv1"},
        {"yuva420p", "in.mkv", "-c:v ffv1"},
        {"nv12", "in.nut", "-c:v rawvideo"},
        {"rgb24", "in.nut", "-c:v rawvideo"},
        {"yuyv422", "in.nut", "-c:v rawvideo"},
        {"yuv410p", "in.mkv", "-c:v ffv1"},
        {"yuv420p", "in.mkv", "-vf setfield=tff -c:v ffv1 -flags +ildct", true},
        {"yuv420p10le", "in.mkv", "-vf setfield=bff -c:v ffv1 -flags +ildct", true},
    };
    return all;
}

/// A clip on disk with sound, and its faces.
struct Source {
    RawClip clip;
    std::string path;
    std::vector<std::int64_t> pts;
    Tracks tracks;
    std::string tracks_path;
};

Source make_source(const TempDir& folder, const Case& one) {
    Source source{make_raw_clip(one.format, 97, 66, 14, 5), folder / one.file, {}, {}, folder / "faces.json"};
    const std::string sound =
        std::string("-f lavfi -i sine=d=0.5 -map 0:v -map 1:a -c:a ") + (one.file == "in.nut" ? "pcm_s16le " : "flac ");
    write_clip(source.path, source.clip, sound + one.encoder);
    source.pts = ffprobe_pts(source.path);
    const auto base = split(ffprobe_value(source.path, "v:0", "time_base"), '/');
    source.tracks = two_faces(source.clip, source.pts, std::stoll(base.at(0)), std::stoll(base.at(1)));
    write_tracks_file(source.tracks_path, source.tracks);
    return source;
}

/// The same clip with other pixels in each core.
std::string write_with_other_faces(const TempDir& folder, const Case& one, Source source) {
    Random random(77);
    for (std::size_t n = 0; n < source.clip.frames.size(); ++n) {
        for (const FaceArea& area : areas_of_frame(source.clip, n, source.tracks, source.pts[n], one.interlaced))
            n % 3 == 0 ? paint(source.clip.view(n), area.core, n % 2 == 0 ? 0 : 255) : scramble(source.clip.view(n), area.core, random);
    }
    const std::string path = folder / ("other_" + one.file);
    write_clip(path, source.clip, one.encoder);
    return path;
}

std::string hashes(const Source& source, const std::string& path, const std::vector<std::string>& options) {
    std::vector<std::string> arguments = {"--hash", "--tracks", source.tracks_path, path};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Finished finished = transcode_command(arguments);
    REQUIRE_MESSAGE(finished.status == 0, finished.err);
    return finished.out;
}

/// Samples outside cores and halos that are not the source's; and, in `inside`, whether any inside is another.
std::size_t count_changed_outside(Source source, RawClip out, bool interlaced, bool& inside) {
    std::size_t wrong = 0;
    for (std::size_t n = 0; n < out.frames.size(); ++n) {
        const auto areas = areas_of_frame(source.clip, n, source.tracks, source.pts[n], interlaced);
        const PixelLayout layout = out.view(n).layout;
        const auto before = samples_of(source.clip.view(n)), after = samples_of(out.view(n));
        for (int c = 0; c < layout.component_count; ++c) {
            const int width = layout.component_width(c, out.width);
            for (std::size_t i = 0; i < before[c].size(); ++i) {
                if (before[c][i] == after[c][i]) continue;
                const int x = static_cast<int>(i) % width, y = static_cast<int>(i) / width;
                bool may = false;
                for (const FaceArea& area : areas) may |= in_component(unite(area.core, area.halo), layout, c).contains(x, y);
                inside |= may;
                wrong += !may;
            }
        }
    }
    return wrong;
}

}  // namespace

TEST_CASE("non-interference: files that differ only inside the cores give equal hashes") {
    for (const Case& one : cases()) {
        CAPTURE(one.format);
        CAPTURE(one.interlaced);
        const TempDir folder;
        const Source source = make_source(folder, one);
        const std::string other = write_with_other_faces(folder, one, source);
        for (const char* passes : {"1", "2"}) {
            CAPTURE(std::string(passes));
            const std::string expected = hashes(source, source.path, {"--passes", passes});
            CHECK(split(expected, '\n').size() == source.pts.size());
            CHECK(hashes(source, other, {"--passes", passes}) == expected);
        }
        CHECK(read_clip(other, one.format, source.clip.width, source.clip.height).frames != source.clip.frames);
    }
}

TEST_CASE("nothing else changes: outside cores and halos every bit stays, and so do frames, times and sound") {
    int turn = 0;
    for (const Case& one : cases()) {
        const std::string passes = ++turn % 2 == 0 ? "1" : "2";  // by turns: starting programs is what takes the time here
        CAPTURE(one.format);
        CAPTURE(one.interlaced);
        CAPTURE(passes);
        const TempDir folder;
        const Source source = make_source(folder, one);
        const std::string result = folder / ("out_" + one.file);
        const Finished finished = transcode_command({"--passes", passes, "--tracks", source.tracks_path, source.path, "-o", result});
        REQUIRE_MESSAGE(finished.status == 0, finished.err);
        const RawClip out = read_clip(result, one.format, source.clip.width, source.clip.height);
        REQUIRE(out.frames.size() == source.clip.frames.size());
        bool inside = false;
        CHECK(count_changed_outside(source, out, one.interlaced, inside) == 0);
        CHECK(inside);
        CHECK(ffprobe_pts(result) == source.pts);
        for (const char* key : {"time_base", "pix_fmt"}) CHECK(ffprobe_value(result, "v:0", key) == ffprobe_value(source.path, "v:0", key));
        CHECK(stream_hash(result, "0:a") == stream_hash(source.path, "0:a"));
    }
}

TEST_CASE("the number of threads changes no bit") {
    const TempDir folder;
    const Case one{"yuv420p", "in.mkv", "-c:v ffv1 -slices 4"};
    Source source{make_raw_clip("yuv420p", 322, 242, 40, 9), folder / one.file, {}, {}, folder / "faces.json"};
    write_clip(source.path, source.clip, one.encoder);
    source.pts = ffprobe_pts(source.path);
    write_tracks_file(source.tracks_path, two_faces(source.clip, source.pts, 1, 1000));
    for (const char* passes : {"1", "2"}) {
        CAPTURE(std::string(passes));
        const std::string expected = hashes(source, source.path, {"--passes", passes, "--threads", "1"});
        for (const char* threads : {"2", "3", "8"}) {
            CAPTURE(std::string(threads));
            CHECK(hashes(source, source.path, {"--passes", passes, "--threads", threads}) == expected);
        }
    }
}

TEST_CASE("every packet of every other stream stays") {
    const TempDir folder;
    std::ofstream(folder / "s.srt") << "1\n00:00:00,200 --> 00:00:00,900\nHello\n\n2\n00:00:01,000 --> 00:00:01,500\nBye\n\n";
    std::ofstream(folder / "font.ttf") << "not really a font";
    make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=96x64:d=2:r=25 -f lavfi -i sine=d=2.1 -f lavfi -i sine=f=900:d=1.7 -i " +
                                     (folder / "s.srt") +
                                     " -map 0 -map 1 -map 2 -map 3 -c:v libx264 -bf 2 -c:a:0 aac -c:a:1 libopus -c:s srt -attach " +
                                     (folder / "font.ttf") + " -metadata:s:t mimetype=font/ttf");
    std::ofstream(folder / "none.json") << R"({"format":"invisiblur-tracks","version":1,"tracks":[]})";
    const Finished finished = transcode_command({"--tracks", folder / "none.json", folder / "in.mkv", "-o", folder / "out.mkv"});
    REQUIRE_MESSAGE(finished.status == 0, finished.err);
    for (const char* map : {"0:a", "0:s", "0:t"}) CHECK(stream_hash(folder / "out.mkv", map) == stream_hash(folder / "in.mkv", map));
    const auto packets = [&](const char* name) {
        return must_run({"ffprobe", "-v", "error", "-select_streams", "a", "-show_entries", "packet=stream_index,pts,duration,size", "-of",
                         "csv", folder / name});
    };
    CHECK(packets("out.mkv") == packets("in.mkv"));
    CHECK(ffprobe_pts(folder / "out.mkv") == ffprobe_pts(folder / "in.mkv"));
}
