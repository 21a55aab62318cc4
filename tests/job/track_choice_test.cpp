#include <doctest/doctest.h>

#include <fstream>

#include "invisiblur/transcode.hpp"
#include "support/clips.hpp"
#include "support/process.hpp"
#include "support/quiet.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// Two faces, side by side, in each of ten frames.
void write_two_faces(const std::string& path) {
    std::string text = R"({"format":"invisiblur-tracks","version":1,"source":{"time_base":[1,25]},"tracks":[)";
    for (const int id : {4, 9}) {
        text += std::string(id == 9 ? "," : "") + R"({"id":)" + std::to_string(id) + R"(,"boxes":[)";
        for (int n = 0; n < 10; ++n)
            text += std::string(n ? "," : "") + R"({"pts":)" + std::to_string(n) + R"(,"x":)" + (id == 4 ? "30" : "130") + R"(,"y":40,"w":24,"h":30})";
        text += "]}";
    }
    std::ofstream(path) << text << "]}";
}

/// Hashes of the place where one of them is, in all frames.
std::string place_of(const std::string& path, int id) {
    const std::string crop = std::string("crop=24:30:") + (id == 4 ? "30" : "130") + ":40";
    return must_run({"ffmpeg", "-v", "error", "-i", path, "-map", "0:v", "-vf", crop, "-f", "framehash", "-"});
}

}  // namespace

TEST_CASE("of the faces in a tracks file exactly the chosen ones are hidden, with and without a plate, in one pass and in two") {
    const TempDir dir;
    const std::string in = dir / "in.mkv", out = dir / "out.mkv";
    make_clip(in, "-f lavfi -i testsrc2=s=200x120:r=25:d=0.4 -pix_fmt yuv444p -c:v ffv1");
    write_two_faces(dir / "faces.json");
    for (const char* passes : {"1", "2"}) {
        for (const bool only : {true, false}) {
            Options options;
            options.tracks = dir / "faces.json";
            options.passes = passes;
            options.overwrite = true;
            (only ? options.only_tracks : options.except_tracks) = {9};
            Quiet quiet;
            options.report = dir / "asked.json";
            const Report report = transcode({in, out, options}, quiet);
            const int hidden = only ? 9 : 4, left = only ? 4 : 9;
            CHECK(place_of(out, left) == place_of(in, left));
            CHECK(place_of(out, hidden) != place_of(in, hidden));
            REQUIRE(report.streams.at(0).tracks.tracks.size() == 1);
            CHECK(report.streams[0].tracks.tracks[0].id == hidden);
        }
    }
}
