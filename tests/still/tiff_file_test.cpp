// TIFF: forms of pixels and compressions, tags and Exif, smaller copies, several pictures.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "support/clips.hpp"
#include "support/pillow.hpp"
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

TEST_CASE("every page of a TIFF is worked on and kept with its tags") {
    if (!has_pillow()) return;
    const TempDir dir;
    const std::string in = dir / "in.tif", out = dir / "out.tif";
    make_portrait(dir / "a.png");
    pillow(R"(
a = Image.open(sys.argv[1])
pages = [a.convert('L'), a.crop((0, 0, 400, 300)).convert('CMYK'), a.convert('1')]
from PIL import TiffImagePlugin
def tagged(text):
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[285] = text
    return info
with TiffImagePlugin.AppendingTiffWriter(sys.argv[2], True) as file:
    for i, page in enumerate([a.convert('RGB')] + pages):
        page.save(file, 'TIFF', compression='group4' if page.mode == '1' else 'tiff_lzw', tiffinfo=tagged(f'page number {i}'), dpi=(300, 300))
        file.newFrame()
)", {dir / "a.png", in});
    Options options = with_given_face(dir);
    std::ofstream(options.tracks) << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[{"id":1,"boxes":[)"
                                  << R"({"pts":0,"x":280,"y":80,"w":96,"h":112,"score":1,"from":"hand"},{"pts":1,"x":280,"y":80,"w":96,"h":112,"score":1,"from":"hand"},)"
                                  << R"({"pts":2,"x":280,"y":80,"w":96,"h":112,"score":1,"from":"hand"},{"pts":3,"x":280,"y":80,"w":96,"h":112,"score":1,"from":"hand"}]}]})";
    const StillRun done = run_still(in, out, options);
    CHECK(done.report.streams.at(0).frames == 4);
    CHECK(done.report.streams.at(0).frames_masked == 4);
    const std::string compared = pillow(R"(
from PIL import ImageChops, ImageStat
a, b = Image.open(sys.argv[1]), Image.open(sys.argv[2])
assert a.n_frames == b.n_frames == 4
for i in range(4):
    a.seek(i)
    b.seek(i)
    inside = sum(ImageStat.Stat(ImageChops.difference(a.convert('RGB').crop((296, 96, 360, 176)), b.convert('RGB').crop((296, 96, 360, 176)))).mean)
    d = ImageChops.difference(a.convert('L') if a.mode == '1' else a, b.convert('L') if b.mode == '1' else b)
    d.paste(0, (250, 50, 406, 222))
    print(i, a.mode == b.mode, a.size == b.size, a.tag_v2[259] == b.tag_v2[259], b.tag_v2[285], b.tag_v2[282], d.getbbox(), inside > 15)
)", {in, out});
    std::string wanted;
    for (int i = 0; i < 4; ++i) wanted += std::to_string(i) + " True True True page number " + std::to_string(i) + " 300.0 None True\n";
    CHECK(compared == wanted);
    options.verify = true;
    CHECK_THROWS_WITH_AS(run_still(in, dir / "other.tif", options), doctest::Contains("only the first of the 4 pictures"), std::invalid_argument);
    // What is found on different pages are different tracks; nothing is found, nothing is changed.
    Options none = options;
    none.verify = false;
    none.tracks = dir / "none.json";
    std::ofstream(none.tracks) << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[]})";
    run_still(in, dir / "same.tif", none);
    CHECK(content_of(dir / "same.tif") == content_of(in));
    // What one run saved does the same in another, though the pages are of several sizes.
    options.verify = false;
    options.save_tracks = dir / "saved.json";
    options.overwrite = true;
    run_still(in, out, options);
    options.tracks = options.save_tracks;
    options.save_tracks.clear();
    run_still(in, dir / "again.tif", options);
    CHECK(content_of(dir / "again.tif") == content_of(out));
}

TEST_CASE("Exif of a TIFF with several pages stays, and so do the pages") {
    const TempDir dir;
    const std::string in = dir / "in.tif", out = dir / "out.tif";
    make_portrait(dir / "a.tif", "-pix_fmt rgb24");
    must_run({"tiffcp", dir / "a.tif", dir / "a.tif", in});
    must_run({"exiv2", "-Mset Exif.Photo.UserComment charset=Ascii some words", in});
    REQUIRE(must_run({"tiffinfo", in}).find("directory 1") != std::string::npos);
    run_still(in, out, with_given_face(dir));
    CHECK(run({"exiv2", "-pa", out}).out.find("some words") != std::string::npos);
    CHECK(run({"tiffinfo", out}).out.find("directory 1") != std::string::npos);
    CHECK(decode_rgb(out).pixels != decode_rgb(in).pixels);
}

TEST_CASE("a raw file and a cut TIFF are refused with a sentence") {
    const TempDir dir;
    const Options options = with_given_face(dir);
    make_portrait(dir / "a.tif", "-pix_fmt rgb24");
    std::filesystem::copy_file(dir / "a.tif", dir / "a.dng");
    CHECK_THROWS_WITH_AS(run_still(dir / "a.dng", dir / "out.dng", options), doctest::Contains("cannot be written"), std::runtime_error);
    std::ifstream file(dir / "a.tif", std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(file), {}};
    std::ofstream(dir / "cut.tif", std::ios::binary) << whole.substr(0, whole.size() / 2);
    CHECK_THROWS_AS(run_still(dir / "cut.tif", dir / "out.tif", options), std::runtime_error);
    CHECK_FALSE(std::filesystem::exists(dir / "out.tif"));
}
