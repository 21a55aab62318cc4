// TIFF: forms of pixels and compressions, tags and Exif, smaller copies, several pictures.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "support/clips.hpp"
#include "support/stills.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

TEST_CASE("each form of TIFF stays what it is outside the core, and the face is gone") {
    const TempDir dir;
    const Options options = with_given_face(dir);
    for (const std::string form : {"rgb24 raw", "rgb24 lzw", "rgb24 deflate", "rgb24 packbits", "rgba lzw", "rgb48le lzw", "rgba64le raw", "gray lzw", "gray16le raw"}) {
        CAPTURE(form);
        const std::string format = form.substr(0, form.find(' ')), in = dir / "in.tif", out = dir / "out.tif";
        make_portrait(in, "-y -pix_fmt " + format + " -compression_algo " + form.substr(form.find(' ') + 1));
        Options again = options;
        again.overwrite = true;
        run_still(in, out, again);
        CHECK(ffprobe_value(out, "v:0", "pix_fmt") == format);
        const Rgb before = decode_rgb(in), after = decode_rgb(out);
        CHECK(likeness(before, after, kInsideFace) < 0.5);
        CHECK(largest_change_outside(before, after, kFaceBox, 0.2 * 112 + 2) == 0);
    }
}

TEST_CASE("tags, Exif, XMP and GPS of a TIFF stay and go as those of other pictures do") {
    const TempDir dir;
    const std::string in = dir / "in.tif", out = dir / "out.tif";
    make_portrait(in, "-pix_fmt rgb24 -compression_algo lzw");
    must_run({"exiv2", "-Mset Exif.Image.Make Acme", "-Mset Exif.Photo.UserComment charset=Ascii some words", "-Mset Exif.GPSInfo.GPSLatitude 1/1 2/1 3/1", "-Mset Xmp.dc.title A title",
              "-Mset Xmp.iptcExt.PersonInImage XmpBag Ann Other", "-Mset Exif.Image.Orientation Short 1", in});
    const auto metadata = [&] { return run({"exiv2", "-pa", out}).out; };
    Options options = with_given_face(dir);
    options.overwrite = true;
    const StillRun done = run_still(in, out, options);
    for (const std::string value : {"Acme", "some words", "GPSLatitude", "A title"}) CHECK_MESSAGE(metadata().find(value) != std::string::npos, value);
    CHECK(done.warned_of("PersonInImage"));
    CHECK(likeness(decode_rgb(in), decode_rgb(out), kInsideFace) < 0.5);
    options.drop = {"gps"};
    run_still(in, out, options);
    CHECK(metadata().find("GPSLatitude") == std::string::npos);
    CHECK(metadata().find("some words") != std::string::npos);
    options.drop = {"metadata"};
    run_still(in, out, options);
    for (const std::string value : {"Acme", "some words", "GPSLatitude", "A title", "Ann"}) CHECK_MESSAGE(metadata().find(value) == std::string::npos, value);
}

TEST_CASE("a TIFF of several pictures, a raw file and a cut one are refused with a sentence") {
    const TempDir dir;
    const Options options = with_given_face(dir);
    make_portrait(dir / "a.tif", "-pix_fmt rgb24");
    must_run({"tiffcp", dir / "a.tif", dir / "a.tif", dir / "two.tif"});
    CHECK_THROWS_WITH_AS(run_still(dir / "two.tif", dir / "out.tif", options), doctest::Contains("several pictures"), std::runtime_error);
    std::filesystem::copy_file(dir / "a.tif", dir / "a.dng");
    CHECK_THROWS_WITH_AS(run_still(dir / "a.dng", dir / "out.dng", options), doctest::Contains("cannot be written"), std::runtime_error);
    std::ifstream file(dir / "a.tif", std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(file), {}};
    std::ofstream(dir / "cut.tif", std::ios::binary) << whole.substr(0, whole.size() / 2);
    CHECK_THROWS_AS(run_still(dir / "cut.tif", dir / "out.tif", options), std::runtime_error);
    CHECK_FALSE(std::filesystem::exists(dir / "out.tif"));
}
