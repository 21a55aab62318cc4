// HEIC and AVIF: the face is gone in what another program decodes, the rest looks the same, metadata stays, other pictures of the file go.
#include <doctest/doctest.h>

#include <fstream>

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
