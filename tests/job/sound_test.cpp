#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

#include "invisiblur/transcode.hpp"
#include "support/clips.hpp"
#include "support/listener.hpp"
#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kRate = 44100;

/// No face is looked for.
Options plain(const TempDir& dir) {
    std::ofstream(dir / "none.json") << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[]})";
    Options options;
    options.tracks = dir / "none.json";
    options.plate = "none";
    return options;
}

/// Three seconds with noise as sound, which is like itself at no shift.
std::string noisy(const TempDir& dir, const std::string& name, const std::string& sound) {
    make_clip(dir / name, "-f lavfi -i testsrc2=s=64x48:r=25:d=3 -f lavfi -i anoisesrc=d=3:r=44100:a=0.4:seed=7 -f lavfi -i anoisesrc=d=3:r=44100:a=0.4:seed=8 "
                          "-filter_complex [1:a][2:a]amerge=inputs=2[a] -map 0:v -map [a] -c:v mpeg4 " + sound);
    return dir / name;
}

Report run_job(const std::string& source, const std::string& output, const Options& options, std::string* warnings = nullptr) {
    Listener listener;
    Report report = transcode({.input = source, .output = output, .options = options}, listener);
    if (warnings) *warnings = listener.warnings;
    return report;
}

std::string failure(const std::string& source, const std::string& output, const Options& options) {
    try {
        run_job(source, output, options);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "no failure";
}

/// The left channel, as ffmpeg decodes it.
std::vector<float> samples(const std::string& path, const std::string& map = "0:a:0") {
    const std::string bytes = must_run({"ffmpeg", "-v", "error", "-i", path, "-map", map, "-af", "pan=mono|c0=c0", "-f", "f32le", "-"});
    std::vector<float> all(bytes.size() / sizeof(float));
    std::memcpy(all.data(), bytes.data(), all.size() * sizeof(float));
    return all;
}

/// The greatest correlation of two sounds over seconds [from, to) at any shift of up to 50 ms.
double likeness(const std::vector<float>& a, const std::vector<float>& b, double from, double to) {
    const int first = static_cast<int>(from * kRate), end = static_cast<int>(to * kRate), most = kRate / 20;
    double best = 0;
    for (int lag = -most; lag <= most; lag += 1) {
        double ab = 0, aa = 0, bb = 0;
        for (int i = std::max(first, first + lag); i < std::min(end, end + lag) && i < static_cast<int>(b.size()) && i - lag < static_cast<int>(a.size()); ++i) {
            const double x = static_cast<double>(a[static_cast<std::size_t>(i - lag)]), y = static_cast<double>(b[static_cast<std::size_t>(i)]);
            ab += x * y, aa += x * x, bb += y * y;
        }
        best = std::max(best, aa * bb > 0 ? std::abs(ab) / std::sqrt(aa * bb) : 0);
    }
    return best;
}

std::vector<std::string> packets(const std::string& path, const std::string& what) {
    return split(must_run({"ffprobe", "-v", "error", "-select_streams", "a:0", "-show_packets", "-show_data_hash", "md5", "-show_entries", "packet=" + what, "-of", "csv=p=0", path}), '\n');
}

std::string texts(const std::string& path, const std::string& map, const std::string& format) {
    return must_run({"ffmpeg", "-v", "error", "-i", path, "-map", map, "-f", format, "-"});
}

}  // namespace

TEST_CASE("without a word about sound it is copied, and the report says that voices are kept") {
    const TempDir dir;
    const std::string source = noisy(dir, "in.mp4", "-c:a aac");
    const Report report = run_job(source, dir / "out.mp4", plain(dir));
    CHECK(stream_hash(source, "0:a") == stream_hash(dir / "out.mp4", "0:a"));
    CHECK(report.voices == "kept");
    REQUIRE(report.sound.size() == 1);
    CHECK(report.sound[0].packets_encoded == 0);
}

TEST_CASE("PCM and FLAC: a span is gone to the sample, and packets outside it are the source's") {
    const TempDir dir;
    for (const auto& [name, sound] : std::vector<std::pair<std::string, std::string>>{
             {"pcm.mov", "-c:a pcm_s16le"}, {"pcm24.mkv", "-c:a pcm_s24le"}, {"flac.mkv", "-c:a flac"}, {"flac24.mkv", "-c:a flac -sample_fmt s32"}, {"pcm.avi", "-c:a pcm_u8"}}) {
        CAPTURE(name);
        const std::string source = noisy(dir, name, sound), result = dir / ("out_" + name);
        Options options = plain(dir);
        options.beep = {"1-1.5"};
        options.mute = {"2.25-2.5"};
        const Report report = run_job(source, result, options);
        const std::vector<float> before = samples(source), after = samples(result);
        REQUIRE(before.size() == after.size());
        std::size_t changed_outside = 0;
        for (std::size_t i = 0; i < before.size(); ++i) {
            const double s = static_cast<double>(i) / kRate, fade = 0.006;
            const bool outside = s < 1 - fade || (s > 1.5 + fade && s < 2.25 - fade) || s > 2.5 + fade;
            changed_outside += outside && before[i] != after[i];
            if (s >= 2.251 && s < 2.499 && name != "pcm24.mkv") CHECK(std::abs(after[i]) < 1e-6F);
        }
        CHECK(changed_outside == 0);
        CHECK(likeness(before, after, 1, 1.5) < 0.05);
        CHECK(packets(source, "pts,dts") == packets(result, "pts,dts"));
        REQUIRE(report.sound.size() == 1);
        CHECK(report.sound[0].packets_copied > report.sound[0].packets_encoded);
        CHECK(report.sound[0].packets_encoded > 0);
        const auto a = packets(source, "data_hash"), b = packets(result, "data_hash");
        std::int64_t same = 0;
        for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) same += !a[i].empty() && a[i] == b[i];
        CHECK(same >= report.sound[0].packets_copied);
    }
}

TEST_CASE("other codecs are encoded anew in step, in their codec, rate and number of samples") {
    const TempDir dir;
    for (const auto& [name, sound] : std::vector<std::pair<std::string, std::string>>{{"aac.mp4", "-c:a aac -b:a 192k"},
                                                                                      {"aac.mkv", "-c:a aac -b:a 192k"},
                                                                                      {"aac.ts", "-c:a aac -b:a 192k"},
                                                                                      {"mp3.mkv", "-c:a libmp3lame -b:a 192k"},
                                                                                      {"mp3.avi", "-c:a libmp3lame -b:a 192k"},
                                                                                      {"ac3.mkv", "-c:a ac3 -b:a 384k"},
                                                                                      {"alac.mov", "-c:a alac"}}) {
        CAPTURE(name);
        const std::string source = noisy(dir, name, sound), result = dir / ("out_" + name);
        Options options = plain(dir);
        // A transport stream's clock does not begin at zero, and spans go by it.
        const double start_s = name == "aac.ts" ? std::stod(ffprobe_value(source, "a:0", "start_time")) : 0;
        options.mute = {std::to_string(1 + start_s) + "-" + std::to_string(1.5 + start_s)};
        const Report report = run_job(source, result, options);
        for (const char* key : {"codec_name", "sample_rate", "channels", "sample_fmt"}) CHECK(ffprobe_value(source, "a:0", key) == ffprobe_value(result, "a:0", key));
        const std::vector<float> before = samples(source), after = samples(result);
        CHECK(std::abs(static_cast<long>(before.size()) - static_cast<long>(after.size())) <= 1152);
        CHECK(likeness(before, after, 0.2, 0.4) > 0.5);  // of noise, at these rates
        CHECK(likeness(before, after, 1.01, 1.49) < 0.05);
        // In step: no shift is more like the source than none.
        double at_none = 0, aa = 0, bb = 0;
        for (int i = kRate / 5; i < kRate / 2; ++i) at_none += static_cast<double>(before[i]) * static_cast<double>(after[i]), aa += before[i] * before[i], bb += after[i] * after[i];
        CHECK(at_none / std::sqrt(aa * bb) == doctest::Approx(likeness(before, after, 0.2, 0.5)).epsilon(0.02));
        CHECK(report.sound[0].packets_copied == 0);
    }
}

TEST_CASE("a disguised voice is another sound of the same length; a muted one is silence") {
    const TempDir dir;
    const std::string source = noisy(dir, "in.mov", "-c:a pcm_s16le");
    Options options = plain(dir);
    options.voice = "disguise";
    CHECK(run_job(source, dir / "a.mov", options).voices == "disguised");
    run_job(source, dir / "b.mov", options);
    const std::vector<float> before = samples(source), a = samples(dir / "a.mov"), b = samples(dir / "b.mov");
    CHECK(a.size() == before.size());
    CHECK(a != b);  // another shape in each run
    CHECK(likeness(before, a, 0.5, 1) < 0.1);
    options.voice = "mute";
    CHECK(run_job(source, dir / "c.mov", options).voices == "muted");
    const std::vector<float> silent = samples(dir / "c.mov");
    CHECK(silent.size() == before.size());
    CHECK(std::ranges::all_of(silent, [](float s) { return s == 0; }));
}

TEST_CASE("a disguised sound's spans are gone as well, and every track is changed") {
    const TempDir dir;
    make_clip(dir / "in.mkv", "-f lavfi -i testsrc2=s=64x48:r=25:d=2 -f lavfi -i anoisesrc=d=2:r=44100:a=0.4:seed=7 -f lavfi -i anoisesrc=d=2:r=32000:a=0.4:seed=9 "
                              "-map 0:v -map 1:a -map 2:a -c:v mpeg4 -c:a:0 flac -c:a:1 libopus");
    Options options = plain(dir);
    options.voice = "disguise";
    options.mute = {"1-1.5"};
    const Report report = run_job(dir / "in.mkv", dir / "out.mkv", options);
    REQUIRE(report.sound.size() == 2);
    const std::vector<float> after = samples(dir / "out.mkv");
    // Opus' priming moves all times of such a file by 7 ms.
    CHECK(std::all_of(after.begin() + 44100, after.begin() + 66150 - kRate / 100, [](float s) { return s == 0; }));
    CHECK(ffprobe_value(dir / "out.mkv", "a:1", "codec_name") == "opus");
}

TEST_CASE("words go out of sound, subtitles, chapters and tags") {
    const TempDir dir;
    std::ofstream(dir / "words.txt") << "anna\n";
    std::ofstream(dir / "spoken.vtt") << "WEBVTT\n\n00:00.500 --> 00:02.000\nhello <00:01.000>Anna <00:01.500>there\n";
    std::ofstream(dir / "in.srt") << "1\n00:00:01,000 --> 00:00:02,000\nSay <i>ANNA</i>, now\n";
    std::ofstream(dir / "meta.txt") << ";FFMETADATA1\ntitle=Anna's day\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=With Anna\n";
    Options options = plain(dir);
    options.words = dir / "words.txt";
    options.transcript = dir / "spoken.vtt";
    const std::vector<std::pair<std::string, std::string>> kinds = {{"a.mkv", "srt"}, {"b.mkv", "ass"}, {"c.mp4", "mov_text"}, {"d.webm", "webvtt"}};
    for (const auto& [name, codec] : kinds) {
        CAPTURE(name);
        const std::string source = dir / name, result = dir / ("out_" + name);
        const bool webm = codec == "webvtt";
        make_clip(source, "-f lavfi -i testsrc2=s=64x48:r=25:d=3 -f lavfi -i anoisesrc=d=3:r=48000:a=0.4:seed=7 -i " + (dir / "in.srt") + " -i " + (dir / "meta.txt") +
                              " -map 0:v -map 1:a -map 2:s -map_metadata 3 -map_chapters 3 -c:v " + (webm ? "libvpx" : "mpeg4") + " -c:a " + (webm ? "libopus" : "aac") + " -c:s " + codec);
        const Report report = run_job(source, result, options);
        CHECK(report.texts_cleaned >= 3);
        REQUIRE(report.silenced.size() == 1);
        CHECK(report.silenced[0].start_s == doctest::Approx(0.85));
        const std::string shown = texts(result, "0:s:0", "srt");
        CHECK(shown.find("Say") != std::string::npos);
        CHECK(shown.find("\u2026") != std::string::npos);
        const std::string tags = must_run({"ffprobe", "-v", "error", "-show_format", "-show_chapters", result});
        for (const std::string& text : {shown, tags, content_of(result)}) {
            CHECK(text.find("Anna") == std::string::npos);
            CHECK(text.find("ANNA") == std::string::npos);
        }
    }
}

TEST_CASE("subtitles out of which no word can be taken are left out, or refused") {
    const TempDir dir;
    std::ofstream(dir / "words.txt") << "anna\n";
    std::ofstream(dir / "spoken.vtt") << "WEBVTT\n\n00:00.500 --> 00:02.000\nAnna\n";
    // Two segments of PGS, as a Blu-ray has them: one that shows nothing, and the end.
    std::ofstream(dir / "in.sup", std::ios::binary) << std::string("PG\0\0\x23\x28\0\0\0\0\x16\0\x0b\0\x40\0\x30\x10\0\0\x80\0\0\0", 24) << std::string("PG\0\0\x23\x28\0\0\0\0\x80\0\0", 13);
    make_clip(dir / "text.mkv", "-f lavfi -i testsrc2=s=64x48:r=25:d=1 -f sup -i " + (dir / "in.sup") + " -map 0:v -map 1:s -c:v mpeg4 -c:s copy");
    Options options = plain(dir);
    options.words = dir / "words.txt";
    options.transcript = dir / "spoken.vtt";
    std::string warnings;
    run_job(dir / "text.mkv", dir / "out.mkv", options, &warnings);
    CHECK(warnings == "stream 1 (hdmv_pgs_subtitle) is left out: --words cannot take words out of it, since its subtitles are pictures\n");
    CHECK(ffprobe_value(dir / "out.mkv", "s:0", "codec_name").empty());
    options.strict = true;
    CHECK(failure(dir / "text.mkv", dir / "strict.mkv", options).find("leave --strict out, or drop it with --drop") != std::string::npos);
}

TEST_CASE("bad input is one sentence") {
    const TempDir dir;
    const std::string source = noisy(dir, "in.mp4", "-c:a aac"), out = dir / "out.mp4";
    const auto with = [&](auto change) {
        Options options = plain(dir);
        change(options);
        return failure(source, out, options);
    };
    CHECK(with([](Options& o) { o.mute = {"1"}; }) == "mute: \"1\" is not START-END: write two times with '-' between them");
    CHECK(with([](Options& o) { o.beep = {"2-1"}; }) == "beep: \"2-1\" is not START-END: START must be before END");
    CHECK(with([](Options& o) { o.beep = {"a-1"}; }) == "beep: \"a-1\" is not START-END: \"a\" is not a time; write seconds or [HH:]MM:SS[.mmm]");
    CHECK(with([](Options& o) { o.words = "w"; }) == "--words says what goes and --transcript when it is spoken: give both");
    CHECK(with([](Options& o) { o.voice = "mute", o.beep = {"1-2"}; }) == "--voice mute leaves no sound that --mute and --beep could change: give one or the others");
    CHECK(with([](Options& o) { o.voice = "mute", o.drop = {"audio"}; }) == "--drop audio leaves no sound that --voice, --mute and --beep could change: leave it or them out");
    std::ofstream(dir / "all.txt") << "*\n";
    std::ofstream(dir / "plain.vtt") << "WEBVTT\n\n00:00.500 --> 00:02.000\nhello dear Anna there\n";
    std::ofstream(dir / "words.txt") << "anna\n";
    CHECK(with([&](Options& o) { o.words = dir / "all.txt", o.transcript = dir / "plain.vtt"; }).ends_with("line 1: \"*\" matches everything: write the beginning of a word before the *"));
    CHECK(with([&](Options& o) { o.words = dir / "words.txt", o.transcript = dir / "plain.vtt"; }) ==
          "--transcript " + (dir / "plain.vtt") + " has no times of single words: let the recogniser write them, or align it first");
    CHECK(!std::filesystem::exists(out));
}
