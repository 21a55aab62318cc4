// --save-plate on whole files: one picture for each shot, and it shows the scene.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "invisiblur/transcode.hpp"
#include "job/transcode_job.hpp"
#include "support/clips.hpp"
#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kWidth = 160, kHeight = 120, kFramesPerShot = 50;
const std::string kFirst = "smptebars=s=160x120:r=25:d=2", kSecond = "rgbtestsrc=s=160x120:r=25:d=2";

struct Silent : Progress {
    void warn(const std::string&) override {}
};

/// Two still shots; in both a white face walks to the right.
Options make_job(const TempDir& dir) {
    make_clip(dir / "in.mkv", "-f lavfi -i " + kFirst + " -f lavfi -i " + kSecond +
                                  " -f lavfi -i color=white:s=20x24:r=25:d=4 -filter_complex "
                                  "[0]format=yuv420p[a];[1]format=yuv420p[b];[a][b]concat[c];[c][2]overlay=x='10+50*mod(t,2)':y=40 "
                                  "-pix_fmt yuv420p -c:v ffv1");
    std::ofstream tracks(dir / "tracks.json");
    tracks << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[{"id":1,"boxes":[)";
    for (int n = 0; n < 2 * kFramesPerShot; ++n) {
        tracks << (n > 0 ? "," : "") << R"({"pts":)" << n * 40 << R"(,"x":)" << 10 + 2 * (n % kFramesPerShot)
               << R"(,"y":40,"w":20,"h":24,"score":1,"from":"hand"})";
    }
    tracks << "]}]}";
    Options options;
    options.tracks = dir / "tracks.json";
    options.save_plate = dir / "plate.png";
    options.analyse_only = true;
    return options;
}

/// Luma of one picture, as ffmpeg reads it.
std::string luma(const std::vector<std::string>& input) {
    std::vector<std::string> command{"ffmpeg", "-v", "error"};
    command.insert(command.end(), input.begin(), input.end());
    for (const char* word : {"-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", "-"}) command.emplace_back(word);
    return must_run(command);
}

double mean_difference(const std::string& a, const std::string& b) {
    REQUIRE(a.size() == static_cast<std::size_t>(kWidth) * kHeight);
    REQUIRE(b.size() == a.size());
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(static_cast<unsigned char>(a[i]) - static_cast<unsigned char>(b[i]));
    return sum / static_cast<double>(a.size());
}

}  // namespace

TEST_CASE("--save-plate writes one whole picture for each shot with a face: the scene without it") {
    const TempDir dir;
    Silent progress;
    transcode({dir / "in.mkv", "", make_job(dir)}, progress);
    CHECK(mean_difference(luma({"-i", dir / "plate.png"}), luma({"-f", "lavfi", "-i", kFirst})) < 2);
    CHECK(mean_difference(luma({"-i", dir / "plate_2.png"}), luma({"-f", "lavfi", "-i", kSecond})) < 2);
    CHECK_FALSE(std::filesystem::exists(dir / "plate_3.png"));
}

TEST_CASE("--save-plate never writes over the input, in one pass it is refused") {
    const TempDir dir;
    Options options = make_job(dir);
    std::filesystem::rename(dir / "in.mkv", dir / "plate_2.png");
    Silent progress;
    CHECK_THROWS_WITH_AS(transcode({dir / "plate_2.png", "", options}, progress), doctest::Contains("is the input"), std::invalid_argument);
    options.passes = "1";
    CHECK_THROWS_WITH_AS(transcode({dir / "plate_2.png", "", options}, progress), doctest::Contains("two passes"), std::invalid_argument);
}

TEST_CASE("the names of further shots' plates") {
    CHECK(av::plate_path("a/b.png", 1) == "a/b.png");
    CHECK(av::plate_path("a/b.png", 2) == "a/b_2.png");
    CHECK(av::plate_path("b", 12) == "b_12");
}
