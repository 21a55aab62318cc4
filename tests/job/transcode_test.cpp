#include "invisiblur/transcode.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/program.hpp"
#include "invisiblur/error.hpp"
#include "support/at_hand.hpp"
#include "support/clips.hpp"
#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

const std::string kPicture = "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -f lavfi -i sine=d=2 ";

class Listener : public Progress {
public:
    void warn(const std::string& sentence) override { warnings += sentence + '\n'; }
    std::string warnings;
};

/// Options with a face set by hand, so that no network is needed.
Options with_tracks(const TempDir& dir) {
    std::ofstream(dir / "tracks.json") << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[{"id":1,"boxes":[)"
                                          R"({"pts":0,"x":40,"y":30,"w":30,"h":30,"score":1,"from":"hand"}]}]})";
    std::filesystem::copy_file(dir / "tracks.json", dir / "tracks.2.json", std::filesystem::copy_options::overwrite_existing);
    Options options;
    options.tracks = dir / "tracks.json";
    options.plate = "none";
    return options;
}

std::string failure(const TranscodeJob& job) {
    try {
        Listener listener;
        transcode(job, listener);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "no failure";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string entries(const std::string& path, const std::string& what) {
    return must_run({"ffprobe", "-v", "error", "-show_entries", what, "-of", "csv=p=0", path});
}

}  // namespace

TEST_CASE("frames, times, codec and sound stay") {
    const TempDir dir;
    const std::pair<const char*, const char*> clips[] = {
        {"b.mp4", "-c:v libx264 -bf 3 -c:a aac"},
        {"opus.mkv", "-c:v libx264 -pix_fmt yuv420p10 -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -c:a libopus"},
        {"i.ts", "-c:v mpeg2video -flags +ildct+ilme -top 1 -bf 2 -c:a mp2"},
        {"x.avi", "-c:v mpeg4 -bf 2 -c:a mp3"},
        {"x264.avi", "-c:v libx264 -c:a mp3"},
        {"x.mpg", "-c:v mpeg1video -c:a mp2"},
        {"full.mov", "-c:v mjpeg -pix_fmt yuvj422p -aspect 2:1 -c:a pcm_s16le"},
        {"x.webm", "-c:v libvpx-vp9 -deadline realtime -c:a libopus"},
        {"vfr.mkv", "-vf select='not(eq(mod(n,7),3))' -fps_mode passthrough -c:v libx264 -c:a flac"},
        {"vfr.mp4", "-vf select='not(eq(mod(n,7),3))' -fps_mode passthrough -c:v mpeg4 -c:a aac"},
        {"late.mkv", "-vf setpts=PTS+0.85/TB -fps_mode passthrough -c:v libx264 -c:a flac"},
        {"late.mp4", "-vf setpts=PTS+0.85/TB -fps_mode passthrough -c:v libx264 -c:a aac"},
        {"one.mkv", "-frames:v 1 -c:v ffv1 -c:a flac"},
    };
    for (const auto& [name, arguments] : clips) {
        CAPTURE(name);
        const std::string in = dir / name, out = dir / ("out_" + std::string(name));
        make_clip(in, kPicture + arguments);
        Listener listener;
        const Report report = transcode({in, out, with_tracks(dir)}, listener);
        CHECK(listener.warnings == "");
        CHECK(report.streams.at(0).frames == static_cast<std::int64_t>(ffprobe_times(out).size()));
        CHECK(ffprobe_times(out) == ffprobe_times(in));
        CHECK(stream_hash(out, "0:a") == stream_hash(in, "0:a"));
        CHECK(entries(out, "packet=pts_time,stream_index:stream=") .size() > 0);
        for (const char* key : {"codec_name", "pix_fmt", "width", "height", "sample_aspect_ratio", "field_order", "r_frame_rate", "codec_tag_string"})
            CHECK_MESSAGE(ffprobe_value(out, "v:0", key) == ffprobe_value(in, "v:0", key), key);
        for (const char* key : {"color_range", "color_space", "color_transfer", "color_primaries", "start_time"}) {
            const std::string before = ffprobe_value(in, "v:0", key);
            if (before != "unknown") CHECK_MESSAGE(ffprobe_value(out, "v:0", key) == before, key);
        }
        CHECK(ffprobe_value(out, "a:0", "start_time") == ffprobe_value(in, "a:0", "start_time"));
    }
}

TEST_CASE("subtitles, chapters, attachments, languages and a second video stay") {
    const TempDir dir;
    std::ofstream(dir / "s.srt") << "1\n00:00:00,500 --> 00:00:01,200\nHello\n\n";
    std::ofstream(dir / "c.txt") << ";FFMETADATA1\ntitle=A film\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=900\ntitle=One\n"
                                    "[CHAPTER]\nTIMEBASE=1/1000\nSTART=900\nEND=2000\ntitle=Two\n";
    std::ofstream(dir / "font.ttf") << "not really a font";
    make_clip(dir / "in.mkv", kPicture + "-f lavfi -i mandelbrot=s=96x64:r=10 -i " + (dir / "s.srt") + " -i " + (dir / "c.txt") +
                                  " -map 0:v -map 1:a -map 2:v -map 3:s -map_metadata 4 -t 2 -c:v libx264 -c:a flac -c:s srt -metadata:s:a:0 language=fra"
                                  " -disposition:s:0 forced -attach " + (dir / "font.ttf") + " -metadata:s:t:0 mimetype=font/ttf");
    Listener listener;
    const Report report = transcode({dir / "in.mkv", dir / "out.mkv", with_tracks(dir)}, listener);
    CHECK(report.streams.size() == 2);
    CHECK(ffprobe_times(dir / "out.mkv", 1) == ffprobe_times(dir / "in.mkv", 1));
    for (const char* map : {"0:a", "0:s"}) CHECK(stream_hash(dir / "out.mkv", map) == stream_hash(dir / "in.mkv", map));
    for (const char* what : {"chapter=start_time,end_time:chapter_tags=title", "stream=index,codec_type,codec_name:stream_tags=language,filename,mimetype",
                             "stream_disposition=forced,default", "format_tags=title"})
        CHECK(entries(dir / "out.mkv", what) == entries(dir / "in.mkv", what));
    must_run({"ffmpeg", "-v", "error", "-dump_attachment:t:0", dir / "dumped", "-i", dir / "out.mkv", "-f", "null", "-"});
    CHECK(must_run({"cat", dir / "dumped"}) == "not really a font");
}

TEST_CASE("a rotated film stays rotated, and a cover without a face stays as it is") {
    const TempDir dir;
    make_clip(dir / "plain.mp4", kPicture + "-c:v libx264 -c:a aac");
    make_clip(dir / "cover.png", "-f lavfi -i color=blue:s=64x64 -frames:v 1");
    must_run({"ffmpeg", "-v", "error", "-i", dir / "plain.mp4", "-i", dir / "cover.png", "-map", "0", "-map", "1", "-c", "copy", "-metadata:s:v:0",
              "rotate=90", "-disposition:v:1", "attached_pic", dir / "in.mp4"});
    Options options = with_tracks(dir);
    Listener listener;
    const bool model = has_model();
    if (!model) options.drop = {"attachment"};
    transcode({dir / "in.mp4", dir / "out.mp4", options}, listener);
    CHECK(entries(dir / "out.mp4", "stream_side_data=rotation") == entries(dir / "in.mp4", "stream_side_data=rotation"));
    if (model) CHECK(stream_hash(dir / "out.mp4", "0:v:1") == stream_hash(dir / "in.mp4", "0:v:1"));
}

TEST_CASE("hashes are those of ffmpeg's framemd5 where nothing is hidden") {
    const TempDir dir;
    make_clip(dir / "in.mkv", kPicture + "-c:v ffv1 -c:a flac");
    Options options = with_tracks(dir);
    options.hash = true;
    std::ofstream(options.tracks) << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[]})";
    std::ostringstream hashes;
    Listener listener;
    transcode({dir / "in.mkv", "", options}, listener, &hashes);
    std::string expected;
    for (const std::string& line : split(must_run({"ffmpeg", "-v", "error", "-i", dir / "in.mkv", "-map", "0:v", "-f", "framemd5", "-"}), '\n'))
        if (line[0] != '#') expected += line.substr(line.rfind(' ') + 1) + '\n';
    std::string got;
    for (const std::string& line : split(hashes.str(), '\n')) got += line.substr(line.find(' ') + 1) + '\n';
    CHECK(got == expected);
}

TEST_CASE("nothing is written over the input or over what is there") {
    const TempDir dir;
    make_clip(dir / "in.mkv", kPicture + "-c:v ffv1 -c:a flac");
    std::filesystem::create_symlink(dir / "in.mkv", dir / "link.mkv");
    std::filesystem::create_hard_link(dir / "in.mkv", dir / "hard.mkv");
    Options options = with_tracks(dir);
    options.overwrite = true;
    for (const char* name : {"in.mkv", "link.mkv", "hard.mkv"})
        CHECK(contains(failure({dir / "in.mkv", dir / name, options}), "is the input itself"));
    options.overwrite = false;
    std::ofstream(dir / "taken.mkv") << "mine";
    CHECK(contains(failure({dir / "in.mkv", dir / "taken.mkv", options}), "exists already"));
    CHECK(must_run({"cat", dir / "taken.mkv"}) == "mine");
    options.overwrite = true;
    CHECK(failure({dir / "in.mkv", dir / "taken.mkv", options}) == "no failure");
    CHECK(ffprobe_times(dir / "taken.mkv").size() == 50);
    CHECK(contains(failure({dir / "in.mkv", dir.path().string(), options}), "is a folder"));
    CHECK(contains(failure({dir / "in.mkv", dir / "no/such/out.mkv", options}), "No such file or directory"));
}

TEST_CASE("a codec that nobody writes gets one that stands for it, and a container that holds it") {
    const TempDir dir;
    const Options options = with_tracks(dir);
    const auto codec_of = [](const std::string& path) { return ffprobe_value(path, "v:0", "codec_name"); };
    for (const std::string kind : {"avi", "wmv"}) {
        CAPTURE(kind);
        make_clip(dir / ("in." + kind), "-f lavfi -i testsrc2=s=161x121:r=25:d=1 -c:v cinepak");
        Listener progress;
        const Report report = transcode({dir / ("in." + kind), dir / ("out." + kind), options}, progress);
        const std::string made = kind == "wmv" ? "out.mkv" : "out.avi";
        CHECK(report.output == dir / made);
        CHECK(report.warnings.front() == "stream 0 becomes h264, since nobody writes cinepak");
        CHECK(codec_of(dir / made) == "h264");
        CHECK(ffprobe_times(dir / made).size() == ffprobe_times(dir / ("in." + kind)).size());
    }
}

TEST_CASE("what cannot be encoded or held is said, and nothing is left") {
    const TempDir dir;
    make_clip(dir / "in.avi", kPicture + "-c:v cinepak -c:a pcm_s16le");
    Options options = with_tracks(dir);
    options.format = "ogg";
    CHECK(contains(failure({dir / "in.avi", dir / "out.ogv", options}), "there is no encoder for cinepak: choose one with -c:v; ogg takes "));
    options.format.clear();
    options.strict = true;
    CHECK(contains(failure({dir / "in.avi", dir / "out.avi", options}), "stream 0 becomes h264, since nobody writes cinepak"));
    options.strict = false;
    options.video_codec = "nonsense";
    CHECK(contains(failure({dir / "in.avi", dir / "out.avi", options}), "-c:v nonsense: there is no such video encoder"));
    options.video_codec = "libx264";
    options.encoder_options = {"nonsense=1"};
    CHECK(contains(failure({dir / "in.avi", dir / "out.avi", options}), "--encoder-opt: the encoder libx264 has no option \"nonsense\""));
    options.encoder_options = {};
    options.video_codec = "ffv1";
    options.crf = 20;
    CHECK(contains(failure({dir / "in.avi", dir / "out.mkv", options}), "the encoder ffv1 has no quality to set"));
    options.crf = -1;
    CHECK(contains(failure({dir / "in.avi", dir / "out.mp4", options}), "mp4 cannot hold ffv1"));
    options.format = "nonsense";
    CHECK(contains(failure({dir / "in.avi", dir / "out.mp4", options}), "there is no such container"));
    CHECK(dir.names() == std::vector<std::string>{"in.avi", "tracks.2.json", "tracks.json"});
}

TEST_CASE("tracks of another video are refused") {
    const TempDir dir;
    make_clip(dir / "in.mkv", kPicture + "-c:v ffv1 -c:a flac");
    Options options = with_tracks(dir);
    std::ofstream(options.tracks) << R"({"format":"invisiblur-tracks","version":1,"source":{"sha256":")" << std::string(64, 'a') << R"("},"tracks":[]})";
    CHECK(contains(failure({dir / "in.mkv", dir / "out.mkv", options}), "belongs to another video than"));
    CHECK_FALSE(std::filesystem::exists(dir / "out.mkv"));
}

TEST_CASE("a file size limit is an error, and nothing is left") {
    const TempDir dir;
    make_clip(dir / "in.mkv", kPicture + "-c:v ffv1 -c:a flac");
    with_tracks(dir);
    const Finished finished = shell("ulimit -f 100; " + program() + " -q " + (dir / "in.mkv") + " -o " + (dir / "out.mkv") + " --plate none --tracks " +
                                    (dir / "tracks.json"));
    CHECK(finished.status == 1);
    CHECK_MESSAGE(contains(finished.err, "File too large"), finished.err);
    CHECK(dir.names() == std::vector<std::string>{"in.mkv", "tracks.2.json", "tracks.json"});
}

TEST_CASE("a cancelled job leaves nothing") {
    const TempDir dir;
    make_clip(dir / "in.mkv", kPicture + "-c:v libx264 -c:a flac");
    class Impatient : public Listener {
        void update(const ProgressStep& step) override { cancel = step.frame >= 0; }
    } impatient;
    CHECK_THROWS_AS(transcode({dir / "in.mkv", dir / "out.mkv", with_tracks(dir)}, impatient), Cancelled);
    CHECK(dir.names() == std::vector<std::string>{"in.mkv", "tracks.2.json", "tracks.json"});
}

TEST_CASE("the default name stands beside the input") {
    CHECK(default_output("a/b.mp4", {}) == "a/b_invisible.mp4");
    CHECK(default_output("-", {}) == "-");
    CHECK(default_output("http://server/a/b.mp4?key=x/y.z#t=3", {}) == "b_invisible.mp4");
    Options options;
    options.format = "matroska";
    CHECK(default_output("b.mp4", options) == "b_invisible.mkv");
    const TempDir dir;
    options = {};
    options.output = dir.path().string();
    CHECK(default_output("a/b.mp4", options) == (dir / "b_invisible.mp4"));
}

TEST_CASE("RGB sources and YUV encoders, and the other way round, keep the colours") {
    const TempDir dir;
    const char* smooth = "-f lavfi -i gradients=s=160x120:d=1:r=10:c0=red:c1=blue ";
    const std::pair<const char*, const char*> ways[] = {{"-pix_fmt bgra -c:v png", "libvpx-vp9"}, {"-pix_fmt yuv444p -c:v ffv1", "png"},
                                                        {"-pix_fmt bgr0 -c:v ffv1", "libx264"}};
    for (const auto& [arguments, encoder] : ways) {
        CAPTURE(encoder);
        make_clip(dir / "in.mkv", std::string(smooth) + arguments);
        Options options = with_tracks(dir);
        std::ofstream(options.tracks) << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[]})";
        options.video_codec = encoder;
        options.overwrite = true;
        Listener listener;
        transcode({dir / "in.mkv", dir / "out.mkv", options}, listener);
        const Finished psnr = run({"ffmpeg", "-i", dir / "in.mkv", "-i", dir / "out.mkv", "-lavfi", "[0]format=gbrp[a];[1]format=gbrp[b];[a][b]psnr", "-f", "null", "-"});
        const auto at = psnr.err.find("average:");
        REQUIRE(at != std::string::npos);
        CHECK(std::strtod(psnr.err.c_str() + at + 8, nullptr) > 34);
    }
}

TEST_CASE("a GIF keeps its palette and its times") {
    const TempDir dir;
    make_clip(dir / "in.gif", "-f lavfi -i testsrc=s=96x64:d=1:r=10 -vf split[a][b];[a]palettegen[p];[b][p]paletteuse");
    Options options = with_tracks(dir);
    std::ofstream(options.tracks) << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[]})";
    Listener listener;
    transcode({dir / "in.gif", dir / "out.gif", options}, listener);
    const auto md5 = [&](const char* name) { return must_run({"ffmpeg", "-v", "error", "-i", dir / name, "-pix_fmt", "bgra", "-f", "framemd5", "-"}); };
    CHECK(md5("out.gif") == md5("in.gif"));
}

TEST_CASE("with a lossless encoder only the masked part changes") {
    const TempDir dir;
    make_clip(dir / "in.mkv", kPicture + "-pix_fmt yuv420p10 -c:v ffv1 -c:a flac");
    Listener listener;
    const Report report = transcode({dir / "in.mkv", dir / "out.mkv", with_tracks(dir)}, listener);
    CHECK(report.streams.at(0).frames_masked == 1);
    const auto corner = [&](const char* name) {
        return must_run({"ffmpeg", "-v", "error", "-i", dir / name, "-map", "0:v", "-vf", "crop=60:40:100:80", "-f", "framemd5", "-"});
    };
    CHECK(corner("out.mkv") == corner("in.mkv"));
}

TEST_CASE("a name that is settled is not asked for again") {
    const TempDir dir;
    // Windows Media's screen codec, by its name: nobody writes it, and ASF takes nothing in its place.
    make_clip(dir / "in.wmv", "-f lavfi -i testsrc2=s=64x48:r=10:d=1 -c:v wmv2");
    std::string film = content_of(dir / "in.wmv");
    for (std::size_t at = film.find("WMV2"); at != std::string::npos; at = film.find("WMV2")) film.replace(at, 4, "MSS2");
    std::ofstream(dir / "in.wmv", std::ios::binary) << film;
    const std::atomic<bool> cancel{false};
    const TranscodeJob job{dir / "in.wmv", dir / "out.wmv", {}};
    TranscodeJob once = settled(job, cancel);
    CHECK(once.output == dir / "out.mkv");
    once.output = job.output;  // whoever looked into the file again would find the other name
    CHECK(settled(once, cancel).output == dir / "out.wmv");
}
