// --hide people through the whole program.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "invisiblur/tracks.hpp"
#include "invisiblur/transcode.hpp"
#include "support/clips.hpp"
#include "support/figure.hpp"
#include "support/listener.hpp"
#include "support/process.hpp"
#include "support/raw_clip.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kWidth = 320, kHeight = 200, kFrames = 30, kMsPerFrame = 40;

/// Somebody who walks in over the left border and stops in the middle.
Figure figure_in(int n) {
    return figure_at(std::min(160, -20 + 10 * n), 14, 15, n % 4 * 2);
}

/// In: pan, pixels by which the camera moves from frame to frame.
RawClip film(int pan = 0) {
    RawClip clip = make_raw_clip("yuv420p", kWidth, kHeight, kFrames, 5);
    for (int n = 0; n < kFrames; ++n) {
        draw_tiles(clip.view(static_cast<std::size_t>(n)), 9, n * pan, 0);
        figure_in(n).draw(clip.view(static_cast<std::size_t>(n)));
    }
    return clip;
}

/// The first frame in which a part of the face is in the picture; arms are in it before.
constexpr int kHeadComes = 2;

/// Writes the film, and tracks of its head in the frames before `end`.
std::string written(const TempDir& dir, const RawClip& clip, int end = kFrames) {
    write_clip(dir / "clip.mkv", clip, "-c:v ffv1 -g 5");
    Tracks tracks{{"", kWidth, kHeight, 1, 1000, kFrames, ""}, {}, {}};
    Track track{1, {}, {}};
    for (int n = kHeadComes; n < end; ++n) track.boxes.push_back({n * kMsPerFrame, figure_in(n).face, 1, BoxSource::hand});
    tracks.tracks.push_back(std::move(track));
    write_tracks_file(dir / "tracks.json", tracks);
    return dir / "clip.mkv";
}

Options people_options(const TempDir& dir) {
    Options options;
    set_option(options, "hide", "people");
    options.tracks = dir / "tracks.json";
    options.video_codec = "ffv1";
    options.threads = 2;
    return options;
}

Report run_job(const std::string& source, const std::string& output, Options options, std::ostream* hashes = nullptr) {
    Listener listener;
    options.output = output;
    return transcode({.input = source, .output = output, .options = options}, listener, hashes);
}

std::string refusal(const std::string& source, const std::string& output, const Options& options) {
    try {
        run_job(source, output, options);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "none";
}

std::string hashes_of(const std::string& source, Options options) {
    std::ostringstream hashes;
    options.hash = true;
    run_job(source, "", options, &hashes);
    return hashes.str();
}

}  // namespace

TEST_CASE("whole people are gone from the file, an arm that comes in before its head, too, and the report says that they are") {
    const TempDir dir;
    RawClip clip = film();
    const std::string source = written(dir, clip);
    const Report report = run_job(source, dir / "out.mkv", people_options(dir));
    RawClip result = read_clip(dir / "out.mkv", "yuv420p", kWidth, kHeight);
    REQUIRE(result.frames.size() == kFrames);
    for (int n = 0; n < kFrames; ++n) {
        CAPTURE(n);
        const auto before = component<std::uint8_t>(clip.view(static_cast<std::size_t>(n)), 0), after = component<std::uint8_t>(result.view(static_cast<std::size_t>(n)), 0);
        int same = 0, all = 0;
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x) {
                if (!figure_in(n).covers(x, y)) continue;
                ++all;
                same += *before.at(x, y) == *after.at(x, y);
            }
        }
        CHECK(same <= all / 20 + 2);
    }
    const auto json = nlohmann::json::parse(print_report(report));
    CHECK(json["streams"][0]["bodies"] == true);
    CHECK(json["streams"][0]["faces"] == 1);
    Options faces = people_options(dir);
    faces.hide = {"faces"};
    CHECK(nlohmann::json::parse(print_report(run_job(source, dir / "faces.mkv", faces)))["streams"][0]["bodies"] == false);
}

TEST_CASE("each frame is the same by whatever number of threads, and in stretches") {
    const TempDir dir;
    const std::string source = written(dir, film());
    Options options = people_options(dir);
    options.threads = 1;
    const std::string hashes = hashes_of(source, options);
    CHECK(std::ranges::count(hashes, '\n') == kFrames);
    options.threads = 4;
    CHECK(hashes_of(source, options) == hashes);
    Options learn = options;
    learn.analyse_only = true;
    learn.save_analysis = dir / "all";
    run_job(source, "", learn);
    std::string parts;
    for (const char* part : {"1/2", "2/2"}) {
        Options write = options;
        write.tracks.clear();
        write.analysis = {learn.save_analysis};
        write.segment = part;
        parts += hashes_of(source, write);
    }
    CHECK(parts == hashes);
}

TEST_CASE("where people cannot be taken out well nothing is written, and one sentence says why") {
    const TempDir dir;
    const std::string source = written(dir, film(3)), out = dir / "out.mkv";
    const Options options = people_options(dir);
    CHECK(refusal(source, out, options).starts_with("the camera moves from 0:00:00.000 to "));
    Options learn = options;
    learn.analyse_only = true;
    CHECK(refusal(source, "", learn).starts_with("the camera moves"));
    Options given = options;
    given.plate = dir / "plate.png";
    must_run({"ffmpeg", "-v", "error", "-i", source, "-frames:v", "1", given.plate});
    CHECK(refusal(source, out, given).starts_with("the camera moves"));
    Options one = options, none = options, threshold = options;
    one.passes = "1", none.plate = "none", threshold.rule = "threshold";
    CHECK(refusal(source, out, one) == "--hide people must know the whole film before anything is written: leave --passes 1 out");
    CHECK(refusal(source, out, none) == "--hide people compares with a plate, and --plate none has none: change one of them");
    CHECK(refusal(source, out, threshold) == "--hide people goes by what hangs together with a core, and --rule threshold knows no cores: change one of them");
    Options picture = options;
    picture.tracks.clear();
    picture.video_codec.clear();
    CHECK(refusal(given.plate, dir / "out.png", picture).starts_with("--hide people learns from a whole film"));
    const std::vector<std::string> names = dir.names();
    CHECK(std::ranges::none_of(names, [](const std::string& name) { return name.find("out") != std::string::npos; }));
}

TEST_CASE("where a head is lost in the middle of the picture somebody should look: its person may still be there") {
    const TempDir dir;
    const std::string source = written(dir, film(), 20);
    const Report report = run_job(source, dir / "out.mkv", people_options(dir));
    const std::vector<DoubtfulPlace>& doubtful = report.streams.at(0).doubtful;
    REQUIRE(doubtful.size() == 1);
    CHECK(doubtful[0].track == 1);
    CHECK(doubtful[0].start_s == doctest::Approx(19 * kMsPerFrame / 1000.0));
    CHECK(doubtful[0].why == "the head is lost in the middle of the picture: afterwards, the person may be visible");
}

TEST_CASE("a cover, which shows nothing of what is behind its people, is left out") {
    const TempDir dir;
    const std::string source = written(dir, film());
    must_run({"ffmpeg", "-v", "error", "-i", source, "-frames:v", "1", dir / "cover.jpg"});
    must_run({"ffmpeg", "-v", "error", "-i", source, "-attach", dir / "cover.jpg", "-metadata:s:t", "mimetype=image/jpeg", "-c", "copy", dir / "covered.mkv"});
    Options options = people_options(dir);
    Listener listener;
    options.output = dir / "out.mkv";
    transcode({.input = dir / "covered.mkv", .output = options.output, .options = options}, listener, nullptr);
    CHECK(listener.warnings.find("is left out: one picture alone does not show what is behind its people") != std::string::npos);
    CHECK(must_run({"ffprobe", "-v", "error", "-show_entries", "stream=index", "-of", "csv=p=0", options.output}) == "0\n");
    options.strict = true;
    CHECK(refusal(dir / "covered.mkv", dir / "strict.mkv", options).find("leave --strict or people out") != std::string::npos);
}
