// Pictures as PNG: every form of pixels, lossless outside the core; chunks stay or go.
#include <doctest/doctest.h>

#include <fstream>

#include "support/clips.hpp"
#include "support/stills.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

TEST_CASE("each form of PNG stays what it is outside the core, and the face is gone") {
    const TempDir dir;
    const Options options = with_given_face(dir);
    for (const std::string format : {"rgb24", "rgba", "rgb48be", "rgba64be", "gray", "gray16be", "ya8", "ya16be"}) {
        CAPTURE(format);
        const std::string in = dir / (format + ".png"), out = dir / (format + "_out.png");
        make_portrait(in, "-pix_fmt " + format);
        run_still(in, out, options);
        CHECK(ffprobe_value(out, "v:0", "pix_fmt") == format);
        const Rgb before = decode_rgb(in), after = decode_rgb(out);
        CHECK(likeness(before, after, kInsideFace) < 0.5);
        CHECK(largest_change_outside(before, after, kFaceBox, 0.2 * 112 + 2) == 0);
    }
}

TEST_CASE("a palette stays where its colours are enough, and becomes RGB where they are not") {
    const TempDir dir;
    Options options = with_given_face(dir);
    make_portrait(dir / "in.png", "-vf palettegen=reserve_transparent=0 -y");
    make_clip(dir / "pal.png", "-ss 2 -i media/sample.mkv -i " + dir / "in.png" + " -frames:v 1 -lavfi paletteuse");
    REQUIRE(ffprobe_value(dir / "pal.png", "v:0", "pix_fmt") == "pal8");
    run_still(dir / "pal.png", dir / "smooth.png", options);
    CHECK(ffprobe_value(dir / "smooth.png", "v:0", "pix_fmt") == "rgb24");
    CHECK(largest_change_outside(decode_rgb(dir / "pal.png"), decode_rgb(dir / "smooth.png"), kFaceBox, 0.2 * 112 + 2) == 0);
    options.tracks.clear();
    options.keep_regions.clear();
    options = with_given_face(dir, {0, 0, 1, 1});  // hardly anything is hidden: the colours are enough
    options.fill = "mosaic";
    run_still(dir / "pal.png", dir / "mosaic.png", options);
    CHECK(largest_change_outside(decode_rgb(dir / "pal.png"), decode_rgb(dir / "mosaic.png"), {0, 0, 1, 1}, 4) == 0);
}

TEST_CASE("two pictures that differ only inside the core give the same file") {
    const TempDir dir;
    const Options options = with_given_face(dir);
    for (const std::string colour : {"red", "white"}) {
        make_portrait(dir / (colour + ".png"), "-vf drawbox=285:90:80:90:" + colour + ":fill,format=rgb24");
        run_still(dir / (colour + ".png"), dir / (colour + "_out.png"), options);
    }
    CHECK((content_of(dir / "red.png") != content_of(dir / "white.png")));
    CHECK((content_of(dir / "red_out.png") == content_of(dir / "white_out.png")));
}

TEST_CASE("texts, Exif and XMP of a PNG stay; thumbnails, foreign chunks and what follows the picture do not") {
    const TempDir dir;
    const std::string in = dir / "in.png", out = dir / "out.png";
    make_portrait(in);
    make_portrait(dir / "in-thumb.jpg", "-vf scale=160:-2");
    must_run({"exiv2", "-Mset Exif.Image.Make Acme", "-Mset Xmp.dc.title A title", "-Mset Exif.GPSInfo.GPSLatitude 1/1 2/1 3/1", in});
    must_run({"exiv2", "-it", in});
    REQUIRE(run({"exiv2", "-pa", in}).out.find("Exif.Thumbnail") != std::string::npos);
    // a chunk of a program's own before the end; its checksum is not looked at, since nobody knows it
    std::string bytes = content_of(in);
    const std::size_t end = bytes.rfind("IEND") - 4;
    bytes.insert(end, std::string("\0\0\0\4prVWdata\x1b\x1d\x06\x81", 16));
    std::ofstream(in, std::ios::binary) << bytes << "a second picture";
    Options options = with_given_face(dir);
    const StillRun done = run_still(in, out, options);
    const std::string kept = run({"exiv2", "-pa", out}).out;
    for (const std::string value : {"Acme", "A title", "GPSLatitude"}) CHECK_MESSAGE(kept.find(value) != std::string::npos, value);
    CHECK(kept.find("Thumbnail") == std::string::npos);
    CHECK(content_of(out).find("prVW") == std::string::npos);
    CHECK(content_of(out).find("a second picture") == std::string::npos);
    CHECK(done.warned_of("chunk prVW"));
    CHECK(done.warned_of("16 bytes after the picture's end"));
    options.overwrite = true;
    options.drop = {"metadata"};
    run_still(in, out, options);
    CHECK(run({"exiv2", "-pa", out}).out == "");
}
