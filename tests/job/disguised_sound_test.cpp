// --voice disguise in every layout and rate, through pipes, and with several tracks: as many samples, in step, in the source's codec and layout.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "cli/program.hpp"
#include "support/clips.hpp"
#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

struct Kind {
    std::string name, layout;
    int rate;
    std::string codec;
    int most_off;  ///< samples by which the lengths may differ: what a container cannot trim
};

/// Noise that comes and goes at uneven times, so that its envelope is like itself at no shift.
void make_source(const std::string& path, const Kind& kind) {
    make_clip(path, "-f lavfi -i testsrc2=s=64x48:r=25:d=2 -f lavfi -i anoisesrc=d=2.0371:a=0.3:seed=3:r=" + std::to_string(kind.rate) +
                        " -af volume=volume='gt(sin(40*t*t),0)':eval=frame,asetnsamples=n=64,volume=volume='gt(sin(40*t*t),0)':eval=frame,aformat=channel_layouts=" + kind.layout +
                        " -map 0:v -map 1:a -c:v mpeg4 " + kind.codec);
}

std::string no_tracks(const TempDir& dir) {
    std::ofstream(dir / "none.json") << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[]})";
    return dir / "none.json";
}

/// All channels of a track, one after the other at each time.
std::vector<float> samples(const std::string& path, const std::string& map = "0:a:0") {
    const std::string bytes = must_run({"ffmpeg", "-v", "error", "-nostdin", "-i", path, "-map", map, "-f", "f32le", "-"});
    std::vector<float> all(bytes.size() / sizeof(float));
    std::memcpy(all.data(), bytes.data(), all.size() * sizeof(float));
    return all;
}

/// The loudness of all channels in steps of 2 ms.
std::vector<double> envelope(const std::vector<float>& sound, int channels, int rate) {
    const std::size_t step = static_cast<std::size_t>(rate) / 500 * static_cast<std::size_t>(channels);
    std::vector<double> all;
    for (std::size_t at = 0; at + step <= sound.size(); at += step) {
        double power = 0;
        for (std::size_t i = 0; i < step; ++i) power += std::pow(static_cast<double>(sound[at + i]), 2);
        all.push_back(std::sqrt(power));
    }
    return all;
}

/// By how many ms the second of two sounds is late, as their envelopes say.
int late_ms(const std::vector<float>& a, const std::vector<float>& b, int channels, int rate) {
    const std::vector<double> x = envelope(a, channels, rate), y = envelope(b, channels, rate);
    double most = 0;
    int best = 1000;
    for (int lag = -25; lag <= 25; ++lag) {
        double sum = 0;
        for (int i = std::max(0, -lag); i < static_cast<int>(x.size()) && i + lag < static_cast<int>(y.size()); ++i) sum += x[static_cast<std::size_t>(i)] * y[static_cast<std::size_t>(i + lag)];
        if (sum > most) most = sum, best = lag;
    }
    return 2 * best;
}

void check_alike(const std::string& source, const std::string& result, const Kind& kind, const std::string& track = "a:0") {
    for (const char* key : {"codec_name", "sample_rate", "channels", "channel_layout", "sample_fmt"}) CHECK_MESSAGE(ffprobe_value(source, track, key) == ffprobe_value(result, track, key), key);
    const std::vector<float> before = samples(source, "0:" + track), after = samples(result, "0:" + track);
    const int channels = std::atoi(ffprobe_value(source, track, "channels").c_str());
    REQUIRE(channels > 0);
    CHECK(std::abs(static_cast<long>(before.size()) - static_cast<long>(after.size())) <= static_cast<long>(kind.most_off) * channels);
    CHECK(before != after);
    CHECK(std::abs(late_ms(before, after, channels, kind.rate)) <= 2);
}

const std::vector<Kind> kKinds{{"p51.mkv", "5.1", 48000, "-c:a pcm_s16le", 0},  // Matroska does not tell the layout of PCM, nor MOV that of more than two channels
                               {"mulaw.mkv", "mono", 8000, "-c:a pcm_mulaw", 0},
                               {"quad.mkv", "quad", 37123, "-c:a pcm_s24le", 0},
                               {"p71.mov", "7.1", 48000, "-c:a pcm_s16le", 0},
                               {"f51.mkv", "5.1(side)", 44100, "-c:a flac", 0},
                               {"aac51.mp4", "5.1", 48000, "-c:a aac -b:a 384k", 0},
                               {"ac3.mkv", "5.1(side)", 48000, "-c:a ac3 -b:a 384k", 0},
                               {"opus.mkv", "5.1", 48000, "-c:a libopus -b:a 384k", 0},
                               {"alac.mov", "5.1", 48000, "-c:a alac", 0},
                               {"mono.mp4", "mono", 22050, "-c:a aac", 0},
                               {"odd.mov", "mono", 11025, "-c:a pcm_s16le", 0},
                               {"high.mkv", "stereo", 96000, "-c:a flac", 0},
                               {"mp3.avi", "mono", 24000, "-c:a libmp3lame", 1152},
                               {"mp2.ts", "stereo", 44100, "-c:a mp2", 0}};

}  // namespace

TEST_CASE("a disguised sound has the source's codec, layout, rate and length, and is in step") {
    const TempDir dir;
    for (const Kind& kind : kKinds) {
        CAPTURE(kind.name);
        const std::string source = dir / kind.name, result = dir / ("out_" + kind.name);
        make_source(source, kind);
        const Finished done = transcode_command({"-q", "--tracks", no_tracks(dir), "--plate", "none", "--voice", "disguise", "-o", result, source});
        CHECK(done.err.empty());
        REQUIRE(done.status == 0);
        check_alike(source, result, kind);
    }
}

TEST_CASE("sound whose channels have no usual layout is disguised all the same") {
    const TempDir dir;
    make_clip(dir / "in.mkv", "-f lavfi -i testsrc2=s=64x48:r=25:d=1 -f lavfi -i anoisesrc=d=1:a=0.3:r=48000 -f lavfi -i anoisesrc=d=1:a=0.3:r=48000:seed=5 "
                              "-filter_complex [1:a]asplit=8[a0][a1][a2][a3][a4][a5][a6][a7];[a0][a1][a2][a3][a4][a5][a6][a7][2:a]amerge=inputs=9[a] -map 0:v -map [a] -c:v mpeg4 -c:a pcm_s16le");
    REQUIRE(transcode_command({"-q", "--tracks", no_tracks(dir), "--plate", "none", "--voice", "disguise", "-o", dir / "out.mkv", dir / "in.mkv"}).status == 0);
    CHECK(ffprobe_value(dir / "out.mkv", "a:0", "channels") == "9");
    CHECK(samples(dir / "out.mkv").size() == samples(dir / "in.mkv").size());
}

TEST_CASE("through pipes, both tracks of a film are disguised, in step and with their languages") {
    const TempDir dir;
    const Kind first{"", "5.1", 48000, "", 0}, second{"", "mono", 16000, "", 0};
    make_source(dir / "a.mkv", {"", "5.1(side)", 48000, "-c:a flac", 0});
    make_source(dir / "b.mkv", {"", "mono", 16000, "-c:a pcm_s16le", 0});
    make_clip(dir / "in.mkv", "-i " + (dir / "a.mkv") + " -i " + (dir / "b.mkv") + " -map 0 -map 1:a -c copy -metadata:s:a:0 language=fra -metadata:s:a:1 language=deu");
    const std::string asked = program() + " -q --tracks " + no_tracks(dir) + " --plate none --voice disguise";
    REQUIRE(shell("cat '" + (dir / "in.mkv") + "' | " + asked + " -o - - > '" + (dir / "out.mkv") + "'").status == 0);
    check_alike(dir / "in.mkv", dir / "out.mkv", first, "a:0");
    check_alike(dir / "in.mkv", dir / "out.mkv", second, "a:1");
    const std::string tags = must_run({"ffprobe", "-v", "error", "-select_streams", "a", "-show_entries", "stream_tags=language", "-of", "csv=p=0", dir / "out.mkv"});
    CHECK(tags == "fra\ndeu\n");
}
