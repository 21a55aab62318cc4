#include "invisiblur/tracks.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>
#include <limits>
#include <sstream>

#include "support/pictures.hpp"
#include "support/process.hpp"
#include "track/track_choice.hpp"

using namespace invisiblur;
using test::Random;

namespace {

/// A file with one box, in which a test replaces what it wants wrong.
const std::string kGood =
    R"({"format":"invisiblur-tracks","version":1,"source":{"sha256":"","width":64,"height":48,"time_base":[1,25],"frames":3},)"
    R"("tracks":[{"id":1,"boxes":[{"pts":0,"x":1,"y":2,"w":3,"h":4,"score":0.5,"from":"flow"}]}]})";

std::string with(const std::string& from, const std::string& to) {
    std::string text = kGood;
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

std::string error_of(const std::string& json) {
    try {
        parse_tracks(json);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "accepted";
}

bool same(const TrackBox& a, const TrackBox& b) {
    return a.pts == b.pts && a.box.x == b.box.x && a.box.y == b.box.y && a.box.w == b.box.w && a.box.h == b.box.h && a.score == b.score &&
           a.from == b.from;
}

bool same(const Tracks& a, const Tracks& b) {
    const TracksSource &s = a.source, &t = b.source;
    bool equal = s.sha256 == t.sha256 && s.width == t.width && s.height == t.height && s.time_base_num == t.time_base_num &&
                 s.time_base_den == t.time_base_den && s.frames == t.frames && s.extra == t.extra && a.extra == b.extra &&
                 a.tracks.size() == b.tracks.size();
    for (std::size_t i = 0; equal && i < a.tracks.size(); ++i) {
        const Track &m = a.tracks[i], &n = b.tracks[i];
        equal = m.id == n.id && m.extra == n.extra && m.boxes.size() == n.boxes.size();
        for (std::size_t k = 0; equal && k < m.boxes.size(); ++k) equal = same(m.boxes[k], n.boxes[k]);
    }
    return equal;
}

float random_float(Random& random, float least, float most) {
    return least + static_cast<float>(random.between(0, 1 << 24)) / static_cast<float>(1 << 24) * (most - least);
}

Tracks random_tracks(Random& random) {
    Tracks tracks;
    tracks.source.width = random.between(0, 10'000);
    tracks.source.height = random.between(0, 10'000);
    tracks.source.time_base_num = random.between(1, 1001);
    tracks.source.time_base_den = random.between(1, 90'000);
    tracks.source.frames = random.between(0, 1'000'000);
    if (random.chance(50)) tracks.source.sha256 = std::string(64, 'a');
    for (int id = random.between(0, 5); id > 0; --id) {
        Track track{id * 7, {}, random.chance(30) ? R"({"name":"somebody","tags":[1,2]})" : ""};
        std::int64_t pts = random.between(-1000, 1000);
        for (int n = random.between(0, 8); n > 0; --n) {
            pts += random.between(1, 100'000);
            const Box box{random_float(random, -500, 5000), random_float(random, -500, 5000), random_float(random, 0.001F, 900),
                          random_float(random, 0.001F, 900)};
            track.boxes.push_back({pts, box, random_float(random, 0, 1), static_cast<BoxSource>(random.between(0, 3))});
        }
        tracks.tracks.push_back(track);
    }
    return tracks;
}

std::string contents(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("what is written is read again, bit for bit") {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const Tracks tracks = random_tracks(random);
        CHECK(same(parse_tracks(print_tracks(tracks)), tracks));
    }
}

TEST_CASE("a file by hand needs only what cannot be guessed") {
    const Tracks tracks = parse_tracks(R"({"format":"invisiblur-tracks","version":1,"tracks":[
        {"id":3,"boxes":[{"pts":40,"x":0.1,"y":-2,"w":30,"h":40},{"pts":-40,"x":1,"y":2,"w":3,"h":4}]},{"id":4,"boxes":[]}]})");
    CHECK(tracks.source.width == 0);
    CHECK(tracks.source.time_base_den == 0);
    REQUIRE(tracks.tracks.size() == 2);
    REQUIRE(tracks.tracks[0].boxes.size() == 2);
    CHECK(tracks.tracks[0].boxes[0].pts == -40);
    CHECK(same(tracks.tracks[0].boxes[1], {40, {0.1F, -2, 30, 40}, 1, BoxSource::hand}));
}

TEST_CASE("unknown fields are kept at every level") {
    const std::string text =
        R"({"format":"invisiblur-tracks","version":1,"made_by":{"tool":"x","deep":[[1]]},"source":{"width":64,"camera":"B"},"tracks":[
        {"id":1,"name":"driver","boxes":[{"pts":0,"x":1,"y":2,"w":3,"h":4,"yaw":-12.5,"note":"left"},{"pts":1,"x":1,"y":2,"w":3,"h":4}]}]})";
    const Tracks tracks = parse_tracks(text);
    CHECK(tracks.extra == R"({"made_by":{"deep":[[1]],"tool":"x"}})");
    CHECK(tracks.source.extra == R"({"camera":"B"})");
    CHECK(tracks.tracks[0].extra == R"({"boxes":{"0":{"note":"left","yaw":-12.5}},"name":"driver"})");
    const std::string printed = print_tracks(tracks);
    CHECK(printed.find(R"("from":"hand","note":"left","yaw":-12.5})") != std::string::npos);
    CHECK(printed.find(R"(],"name":"driver"})") != std::string::npos);
    CHECK(same(parse_tracks(printed), tracks));
    CHECK(print_tracks(parse_tracks(printed)) == printed);
}

TEST_CASE("a track says whose face it is, where that is known") {
    const Tracks tracks = parse_tracks(with("\"id\":1", "\"id\":1,\"person\":3"));
    CHECK(tracks.tracks[0].person == 3);
    const std::string printed = print_tracks(tracks);
    CHECK(printed.find("{\"id\":1,\"person\":3,\"boxes\":[") != std::string::npos);
    CHECK(parse_tracks(printed).tracks[0].person == 3);
    CHECK(print_tracks(parse_tracks(kGood)).find("person") == std::string::npos);
    CHECK(error_of(with("\"id\":1", "\"id\":1,\"person\":-3")) == "tracks[0].person must be a whole number from 0 to 2147483647");
    CHECK(error_of(with("\"id\":1", "\"id\":1,\"person\":\"Anna\"")).starts_with("tracks[0].person must be a whole number"));
}

TEST_CASE("whose face is unknown is hidden, whatever persons are chosen") {
    Options except, only;
    except.except_persons = {2};
    only.only_persons = {2};
    const auto stays = [](const Options& options, int person) {
        Track track;
        track.person = person;
        return stays_visible(options, track);
    };
    CHECK(stays(except, 2));
    CHECK_FALSE(stays(except, 1));
    CHECK_FALSE(stays(except, 0));
    CHECK(stays(only, 1));
    CHECK_FALSE(stays(only, 2));
    CHECK_FALSE(stays(only, 0));
}

TEST_CASE("a person that is not in the file is refused by name") {
    Options options;
    options.tracks = "faces.json";
    options.except_persons = {7};
    CHECK_THROWS_WITH(check_chosen_tracks(options, parse_tracks(with("\"id\":1", "\"id\":1,\"person\":3"))),
                      "--except-persons names person 7, and faces.json has no such person; it has 3");
}

TEST_CASE("malformed JSON is named by line and column") {
    CHECK(
        error_of("") ==
        "not valid JSON at line 1, column 1: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal");
    CHECK(error_of("{\n  \"format\": oops}").starts_with("not valid JSON at line 2, column 13: "));
    CHECK(error_of(kGood + "x").starts_with("not valid JSON at line 1, column " + std::to_string(kGood.size() + 1)));
    CHECK(error_of(kGood.substr(0, kGood.size() - 1)).starts_with("not valid JSON at line 1, column "));
    CHECK(error_of(with("\"x\":1", "\"x\":NaN")).starts_with("not valid JSON at line 1, column "));
    CHECK(error_of(with("\"x\":1", "\"x\":1e999")).find("the number 1e999 is too large") != std::string::npos);
    CHECK(error_of(with("\"x\":1", "\"x\":\"\xff\"")).starts_with("not valid JSON at "));
    CHECK(error_of(std::string(100'000, '[')) == "objects and lists are nested too deeply");
    CHECK(error_of(std::string(1000, '\n') + "\x01").find('\n') == std::string::npos);
}

TEST_CASE("a wrong field is named by its place") {
    CHECK(error_of(kGood) == "accepted");
    CHECK(error_of("[]") == "the file must be an object");
    CHECK(error_of("{}") == "the file lacks the field format");
    CHECK(error_of(with("invisiblur-tracks", "csv")) == "format must be \"invisiblur-tracks\": this is no tracks file");
    CHECK(error_of(with("\"version\":1", "\"version\":2")) == "version must be 1: this program knows no other version of tracks files");
    CHECK(error_of(with("\"w\":3", "\"w\":0")) == "tracks[0].boxes[0].w must be a number greater than 0 and at most 1048576");
    CHECK(error_of(with("\"w\":3", "\"w\":-1")) == "tracks[0].boxes[0].w must be a number greater than 0 and at most 1048576");
    CHECK(error_of(with("\"w\":3,", "")) == "tracks[0].boxes[0] lacks the field w");
    CHECK(error_of(with("\"w\":3", "\"w\":\"3\"")) == "tracks[0].boxes[0].w must be a number greater than 0 and at most 1048576");
    CHECK(error_of(with("\"w\":3", "\"w\":1e-300")) == "tracks[0].boxes[0].w must be a number greater than 0 and at most 1048576");
    CHECK(error_of(with("\"x\":1", "\"x\":1e300")) == "tracks[0].boxes[0].x must be a number from -1048576 to 1048576");
    CHECK(error_of(with("\"x\":1", "\"x\":null")) == "tracks[0].boxes[0].x must be a number from -1048576 to 1048576");
    CHECK(error_of(with("\"score\":0.5", "\"score\":1.5")) == "tracks[0].boxes[0].score must be a number from 0 to 1");
    CHECK(error_of(with("\"flow\"", "\"magic\"")) == "tracks[0].boxes[0].from must be detector, flow, bridge or hand");
    CHECK(error_of(with("\"pts\":0", "\"pts\":0.5")).starts_with("tracks[0].boxes[0].pts must be a whole number"));
    CHECK(error_of(with("\"pts\":0", "\"pts\":18446744073709551615")).starts_with("tracks[0].boxes[0].pts must be a whole number"));
    CHECK(error_of(with("\"id\":1", "\"id\":-1")) == "tracks[0].id must be a whole number from 0 to 2147483647");
    CHECK(error_of(with("\"id\":1", "\"id\":true")) == "tracks[0].id must be a whole number from 0 to 2147483647");
    CHECK(error_of(with("[1,25]", "[1]")) == "source.time_base must be a list of two numbers, such as [1, 1000]");
    CHECK(error_of(with("[1,25]", "[1,0]")) == "source.time_base must not have one 0");
    CHECK(error_of(with("[1,25]", "\"1/25\"")) == "source.time_base must be a list");
    CHECK(error_of(with("\"sha256\":\"\"", "\"sha256\":\"abc\"")) ==
          "source.sha256 must be 64 hexadecimal digits, or empty where it is unknown");
    CHECK(error_of(with("\"tracks\":[", "\"tracks\":3,\"x\":[")) == "tracks must be a list");
    CHECK(error_of(with("{\"pts\":0", "7,{\"pts\":0")) == "tracks[0].boxes[0] must be an object");
}

TEST_CASE("an id and a time come once") {
    CHECK(error_of(with("{\"id\":1", R"({"id":1,"boxes":[]},{"id":1)")) == "tracks[1].id is 1 for the second time");
    CHECK(error_of(with("{\"pts\":0", R"({"pts":0,"x":1,"y":2,"w":3,"h":4},{"pts":9,"x":1,"y":2,"w":3,"h":4},{"pts":0)")) ==
          "tracks[0].boxes[2].pts is 0 for the second time in this track");
}

TEST_CASE("what a file cannot hold is not written") {
    Tracks tracks = parse_tracks(kGood);
    tracks.tracks[0].boxes[0].box.x = std::numeric_limits<float>::infinity();
    CHECK_THROWS_AS(print_tracks(tracks), std::invalid_argument);
    tracks = parse_tracks(kGood);
    tracks.tracks[0].extra = "[1]";
    CHECK_THROWS_WITH(print_tracks(tracks), "the unknown fields of a track are not a JSON object");
}

TEST_CASE("files") {
    const test::TempDir folder;
    const std::string path = folder / "faces.json";
    const Tracks tracks = parse_tracks(kGood);

    write_tracks_file(path, tracks);
    CHECK(same(read_tracks_file(path), tracks));
    CHECK(folder.names() == std::vector<std::string>{"faces.json"});

    std::ofstream(folder / "bad.json") << "{\n\n  ,}";
    CHECK_THROWS_AS(read_tracks_file(folder / "bad.json"), std::invalid_argument);
    try {
        read_tracks_file(folder / "bad.json");
    } catch (const std::invalid_argument& error) {
        CHECK(std::string(error.what()).starts_with((folder / "bad.json") + ": not valid JSON at line 3, column 3: "));
    }
    CHECK_THROWS_AS(read_tracks_file(folder / "missing.json"), std::runtime_error);
    CHECK_THROWS_AS(read_tracks_file(folder.path().string()), std::runtime_error);
}

TEST_CASE("a write that fails leaves the old file") {
    const test::TempDir folder;
    const std::string path = folder / "faces.json";
    std::ofstream(path) << "old";
    Tracks bad = parse_tracks(kGood);
    bad.tracks[0].boxes[0].score = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_AS(write_tracks_file(path, bad), std::invalid_argument);
    CHECK(contents(path) == "old");
    CHECK_THROWS_AS(write_tracks_file(folder / "nowhere/faces.json", parse_tracks(kGood)), std::runtime_error);
    CHECK_THROWS_WITH(write_tracks_file(folder.path().string(), parse_tracks(kGood)),
                      ("cannot write " + folder.path().string() + ": Is a directory").c_str());
    CHECK(folder.names() == std::vector<std::string>{"faces.json"});
}

TEST_CASE("a link stays a link, and a device a device") {
    const test::TempDir folder;
    write_tracks_file(folder / "faces.json", parse_tracks(kGood));
    REQUIRE(symlink("faces.json", (folder / "link.json").c_str()) == 0);
    Tracks empty;
    write_tracks_file(folder / "link.json", empty);
    CHECK(same(read_tracks_file(folder / "faces.json"), empty));
    CHECK(std::filesystem::is_symlink(folder / "link.json"));
    write_tracks_file("/dev/null", empty);
    CHECK(std::filesystem::is_character_file("/dev/null"));
    CHECK(folder.names() == std::vector<std::string>{"faces.json", "link.json"});
}

TEST_CASE("no text makes the parser do anything but answer or throw std::invalid_argument") {
    static constexpr std::string_view kPieces[] = {
        "{", "}", "[", "]", ",", ":", "\"", "-", "1e9", "null", "true", "0", "99999999999999999999", "\"id\":1,", "\xff"};
    for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
        Random random(seed);
        std::string text = kGood;
        for (int edits = random.between(1, 4); edits > 0; --edits) {
            const auto at = static_cast<std::size_t>(random.between(0, static_cast<int>(text.size()) - 1));
            const auto piece = kPieces[static_cast<std::size_t>(random.between(0, static_cast<int>(std::size(kPieces)) - 1))];
            text.replace(at, static_cast<std::size_t>(random.between(0, 6)), piece);
        }
        try {
            const Tracks tracks = parse_tracks(text);
            if (!same(parse_tracks(print_tracks(tracks)), tracks)) FAIL("does not survive printing: " << text);
        } catch (const std::invalid_argument&) {
            continue;
        }
    }
}
