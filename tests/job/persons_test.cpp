// As a school would: a film of several people with cuts, of whom one stays visible, by a photo or by number; in doubt everybody is hidden.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "invisiblur/transcode.hpp"
#include "support/at_hand.hpp"
#include "support/clips.hpp"
#include "support/process.hpp"
#include "support/quiet.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr int kFramesPerShot = 20;

/// A film of three shots of a second each, without loss: one man, another one, the first one again, later in his clip.
struct School {
    TempDir dir;
    std::string film = dir / "film.mkv", photo = dir / "anna.png";

    School(const std::string& kept, const std::string& other, const std::string& spoil = "null") {
        const std::string form = ",fps=20,scale=400:300,setsar=1,format=yuv420p";
        const std::string graph = "[0:v]trim=2:3,setpts=PTS-STARTPTS" + form + "[a];[1:v]trim=0:1,setpts=PTS-STARTPTS" + form + "[b];[0:v]trim=26:27,setpts=PTS-STARTPTS," +
                                  spoil + form + "[c];[a][b][c]concat=n=3,trim=end_frame=60";
        must_run({"ffmpeg", "-v", "error", "-i", kept, "-i", other, "-filter_complex", graph, "-c:v", "ffv1", film});
        must_run({"ffmpeg", "-v", "error", "-ss", "15", "-i", kept, "-frames:v", "1", photo});
    }

    Report run(Options options, const std::string& output = "") const {
        Quiet quiet;
        options.fill = "solid";
        options.plate = "none";
        options.overwrite = true;
        options.analyse_only = output.empty();
        if (!output.empty()) options.video_codec = "ffv1";
        return transcode({film, output, options}, quiet);
    }

    std::string failure(Options options) const {
        try {
            run(std::move(options));
        } catch (const std::exception& error) {
            return error.what();
        }
        return "";
    }
};

/// The times of a stream's tracks that stay visible, in frames of 20 a second.
std::vector<std::pair<int, int>> left_frames(const StreamReport& stream) {
    std::vector<std::pair<int, int>> spans;
    for (const Track& track : stream.left.tracks) spans.emplace_back(track.boxes.front().pts / 50, track.boxes.back().pts / 50);
    return spans;
}

/// Which of the film's three shots are as they were, in all frames: "101".
std::string same_shots(const std::string& a, const std::string& b) {
    std::string same;
    for (int shot = 0; shot < 3; ++shot) {
        const std::string part = "trim=start_frame=" + std::to_string(shot * kFramesPerShot) + ":end_frame=" + std::to_string((shot + 1) * kFramesPerShot);
        const auto hashes = [&](const std::string& path) { return must_run({"ffmpeg", "-v", "error", "-i", path, "-map", "0:v", "-vf", part, "-f", "framemd5", "-"}); };
        same += hashes(a) == hashes(b) ? '1' : '0';
    }
    return same;
}

bool ready() {
    const bool clips = at_hand(real_clip("d05_cap12_hand.mp4") && real_clip("d04_foreman_pan.mp4"), "no real clips");
    return clips && has_model() && has_model(kDescriptorModel) && has_model(kLandmarkModel);
}

School school(const std::string& spoil = "null") {
    return {*real_clip("d05_cap12_hand.mp4"), *real_clip("d04_foreman_pan.mp4"), spoil};
}

}  // namespace

TEST_CASE("the person of a photo stays visible in all shots, and the other one is hidden in each frame") {
    if (!ready()) return;
    const School film = school();
    Options options;
    options.keep_person = {film.photo};
    options.save_tracks = film.dir / "tracks.json";
    const std::string out = film.dir / "out.mkv";
    const Report report = film.run(options, out);
    CHECK(same_shots(film.film, out) == "101");
    const StreamReport& stream = report.streams.at(0);
    CHECK(stream.left.tracks.size() == 2);
    REQUIRE_FALSE(stream.tracks.tracks.empty());
    CHECK(stream.frames_masked >= kFramesPerShot);
    REQUIRE(stream.persons.size() == 2);
    CHECK(stream.persons[0].left);
    CHECK(stream.persons[0].tracks.size() == 2);
    CHECK(stream.persons[0].distance.value_or(9) < 0.5);
    CHECK_FALSE(stream.persons[1].left);
    CHECK(print_report(report).find("\"stays_visible\": true") != std::string::npos);

    // The tracks file knows the persons, by whose numbers the same is done without any model.
    const Tracks saved = read_tracks_file(options.save_tracks);
    CHECK(saved.tracks.size() == stream.left.tracks.size() + stream.tracks.tracks.size());
    Options by_number;
    by_number.tracks = options.save_tracks;
    by_number.except_persons = {stream.persons[0].person};
    const std::string again = film.dir / "again.mkv";
    const Report second = film.run(by_number, again);
    CHECK(same_shots(out, again) == "111");
    CHECK(second.streams.at(0).left.tracks.size() == 2);

    // The same with another number of threads; and for --verify the person is no finding.
    options.threads = 1;
    options.verify = true;
    options.save_tracks = film.dir / "again.json";
    const Report verified = film.run(options, again);
    CHECK(content_of(film.dir / "again.json") == content_of(film.dir / "tracks.json"));
    CHECK(same_shots(out, again) == "111");
    REQUIRE(verified.verify);
    CHECK(verified.verify->passed);
}

TEST_CASE("a track that goes through a short insert of somebody else stays visible only in its own scenes") {
    if (!ready()) return;
    const School film = school();
    // As if the tracker had missed both cuts: one track from the first frame to the last, where the men's faces are.
    Options options;
    options.persons = true;
    options.save_tracks = film.dir / "tracks.json";
    film.run(options);
    Tracks tracks = read_tracks_file(options.save_tracks);
    Track& one = tracks.tracks.at(0);
    for (std::size_t i = 1; i < tracks.tracks.size(); ++i)
        for (const TrackBox& box : tracks.tracks[i].boxes)
            if (box.pts > one.boxes.back().pts) one.boxes.push_back(box);
    tracks.tracks.resize(1);
    write_tracks_file(film.dir / "one.json", tracks);
    Options keep;
    keep.tracks = film.dir / "one.json";
    keep.keep_person = {film.photo};
    const Report report = film.run(keep);
    for (const auto& [first, last] : left_frames(report.streams.at(0))) CHECK((last < kFramesPerShot || first >= 2 * kFramesPerShot));
    Options number = keep;
    number.keep_person.clear();
    number.persons = true;
    number.save_tracks = film.dir / "parts.json";
    const StreamReport parts = film.run(number).streams.at(0);
    REQUIRE(parts.persons.size() == 2);
    CHECK(parts.persons[0].tracks.size() == 2);
    for (const Track& track : parts.tracks.tracks) {
        const auto shot = [](const TrackBox& box) { return box.pts / 50 / kFramesPerShot; };
        CHECK(shot(track.boxes.front()) == shot(track.boxes.back()));
        CHECK(track.person == (shot(track.boxes.front()) == 1 ? parts.persons[1].person : parts.persons[0].person));
    }
}

TEST_CASE("the person of a photo to hide is hidden, and who is surely somebody else stays") {
    if (!ready()) return;
    const School film = school();
    Options options;
    options.hide_person = {film.photo};
    const std::string out = film.dir / "out.mkv";
    film.run(options, out);
    CHECK(same_shots(film.film, out) == "010");
}

TEST_CASE("where the person of the photo is shown too badly to tell, it is hidden and listed") {
    if (!ready()) return;
    const School film = school("gblur=sigma=4");
    Options options;
    options.keep_person = {film.photo};
    const std::string out = film.dir / "out.mkv";
    const Report report = film.run(options, out);
    CHECK(same_shots(film.film, out) == "100");
    CHECK(std::ranges::any_of(report.streams.at(0).doubtful, [](const DoubtfulPlace& place) { return place.start_s > 1.9 && place.why.ends_with("hidden in doubt"); }));
}

TEST_CASE("a photo that shows nobody, several people, a film or nothing at all is refused with a sentence that names it") {
    if (!ready()) return;
    const School film = school();
    const auto refused = [&](const std::string& photo) {
        Options options;
        options.keep_person = {photo};
        return film.failure(options);
    };
    const std::string nobody = film.dir / "nobody.png", both = film.dir / "both.png", missing = film.dir / "missing.jpg";
    must_run({"ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x240", "-frames:v", "1", nobody});
    must_run({"ffmpeg", "-v", "error", "-i", film.photo, "-vf", "split,hstack", "-frames:v", "1", both});
    CHECK(refused(nobody) == "--keep-person " + nobody + ": no face was found in it: give a photo with one clear face, seen from the front");
    CHECK(refused(both) == "--keep-person " + both + ": 2 faces were found in it: cut the photo so that it shows one");
    CHECK(refused(film.film).find("this is no photo") != std::string::npos);
    if (at_hand(real_clip("d06_makeup_occlusion.avi").has_value(), "no real clips")) {
        // A hand before nose and mouth: where eyes and nose are is a guess, and whose face it is, too.
        const std::string covered = film.dir / "covered.png";
        must_run({"ffmpeg", "-v", "error", "-ss", "2.7", "-i", *real_clip("d06_makeup_occlusion.avi"), "-vf", "scale=960:-1", "-frames:v", "1", covered});
        CHECK(refused(covered).find("its face is too small, blurred, covered, cut off or turned away") != std::string::npos);
    }
    CHECK(refused(missing) == "--keep-person " + missing + ": there is no such file: give a photo of one person");
}

TEST_CASE("without the models that tell persons apart, one sentence says how to get them") {
    if (!ready()) return;
    const School film = school();
    std::filesystem::copy_file(checked_model_file({}), film.dir / "centerface.onnx");
    setenv("INVISIBLUR_MODEL", (film.dir / "centerface.onnx").c_str(), 1);
    Options options;
    options.persons = true;
    const std::string why = film.failure(options);
    unsetenv("INVISIBLUR_MODEL");
    CHECK(why.find("install the package invisiblur-persons, or run scripts/setup") != std::string::npos);
}

TEST_CASE("persons are not chosen in one pass, in pictures, by numbers that are not there, or in two ways at once") {
    const TempDir dir;
    const std::string clip = dir / "in.mkv";
    make_clip(clip, "-f lavfi -i testsrc2=s=64x48:r=25:d=0.2 -c:v ffv1");
    const auto refused = [&](const char* name, const std::vector<std::string>& more, const std::string& input) {
        Quiet quiet;
        Options options;
        set_option(options, name, "1");
        for (std::size_t i = 0; i + 1 < more.size(); i += 2) set_option(options, more[i], more[i + 1]);
        try {
            transcode({input, dir / "out.mkv", options}, quiet);
        } catch (const std::invalid_argument& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    CHECK(refused("persons", {"passes", "1"}, clip).find("leave --passes 1 out") != std::string::npos);
    CHECK(refused("except-persons", {}, clip).find("add --tracks FILE") != std::string::npos);
    CHECK(refused("only-persons", {"except-persons", "2", "tracks", "x.json"}, clip).find("exclude each other") != std::string::npos);
    CHECK(refused("only-persons", {"keep-person", "x.jpg", "tracks", "x.json"}, clip).find("give the ones or the others") != std::string::npos);
    CHECK(refused("persons", {"segment", "1/2", "analyse-only", "1"}, clip).find("in the whole file at once") != std::string::npos);
    CHECK(refused("persons", {}, "-").find("two passes") != std::string::npos);
    make_clip(dir / "picture.png", "-f lavfi -i testsrc2=s=64x48 -frames:v 1");
    CHECK(refused("persons", {}, dir / "picture.png").find("two passes") != std::string::npos);
}
