// --hide text through the whole program.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "detect/model_file.hpp"
#include "invisiblur/tracks.hpp"
#include "invisiblur/transcode.hpp"
#include "support/at_hand.hpp"
#include "support/clips.hpp"
#include "support/listener.hpp"
#include "support/pictures.hpp"
#include "support/process.hpp"
#include "support/raw_clip.hpp"
#include "support/writing.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kWidth = 320, kHeight = 180, kFrames = 60;
const Word kSign{"Room 4711", 40, 60, 16};

/// A drifting scene; with a sign from frame `first` on.
RawClip film(int first = 0, const Word& word = kSign) {
    RawClip clip = make_raw_clip("yuv420p", kWidth, kHeight, kFrames, 5);
    for (int n = first; n < kFrames; ++n) write_word(clip.view(static_cast<std::size_t>(n)), word);
    return clip;
}

std::string written(const TempDir& dir, const RawClip& clip, const std::string& name = "clip.mkv") {
    write_clip(dir / name, clip, "-c:v ffv1");
    return dir / name;
}

Options text_options(const std::string& what = "text") {
    Options options;
    set_option(options, "hide", what);
    options.video_codec = "ffv1";
    options.threads = 2;
    return options;
}

Report run_job(const std::string& source, const std::string& output, Options options) {
    Listener listener;
    options.output = output;
    return transcode({.input = source, .output = output, .options = options}, listener, nullptr);
}

/// How alike two pictures are in a rectangle, from -1 to 1: the correlation of their luma.
double likeness(const ImageView& one, const ImageView& other, const Rect& place) {
    const auto a = component<std::uint8_t>(one, 0), b = component<std::uint8_t>(other, 0);
    double sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
    for (int y = place.y0; y < place.y1; ++y) {
        for (int x = place.x0; x < place.x1; ++x) {
            const double u = *a.at(x, y), v = *b.at(x, y);
            sa += u, sb += v, aa += u * u, bb += v * v, ab += u * v;
        }
    }
    const double n = place.width() * place.height();
    return (ab - sa * sb / n) / std::sqrt(std::max(1.0, (aa - sa * sa / n) * (bb - sb * sb / n)));
}

/// The pixels of the place that are as they were.
double share_kept(RawClip& before, RawClip& after, int n, const Rect& place) {
    const auto a = component<std::uint8_t>(before.view(n), 0), b = component<std::uint8_t>(after.view(n), 0);
    int same = 0;
    for (int y = place.y0; y < place.y1; ++y)
        for (int x = place.x0; x < place.x1; ++x) same += *a.at(x, y) == *b.at(x, y);
    return static_cast<double>(same) / (place.width() * place.height());
}

}  // namespace

TEST_CASE("a word's pixels are gone from every frame, in two passes and in one, and what is far from it stays bit for bit") {
    if (!finds_text()) return;
    const TempDir dir;
    RawClip clip = film(13);
    const std::string source = written(dir, clip);
    for (const char* passes : {"2", "1"}) {
        CAPTURE(passes);
        Options options = text_options();
        options.passes = passes;
        options.overwrite = true;
        options.save_tracks = dir / "tracks.json";
        const Report report = run_job(source, dir / "out.mkv", options);
        RawClip result = read_clip(dir / "out.mkv", "yuv420p", kWidth, kHeight);
        REQUIRE(result.frames.size() == kFrames);
        for (int n = 13; n < kFrames; ++n) {
            CAPTURE(n);
            CHECK(likeness(clip.view(n), result.view(n), place_of(kSign)) < 0.3);
            CHECK(share_kept(clip, result, n, place_of(kSign)) < 0.1);
            CHECK(share_kept(clip, result, n, {0, 140, kWidth, kHeight}) == 1);
        }
        CHECK(report.detector.starts_with("text sha256:"));
        const Tracks tracks = read_tracks_file(dir / "tracks.json");
        REQUIRE(tracks.tracks.size() == 1);
        CHECK(tracks.tracks[0].kind == "text");
        const auto json = nlohmann::json::parse(print_report(report));
        CHECK(json["faces"] == 0);
        CHECK(json["texts"] == 1);
        CHECK(json["streams"][0]["tracks"][0]["kind"] == "text");
        // Given back, the file hides the word too, and nothing is looked for.
        Options given = text_options();
        given.tracks = options.save_tracks;
        CHECK(run_job(source, dir / "given.mkv", given).detector.empty());
        RawClip again = read_clip(dir / "given.mkv", "yuv420p", kWidth, kHeight);
        for (int n = 13; n < kFrames; ++n) CHECK(share_kept(clip, again, n, place_of(kSign)) < 0.1);
        std::filesystem::remove(dir / "given.mkv");
    }
}

TEST_CASE("what shows no text stays bit for bit") {
    if (!finds_text()) return;
    const TempDir dir;
    const RawClip clip = make_raw_clip("yuv420p", kWidth, kHeight, kFrames, 5);
    const Report report = run_job(written(dir, clip), dir / "out.mkv", text_options());
    CHECK(report.streams[0].frames_masked == 0);
    CHECK(read_clip(dir / "out.mkv", "yuv420p", kWidth, kHeight).frames == clip.frames);
}

TEST_CASE("faces and text are hidden together, and counted apart") {
    if (!has_model() || !finds_text()) return;
    const TempDir dir;
    RawClip clip = read_clip("media/sample.mkv", "yuv420p", 640, 360);
    clip.frames.erase(clip.frames.begin(), clip.frames.begin() + 40);
    clip.frames.resize(20);
    const Word word{"Dr. A. Weber", 20, 330, 18};
    for (std::size_t n = 0; n < clip.frames.size(); ++n) write_word(clip.view(n), word);
    Options options = text_options("faces,text");
    options.expect_faces = 1;
    const Report report = run_job(written(dir, clip), dir / "out.mkv", options);
    const auto json = nlohmann::json::parse(print_report(report));
    CHECK(report.faces_expected_met);
    CHECK(json["faces"] == 1);
    CHECK(json["texts"] >= 1);
    CHECK(report.detector.find(", and text sha256:") != std::string::npos);
    options.expect_faces = 2;
    CHECK_FALSE(run_job(dir / "clip.mkv", dir / "none.mkv", options).faces_expected_met);
}

TEST_CASE("stretches of a file hide the text that one run hides") {
    if (!finds_text()) return;
    const TempDir dir;
    const std::string source = written(dir, film(20));
    const Options options = text_options();
    run_job(source, dir / "whole.mkv", options);
    Options learn = options, join = options;
    learn.analyse_only = true;
    learn.save_analysis = dir / "all";
    for (const std::string part : {"1/2", "2/2"}) {
        Options look = options;
        look.segment = part;
        look.analyse_only = true;
        look.save_analysis = dir / ("look" + part.substr(0, 1));
        run_job(source, "", look);
        learn.analysis.push_back(look.save_analysis);
    }
    run_job(source, "", learn);
    join.analysis = {learn.save_analysis};
    for (const std::string part : {"1/2", "2/2"}) {
        Options write = join;
        write.segment = part;
        write.join.clear();
        join.join.push_back(dir / ("piece" + part.substr(0, 1)));
        run_job(source, join.join.back(), write);
    }
    run_job(source, dir / "joined.mkv", join);
    CHECK(read_clip(dir / "joined.mkv", "yuv420p", kWidth, kHeight).frames == read_clip(dir / "whole.mkv", "yuv420p", kWidth, kHeight).frames);
}

TEST_CASE("classes that do not fit what is asked are refused in one sentence") {
    const auto refusal = [](const std::string& options) {
        try {
            check_options(parse_options(options));
        } catch (const std::invalid_argument& error) {
            return std::string(error.what());
        }
        return std::string("none");
    };
    CHECK(refusal("hide=cars") == "hide: \"cars\" is none of faces,text,people");
    CHECK(refusal("hide=text:verify=1") == "--verify searches the result for faces, and --hide text leaves them: add faces to --hide, or leave --verify out");
    CHECK(refusal("hide=text:expect-faces=1").starts_with("--expect-faces counts faces, and --hide text looks for none"));
    CHECK(refusal("hide=faces,text:expect-faces=1:verify=1") == "none");
}

TEST_CASE("a look at text that fails stops the job, and leaves no file") {
    if (!finds_text()) return;
    const TempDir dir;
    const std::string source = written(dir, film());
    const Finished missing = run({"env", "INVISIBLUR_MODEL=" + (dir / "centerface.onnx"), std::string(std::getenv("INVISIBLUR_BIN") ? std::getenv("INVISIBLUR_BIN") : "build/bin") + "/invis-transcode",
                                  "--hide", "text", "-o", dir / "out.mkv", source});
    CHECK(missing.status == 1);
    CHECK(missing.err.find("text_detector.onnx") != std::string::npos);
    CHECK(dir.names() == std::vector<std::string>{"clip.mkv"});
}
