// Folders, several files, what is done already.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "bad_input/refusal.hpp"

using namespace invisiblur;
using test::transcode_command;
namespace fs = std::filesystem;

namespace {

// Small and without a face: what is tested here is what the program says and leaves behind.
void make_small(const std::string& path, int seed = 0) {
    test::make_clip(path, "-f lavfi -i testsrc2=s=96x64:r=10:d=0.5,hue=h=" + std::to_string(seed) + " -c:v ffv1");
}

/// Names below a folder, hidden ones too, in order.
std::vector<std::string> tree(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& [name, content] : test::snapshot(folder)) names.push_back(name);
    return names;
}

bool says(const test::Finished& finished, const std::string& words) {
    return finished.err.find(words) != std::string::npos;
}

std::string sha256_of(const std::string& path) {
    return test::must_run({"sha256sum", path}).substr(0, 64);
}

std::string pictures_of(const std::string& path) {
    return test::must_run({"ffmpeg", "-v", "error", "-i", path, "-f", "md5", "-"});
}

nlohmann::json json_of(const std::string& path) {
    return nlohmann::json::parse(test::content_of(path));
}

}  // namespace

TEST_CASE("a folder: its videos are done, one line each; all else is passed over and counted") {
    const test::TempDir folder;
    make_small(folder / "a.mkv");
    make_small(folder / "b.mkv", 90);
    make_small(folder / "c.mkv", 30);
    fs::rename(folder / "c.mkv", folder / "no-name-of-a-video.bin");
    make_small(folder / ".hidden.mkv");
    fs::create_directory(folder / "sub");
    make_small(folder / "sub/c.mkv");
    std::ofstream(folder / "notes.txt") << "buy milk\n";
    std::ofstream(folder / "list.m3u8") << "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\na.mkv\n#EXT-X-ENDLIST\n";
    const auto finished = transcode_command({"--region", "8,8,16,16", folder.path().string()});
    CHECK_MESSAGE(finished.status == 0, finished.err);
    CHECK(tree(folder.path()) == std::vector<std::string>{".hidden.mkv", ".invisiblur.jsonl", "a.mkv", "a_invisible.mkv", "b.mkv",
                                                          "b_invisible.mkv", "list.m3u8", "no-name-of-a-video.bin",
                                                          "no-name-of-a-video_invisible.bin", "notes.txt", "sub", "sub/c.mkv"});
    CHECK(says(finished, folder / "a_invisible.mkv: something hidden in 5 frames, "));
    CHECK(says(finished, "3 files: 3 done; 2 others are no videos\n"));
    CHECK(std::ranges::count(finished.err, '\n') == 4);
}

TEST_CASE("-r and -o FOLDER: the result has the tree of the source") {
    const test::TempDir folder;
    fs::create_directories(folder / "in/x/y");
    fs::create_directories(folder / "in/empty");
    make_small(folder / "in/a.mkv");
    make_small(folder / "in/x/y/a.mkv", 90);
    fs::create_directory_symlink("..", folder / "in/x/round");
    const auto finished = transcode_command({"-r", "-o", folder / "out", folder / "in", "--report", folder / "out/reports"});
    CHECK_MESSAGE(finished.status == 0, finished.err);
    CHECK(tree(folder / "out") == std::vector<std::string>{".invisiblur.jsonl", "a_invisible.mkv", "reports", "reports/a.mkv.report.json",
                                                           "reports/x", "reports/x/y", "reports/x/y/a.mkv.report.json", "x", "x/y",
                                                           "x/y/.invisiblur.jsonl", "x/y/a_invisible.mkv"});
    CHECK(json_of(folder / "out/reports/x/y/a.mkv.report.json")["output"] == folder / "out/x/y/a_invisible.mkv");
}

TEST_CASE("-o FOLDER for one file") {
    const test::TempDir folder;
    make_small(folder / "a.mkv");
    fs::create_directory(folder / "out");
    CHECK(transcode_command({"-o", folder / "out", "--report", folder / "out", folder / "a.mkv"}).status == 0);
    CHECK(tree(folder / "out") == std::vector<std::string>{"a.mkv.report.json", "a_invisible.mkv"});
}

TEST_CASE("one that fails is named, and the others are done") {
    const test::TempDir folder;
    make_small(folder / "a.mkv");
    make_small(folder / "c.mkv");
    std::ofstream(folder / "b.mkv") << "no video at all";
    for (const std::string jobs : {"1", "3"}) {
        CAPTURE(jobs);
        const auto finished = transcode_command({"-y", "--jobs", jobs, folder.path().string()});
        CHECK(finished.status == 1);
        CHECK(says(finished, "invis-transcode: " + (folder / "b.mkv") + " is not a media file that can be read"));
        CHECK(says(finished, "3 files: "));
        CHECK(says(finished, "1 failed"));
        CHECK(finished.err.ends_with("\n  failed: " + (folder / "b.mkv") + "\n"));
        CHECK(fs::exists(folder / "a_invisible.mkv"));
        CHECK(fs::exists(folder / "c_invisible.mkv"));
        CHECK_FALSE(fs::exists(folder / "b_invisible.mkv"));
    }
}

TEST_CASE("fewer faces than expected in some, and no other failure: status 3") {
    const test::TempDir folder;
    make_small(folder / "a.mkv");
    make_small(folder / "b.mkv");
    const auto finished = transcode_command({"--expect-faces", "1", folder.path().string()});
    CHECK(finished.status == 3);
    CHECK(says(finished, "2 files: 2 with too few faces\n"));
    std::ofstream(folder / "c.mkv") << "no video at all";
    CHECK(transcode_command({"--expect-faces", "1", folder.path().string()}).status == 1);
}

TEST_CASE("what is done is known by its content, not by its date") {
    const test::TempDir folder, elsewhere;
    make_small(folder / "a.mkv");
    make_small(folder / "b.mkv");
    const std::string result = folder / "a_invisible.mkv";
    const std::vector<std::string> all = {folder / "a.mkv", folder / "b.mkv"};
    const auto again = [&](std::vector<std::string> options) {
        options.insert(options.end(), all.begin(), all.end());
        return transcode_command(options);
    };
    REQUIRE(again({}).status == 0);
    const std::string first = test::content_of(result);

    fs::last_write_time(folder / "a.mkv", fs::file_time_type::clock::now() + std::chrono::hours(1));
    fs::last_write_time(result, fs::file_time_type::clock::now() - std::chrono::hours(1));
    const auto date = fs::last_write_time(result);
    auto finished = again({"-y", "--threads", "1", "-v"});
    CHECK(finished.status == 0);
    CHECK(says(finished, result + ": done before\n"));
    CHECK(says(finished, "2 files: 2 done before\n"));
    CHECK(fs::last_write_time(result) == date);

    finished = again({"--fill", "solid"});  // other options, and no leave to overwrite
    CHECK(finished.status == 1);
    CHECK(says(finished, result + " exists already"));
    CHECK(says(again({"-n", "--fill", "solid"}), "2 files: 2 kept\n"));
    CHECK(says(again({"-y", "--fill", "solid"}), "2 files: 2 done\n"));
    CHECK(says(again({"-y", "--fill", "solid"}), "2 files: 2 done before\n"));

    make_small(folder / "a.mkv", 90);  // another source under the old name
    CHECK(says(again({"-y", "--fill", "solid"}), "2 files: 1 done, 1 done before\n"));
    std::ofstream(result, std::ios::app) << "x";  // a result that is not what it was
    CHECK(says(again({"-y", "--fill", "solid"}), "2 files: 1 done, 1 done before\n"));
    fs::remove(folder / "b_invisible.mkv");
    CHECK(says(again({"-y", "--fill", "solid"}), "2 files: 1 done, 1 done before\n"));
    fs::remove(folder / ".invisiblur.jsonl");
    CHECK(again({"--fill", "solid"}).status == 1);
    std::ofstream(folder / ".invisiblur.jsonl") << "{\"output\": 3}\nhalf a li";
    CHECK(says(again({"-y", "--fill", "solid"}), "2 files: 2 done\n"));
    CHECK(says(again({"--fill", "solid"}), "2 files: 2 done before\n"));
}

TEST_CASE("where reports are asked for they are the record, and a missing one is made") {
    const test::TempDir folder;
    make_small(folder / "a.mkv");
    make_small(folder / "b.mkv");
    const std::vector<std::string> call = {"--report", folder / "r", folder / "a.mkv", folder / "b.mkv"};
    REQUIRE(transcode_command(call).status == 0);
    fs::remove(folder / ".invisiblur.jsonl");
    CHECK(says(transcode_command(call), "2 files: 2 done before\n"));
    fs::remove(folder / "r/b.mkv.report.json");
    auto with_y = call;
    with_y.insert(with_y.begin(), "-y");
    CHECK(says(transcode_command(with_y), "2 files: 1 done, 1 done before\n"));
    CHECK(fs::exists(folder / "r/b.mkv.report.json"));
}

TEST_CASE("a report says which file was made of which, with what") {
    const test::TempDir folder;
    make_small(folder / "a.mkv");
    REQUIRE(transcode_command({"-q", "--radius", "5", "--threads", "1", "--report", folder / "r.json", folder / "a.mkv"}).status == 0);
    const auto report = json_of(folder / "r.json");
    CHECK(report["source_sha256"] == sha256_of(folder / "a.mkv"));
    CHECK(report["output_sha256"] == sha256_of(folder / "a_invisible.mkv"));
    CHECK(report["options"] == "radius=5");
    CHECK(report["file_sha256"]["model"].get<std::string>().size() == 64);
    CHECK(report["program_version"].get<std::string>().size() >= 5);
    CHECK(report["libraries"].get<std::string>().find("libavcodec ") != std::string::npos);
    CHECK(report["libraries"].get<std::string>().find("OpenCV ") != std::string::npos);
    CHECK(report["started"].get<std::string>().size() == std::string_view("2024-05-01T12:00:00Z").size());
    CHECK(report["finished"].get<std::string>() >= report["started"].get<std::string>());

    std::ofstream(folder / "t.json") << R"({"format":"invisiblur-tracks","version":1,"tracks":[]})";
    REQUIRE(transcode_command({"-q", "-y", "--tracks", folder / "t.json", "--report", folder / "r.json", folder / "a.mkv"}).status == 0);
    CHECK(json_of(folder / "r.json")["file_sha256"]["tracks"] == sha256_of(folder / "t.json"));
    CHECK(json_of(folder / "r.json")["options"] == "");
}

TEST_CASE("tracks of a batch: saved into a folder, corrected, and read from it") {
    const test::TempDir folder;
    make_small(folder / "a.mkv");
    make_small(folder / "b.mkv");
    const std::vector<std::string> find = {"--analyse-only", "--save-tracks", folder / "t/",    "--report",
                                           folder / "r",     folder / "a.mkv", folder / "b.mkv"};
    REQUIRE(transcode_command(find).status == 0);
    CHECK(tree(folder / "t") == std::vector<std::string>{"a.mkv.tracks.json", "b.mkv.tracks.json"});
    CHECK(says(transcode_command(find), "2 files: 2 done before\n"));
    const std::vector<std::string> render = {"-y", "--tracks", folder / "t", folder / "a.mkv", folder / "b.mkv"};
    CHECK(says(transcode_command(render), "2 files: 2 done\n"));
    std::ofstream(folder / "t/b.mkv.tracks.json") << R"({"format":"invisiblur-tracks","version":1,"tracks":[
        {"id":3,"boxes":[{"pts":0,"x":1,"y":2,"w":30,"h":40}]}]})";
    CHECK(says(transcode_command(render), "2 files: 1 done, 1 done before\n"));
}

TEST_CASE("results are no inputs, unless one is named alone") {
    const test::TempDir folder;
    make_small(folder / "a.mkv");
    make_small(folder / "b_invisible.mkv");
    make_small(folder / "c_unsafe.mkv");
    const auto starred = transcode_command({folder / "a.mkv", folder / "b_invisible.mkv", folder / "c_unsafe.mkv"});
    CHECK(starred.status == 0);
    CHECK(says(starred, "1 file: 1 done; 2 results passed over\n"));
    CHECK(transcode_command({folder / "b_invisible.mkv", folder / "c_unsafe.mkv"}).err ==
          "invis-transcode: there is no video to do; results (NAME_invisible.EXT) are passed over\n");
    CHECK(transcode_command({folder / "b_invisible.mkv"}).status == 0);
    CHECK(fs::exists(folder / "b_invisible_invisible.mkv"));
}

TEST_CASE("a folder without videos") {
    const test::TempDir folder;
    const auto finished = transcode_command({folder.path().string()});
    CHECK(finished.status == 1);
    const std::string none = "invis-transcode: there is no video to do in " + folder.path().string();
    CHECK(finished.err == none + "; -r also looks into subfolders\n");
    CHECK(transcode_command({"-r", folder.path().string()}).err == none + "; name another folder, or a file\n");
    std::ofstream(folder / "notes.txt") << "buy milk\n";
    CHECK(transcode_command({folder.path().string()}).err == none + "; the one file there is no video; -r also looks into subfolders\n");
    std::ofstream(folder / "more.txt") << "and bread\n";
    CHECK(transcode_command({folder.path().string()}).err == none + "; none of the 2 files there is one; -r also looks into subfolders\n");
}

TEST_CASE("files at the same time give what they give one after another") {
    const test::TempDir folder;
    for (int i = 0; i < 4; ++i) make_small(folder / ("in" + std::to_string(i) + ".mkv"), 40 * i);
    fs::create_directory(folder / "one");
    fs::create_directory(folder / "three");
    CHECK(transcode_command({"-o", folder / "one", folder.path().string()}).status == 0);
    CHECK(transcode_command({"--jobs", "3", "-o", folder / "three", folder.path().string()}).status == 0);
    for (int i = 0; i < 4; ++i) {
        const std::string name = "in" + std::to_string(i) + "_invisible.mkv";
        CHECK(pictures_of(folder / ("one/" + name)) == pictures_of(folder / ("three/" + name)));
    }
}

TEST_CASE("a batch as JSON: an object per event, each with the file's name, and a summary") {
    const test::TempDir folder;
    make_small(folder / "a.mkv");
    std::ofstream(folder / "b.mkv") << "no video at all";
    const auto finished = transcode_command({"--progress", "json", "-q", "--jobs", "2", folder.path().string()});
    CHECK(finished.status == 1);
    std::map<std::string, std::vector<std::string>> events;
    nlohmann::json last;
    for (const std::string& line : test::split(finished.err, '\n')) {
        if (!line.starts_with('{')) continue;
        last = nlohmann::json::parse(line);
        events[last.value("input", "")].push_back(last["event"]);
    }
    CHECK(events[folder / "a.mkv"].front() == "start");
    CHECK(events[folder / "a.mkv"].back() == "done");
    CHECK(events[folder / "b.mkv"].back() == "failed");
    CHECK(last["event"] == "summary");
    CHECK(last["done"] == 1);
    CHECK(last["failed"] == 1);
}
