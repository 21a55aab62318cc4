// HEIC and AVIF: the face is gone in what another program decodes, the rest looks the same, metadata stays, other pictures of the file go.
#include <doctest/doctest.h>

#include <fstream>

#include "support/clips.hpp"
#include "support/stills.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// As libheif's own program decodes it.
Rgb decoded(const TempDir& dir, const std::string& path) {
    must_run({"heif-convert", path, dir / "decoded.png"});
    return decode_rgb(dir / "decoded.png");
}

/// A HEIC or AVIF of the portrait, after its name; with metadata that came with the PNG or JPEG it is made of.
void encode(const std::string& from, const std::string& to, const std::vector<std::string>& arguments = {}) {
    std::vector<std::string> command{"heif-enc", "-q", "80", "-o", to, from};
    command.insert(command.begin() + 1, arguments.begin(), arguments.end());
    must_run(command);
}

}  // namespace

TEST_CASE("HEIC and AVIF lose the face and keep the rest, with every subsampling and 10 bits") {
    const TempDir dir;
    const Options options = with_given_face(dir);
    make_portrait(dir / "in.png");
    make_portrait(dir / "deep.png", "-pix_fmt rgb48be");
    struct Form {
        std::string name, source;
        std::vector<std::string> arguments;
    };
    for (const Form& form : {Form{"plain.heic", "in.png", {}}, Form{"full.heic", "in.png", {"-p", "chroma=444"}}, Form{"deep.heic", "deep.png", {"-b", "10"}},
                             Form{"plain.avif", "in.png", {"-A"}}, Form{"full.avif", "in.png", {"-A", "-p", "chroma=444"}}}) {
        CAPTURE(form.name);
        const std::string in = dir / form.name, out = dir / ("out_" + form.name);
        encode(dir / form.source, in, form.arguments);
        const StillRun done = run_still(in, out, options);
        CHECK(done.report.streams.at(0).codec_out == (in.ends_with("avif") ? "avif" : "heic"));
        const Rgb before = decoded(dir, in), after = decoded(dir, out);
        CHECK(likeness(before, after, kInsideFace) < 0.5);
        CHECK(likeness(before, after, {20, 20, 200, 300}) > 0.99);
        CHECK(psnr_outside(before, after, kFaceBox, 40) > 40);
    }
}

TEST_CASE("AVIF of 10 and 12 bits keeps its depth, its colours and its metadata") {
    const TempDir dir;
    const Options options = with_given_face(dir);
    make_portrait(dir / "deep.png", "-pix_fmt rgb48be");
    must_run({"exiv2", "-Mset Exif.Image.Make Acme", dir / "deep.png"});
    for (const std::string depth : {"10", "12"})
        for (const std::string chroma : {"420", "444", "400"}) {
            CAPTURE(depth);
            CAPTURE(chroma);
            const std::string in = dir / "in.avif", out = dir / ("out" + depth + chroma + ".avif");
            must_run({"avifenc", "-d", depth, "-y", chroma, "--cicp", "12/16/9", "--min", "4", "--max", "8", "-s", "8", dir / "deep.png", in});
            const StillRun done = run_still(in, out, options);
            CHECK(done.report.streams.at(0).codec_out == "avif");
            const std::string before = must_run({"avifdec", "--info", in}), after = must_run({"avifdec", "--info", out});
            for (const std::string line : {"Resolution", "Bit Depth", "Format ", "Range", "Color Primaries", "Transfer Char.", "Matrix Coeffs."}) {
                CAPTURE(line);
                const auto of = [&](const std::string& facts) { return facts.substr(facts.find(line), facts.find('\n', facts.find(line)) - facts.find(line)); };
                CHECK(of(before) == of(after));
            }
            CHECK(content_of(out).find("Acme") != std::string::npos);
            must_run({"avifdec", in, dir / "before.png"});
            must_run({"avifdec", out, dir / "after.png"});
            const Rgb shown = decode_rgb(dir / "before.png"), made = decode_rgb(dir / "after.png");
            CHECK(likeness(shown, made, kInsideFace) < 0.5);
            CHECK(psnr_outside(shown, made, kFaceBox, 40) > 38);
        }
}

TEST_CASE("an AVIF whose planes are RGB, as lossless ones are, keeps its colours") {
    const TempDir dir;
    make_portrait(dir / "a.png");
    for (const std::string depth : {"8", "10"}) {
        CAPTURE(depth);
        const std::string in = dir / ("in" + depth + ".avif"), out = dir / ("out" + depth + ".avif");
        must_run({"avifenc", "-d", depth, "-y", "444", "--cicp", "1/13/0", "-s", "8", "--min", "0", "--max", "0", dir / "a.png", in});
        run_still(in, out, with_given_face(dir));
        must_run({"avifdec", out, dir / "after.png"});
        const Rgb before = decode_rgb(dir / "a.png"), after = decode_rgb(dir / "after.png");
        CHECK(likeness(before, after, kInsideFace) < 0.5);
        CHECK(psnr_outside(before, after, kFaceBox, 40) > 38);
    }
}

TEST_CASE("a grid of pictures is one picture") {
    const TempDir dir;
    make_portrait(dir / "a.png");
    must_run({"avifenc", "-s", "8", "--grid", "2x1", dir / "a.png", dir / "a.png", dir / "in.avif"});
    const StillRun done = run_still(dir / "in.avif", dir / "out.avif", with_given_face(dir));
    CHECK(done.report.streams.at(0).frames == 1);
    const Rgb before = decoded(dir, dir / "in.avif"), after = decoded(dir, dir / "out.avif");
    CHECK(after.width == 1280);
    CHECK(likeness(before, after, kInsideFace) < 0.5);
    CHECK(likeness(before, after, {696, 20, 300, 300}) > 0.99);
}

TEST_CASE("each picture of a HEIC that holds several is worked on and kept") {
    const TempDir dir;
    make_portrait(dir / "a.png");
    make_portrait(dir / "b.png", "-vf hue=s=0");
    must_run({"heif-enc", "-q", "80", "-o", dir / "in.heic", dir / "a.png", dir / "b.png"});
    Options options = with_given_face(dir);
    std::ofstream(options.tracks) << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[{"id":1,"boxes":[)"
                                  << R"({"pts":0,"x":280,"y":80,"w":96,"h":112,"score":1,"from":"hand"},{"pts":1,"x":280,"y":80,"w":96,"h":112,"score":1,"from":"hand"}]}]})";
    const StillRun done = run_still(dir / "in.heic", dir / "out.heic", options);
    CHECK(done.report.streams.at(0).frames == 2);
    CHECK(done.report.streams.at(0).frames_masked == 2);
    CHECK_FALSE(done.warned_of("further picture"));
    must_run({"heif-convert", dir / "in.heic", dir / "in.png"});
    must_run({"heif-convert", dir / "out.heic", dir / "out.png"});
    for (const std::string number : {"-1.png", "-2.png"}) {
        CAPTURE(number);
        const Rgb before = decode_rgb(dir / ("in" + number)), after = decode_rgb(dir / ("out" + number));
        CHECK(likeness(before, after, kInsideFace) < 0.5);
        CHECK(psnr_outside(before, after, kFaceBox, 40) > 38);
    }
}

TEST_CASE("a sequence of AVIF pictures is a film and stays one; one of HEIC pictures can become a video") {
    const TempDir dir;
    Options options;
    options.tracks = dir / "none.json";
    std::ofstream(options.tracks) << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[]})";
    options.regions = {{kFaceBox, {}, {}}};
    const std::string frames = "-ss 2 -i media/sample.mkv -frames:v 3 -an -sn -dn -map 0:v:0 ";
    make_clip(dir / "in.avif", frames + "-c:v libaom-av1 -cpu-used 8 -crf 10 -pix_fmt yuv420p10le");
    options.preset = "8";
    for (const std::string name : {"out.avif", "out.avifs"}) {
        CAPTURE(name);
        CHECK(run_still(dir / "in.avif", dir / name, options).report.streams.at(0).frames == 3);
        const std::string facts = must_run({"avifdec", "--info", dir / name});
        CHECK(facts.find("3 expected frames") != std::string::npos);
        CHECK(facts.find("Bit Depth      : 10") != std::string::npos);
    }
    // A brand and a handler are what tells such a sequence from an MP4 (ISO/IEC 23008-12).
    make_clip(dir / "in.mp4", frames + "-c:v libx265 -x265-params log-level=none -tag:v hvc1");
    std::string film = content_of(dir / "in.mp4");
    film.replace(8, 4, "msf1");
    film.replace(film.find("vide", film.find("hdlr")), 4, "pict");
    std::ofstream(dir / "in.heics", std::ios::binary) << film;
    CHECK_THROWS_WITH_AS(run_still(dir / "in.heics", dir / "out.heics", options), doctest::Contains(("make it a video, with -o " + (dir / "out.mp4")).c_str()), std::runtime_error);
    CHECK_FALSE(std::filesystem::exists(dir / "out.heics"));
    options.preset.clear();
    CHECK(run_still(dir / "in.heics", dir / "out.mp4", options).report.streams.at(0).frames == 3);
}

TEST_CASE("Exif of a HEIC stays, its thumbnail and film do not; the detector finds the face") {
    const TempDir dir;
    const std::string in = dir / "in.heic", out = dir / "out.heic";
    make_portrait(dir / "in.jpg", "-q:v 2");
    make_portrait(dir / "in-thumb.jpg", "-vf scale=160:-2");
    must_run({"exiv2", "-Mset Exif.Image.Make Acme", "-Mset Xmp.iptcExt.PersonInImage XmpBag Ann Other", dir / "in.jpg"});
    must_run({"exiv2", "-it", dir / "in.jpg"});
    encode(dir / "in.jpg", in, {"-t", "128"});
    // a motion photo's film, as cameras put it behind
    std::ofstream(in, std::ios::binary | std::ios::app) << std::string("\0\0\0\x1Cmpvd\0\0\0\x14" "ftypmp42moov....", 28);
    Options options;
    options.expect_faces = 1;
    const StillRun done = run_still(in, out, options);
    REQUIRE(done.report.faces_expected_met);
    CHECK(done.warned_of("1 thumbnail"));
    CHECK(done.warned_of("the film of a motion photo"));
    CHECK(likeness(decoded(dir, in), decoded(dir, out), done.report.streams.at(0).tracks.tracks.at(0).boxes.at(0).box) < 0.5);
    // Whatever heif-enc took over of the metadata is there and holds no thumbnail.
    std::ifstream file(out, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    CHECK(bytes.find("Acme") != std::string::npos);
    CHECK(bytes.find("\xFF\xD8\xFF") == std::string::npos);
    CHECK(bytes.find("thmb") == std::string::npos);
    CHECK(bytes.find("mpvd") == std::string::npos);
    options.overwrite = true;
    options.drop = {"metadata"};
    run_still(in, out, options);
    std::ifstream bare(out, std::ios::binary);
    CHECK(std::string{std::istreambuf_iterator<char>(bare), {}}.find("Acme") == std::string::npos);
    options.drop.clear();
    options.verify = true;
    CHECK_THROWS_WITH_AS(run_still(in, dir / "checked.heic", options), doctest::Contains("cannot read HEIC"), std::invalid_argument);
    CHECK_FALSE(std::filesystem::exists(dir / "checked.heic"));
}
