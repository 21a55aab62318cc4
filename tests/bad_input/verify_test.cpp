// --verify: a result with a face in it never stands under its own name.
#include <fstream>
#include <nlohmann/json.hpp>

#include "bad_input/refusal.hpp"

using namespace invisiblur::test;
using Json = nlohmann::json;

namespace {

constexpr const char* kSample = "media/sample.mkv";

Json report_of(const std::string& path) {
    return Json::parse(content_of(path));
}

/// Sixteen frames of the sample in which the woman stands in the picture.
void make_short(const std::string& path) {
    make_clip(path, std::string("-ss 2.5 -t 0.64 -i ") + kSample + " -map 0:v -c:v libx264 -preset ultrafast -crf 12");
}

}  // namespace

TEST_CASE("a result without a face passes, and the report says how it was looked at") {
    const TempDir folder;
    make_short(folder / "in.mkv");
    const Finished done = transcode_command({"-q", "--verify", "--save-tracks", folder / "t.json", "--report", folder / "r.json", folder / "in.mkv"});
    CHECK_MESSAGE(done.status == 0, done.err);
    const Json report = report_of(folder / "r.json"), verify = report["verify"];
    CHECK(report["output"] == folder / "in_invisible.mkv");
    CHECK(verify["passed"] == true);
    CHECK(verify["frames"] == 16);
    CHECK(verify["looks"] == 16);
    CHECK(verify["methods"].size() == 2);
    CHECK(verify["compared_with_source"] == true);
    CHECK(verify["faces_compared"] >= 14);
    for (const char* none : {"remaining", "new", "kept"}) CHECK(verify[none].empty());
    CHECK(folder.names() == std::vector<std::string>{"in.mkv", "in_invisible.mkv", "r.json", "t.json"});

    // The same tracks, but the face is left on purpose.
    const int id = Json::parse(content_of(folder / "t.json"))["tracks"][0]["id"];
    const Finished left = transcode_command({"-q", "-y", "--verify", "--tracks", folder / "t.json", "--except-tracks", std::to_string(id), "--report",
                                             folder / "r.json", folder / "in.mkv"});
    CHECK_MESSAGE(left.status == 0, left.err);
    CHECK_FALSE(report_of(folder / "r.json")["verify"]["kept"].empty());
}

TEST_CASE("a face that the tracks leave out is new, and the result is called unsafe") {
    const TempDir folder;
    make_short(folder / "in.mkv");
    const std::string none = no_faces(folder);
    const Finished found = transcode_command({"--progress", "none", "--verify", "--tracks", none, "--report", folder / "r.json", folder / "in.mkv"});
    CHECK(found.status == 3);
    check_line(found.err, {"in.mkv: --verify found 1 face in the result, the first at 00:00:00.", "it stands as " + (folder / "in_unsafe.mkv")});
    CHECK(folder.names() == std::vector<std::string>{"in.mkv", "in_unsafe.mkv", "none.json", "r.json"});
    const Json report = report_of(folder / "r.json"), verify = report["verify"];
    CHECK(report["output"] == folder / "in_unsafe.mkv");
    CHECK(report["output_sha256"].get<std::string>().size() == 64);
    CHECK(verify["passed"] == false);
    REQUIRE(verify["new"].size() == 1);
    CHECK(verify["remaining"].empty());
    const Json face = verify["new"][0];
    CHECK(face["method"].get<std::string>().find("centerface") != std::string::npos);
    CHECK(face["start"].get<std::string>().starts_with("00:00:00."));
    CHECK(face["w"] > 30);
    CHECK(std::filesystem::file_size(folder / "in_unsafe.mkv") > 1000);

    // An unsafe result is a result: it is not written over without leave.
    refuses(folder, {"--verify", "--tracks", none, folder / "in.mkv"}, {"in_unsafe.mkv exists already"});

    // What is kept by hand is no alarm.
    const Finished kept =
        transcode_command({"-q", "-y", "--verify", "--tracks", none, "--keep-region", "0,0,640,360", "--report", folder / "r.json", folder / "in.mkv"});
    CHECK_MESSAGE(kept.status == 0, kept.err);
    CHECK_FALSE(report_of(folder / "r.json")["verify"]["kept"].empty());
}

TEST_CASE("a plate with the face in it puts the face back: it remains") {
    const TempDir folder;
    make_short(folder / "in.mkv");
    make_clip(folder / "plate.png", "-ss 0.48 -i " + (folder / "in.mkv") + " -frames:v 1");
    const Finished found = transcode_command({"-q", "--verify", "--plate", folder / "plate.png", "--report", folder / "r.json", folder / "in.mkv", "-o",
                                              folder / "out.mkv"});
    CHECK(found.status == 3);
    CHECK_FALSE(std::filesystem::exists(folder / "out.mkv"));
    CHECK(std::filesystem::exists(folder / "out_unsafe.mkv"));
    const Json verify = report_of(folder / "r.json")["verify"];
    REQUIRE_FALSE(verify["remaining"].empty());
    CHECK(verify["remaining"][0]["track"] > 0);
    CHECK(verify["remaining"][0]["method"].get<std::string>().find("detail") != std::string::npos);
}

TEST_CASE("one pass, and a source that cannot be read again") {
    const TempDir folder;
    make_short(folder / "in.mkv");
    const Finished piped = run({program(), "-q", "--verify", "--tracks", no_faces(folder), "--report", folder / "r.json", "-", "-o", folder / "out.mkv"},
                               folder / "in.mkv");
    CHECK(piped.status == 3);
    const Json verify = report_of(folder / "r.json")["verify"];
    CHECK(verify["compared_with_source"] == false);
    CHECK(verify["new"].size() == 1);
    CHECK(std::filesystem::exists(folder / "out_unsafe.mkv"));
}

TEST_CASE("among several files the unsafe one is named, is no result, and is done again") {
    const TempDir folder;
    make_short(folder / "face.mkv");
    make_clip(folder / "none.mkv", "-f lavfi -i testsrc2=s=160x120:d=0.4:r=10 -c:v ffv1");
    std::filesystem::create_directory(folder / "tracks");
    for (const std::string name : {"face", "none"}) std::filesystem::copy_file(no_faces(folder), folder / ("tracks/" + name + ".mkv.tracks.json"));
    const std::vector<std::string> batch = {"--progress", "none", "-y", "--verify", "--tracks", folder / "tracks", folder / "face.mkv", folder / "none.mkv"};
    for (const std::string none_is : {"1 done", "1 done before"}) {
        const Finished finished = transcode_command(batch);
        CAPTURE(finished.err);
        CHECK(finished.status == 3);
        CHECK(finished.err.find("2 files: " + none_is + ", 1 unsafe") != std::string::npos);
        CHECK(finished.err.find("  unsafe: " + (folder / "face.mkv")) != std::string::npos);
    }
}

TEST_CASE("what cannot be read again is refused at once") {
    const TempDir folder;
    make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=160x120:d=0.2 -c:v ffv1");
    refuses(folder, {"--verify", folder / "in.mkv", "-o", "-"}, {"--verify reads the result again, which a pipe does not allow"}, 2);
    refuses(folder, {"--verify", "-"}, {"which a pipe does not allow"}, 2);
    refuses(folder, {"--verify", "--hash", folder / "in.mkv"}, {"--verify", "--hash"}, 2);
    refuses(folder, {"--verify", "--analyse-only", folder / "in.mkv"}, {"--verify", "--analyse-only"}, 2);
    refuses_without_faces(folder, {"--verify", folder / "in.mkv", "-f", "matroska", "-o", "/dev/null"}, {"--verify", "/dev/null"});
}
