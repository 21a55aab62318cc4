// WebP: lossy, lossless and transparent; metadata stays, foreign chunks go.
#include <doctest/doctest.h>

#include <fstream>

#include "support/clips.hpp"
#include "support/stills.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

TEST_CASE("lossless WebP keeps every pixel outside the core; lossy looks the same; the face is gone") {
    const TempDir dir;
    const Options options = with_given_face(dir);
    make_portrait(dir / "in.png");
    make_portrait(dir / "clear.png", "-vf format=rgba,colorchannelmixer=aa=0.5");
    struct Form {
        std::string name, source, arguments;
        bool lossless;
    };
    for (const Form& form : {Form{"plain.webp", "in.png", "-q 80", false}, Form{"exact.webp", "in.png", "-lossless -exact", true},
                             Form{"clear.webp", "clear.png", "-q 80", false}, Form{"both.webp", "clear.png", "-lossless -exact", true}}) {
        CAPTURE(form.name);
        const std::string in = dir / form.name, out = dir / ("out_" + form.name);
        shell("cwebp -quiet " + form.arguments + " '" + dir / form.source + "' -o '" + in + "'");
        run_still(in, out, options);
        CHECK(ffprobe_value(out, "v:0", "pix_fmt") == ffprobe_value(in, "v:0", "pix_fmt"));
        const Rgb before = decode_rgb(in), after = decode_rgb(out);
        CHECK(likeness(before, after, kInsideFace) < 0.5);
        if (form.lossless) CHECK(largest_change_outside(before, after, kFaceBox, 0.2 * 112 + 2) == 0);
        CHECK(psnr_outside(before, after, kFaceBox, 40) > 40);
    }
}

TEST_CASE("a WebP in which nothing is hidden keeps its coded picture; Exif stays, its thumbnail and what follows do not") {
    const TempDir dir;
    const std::string in = dir / "in.webp", out = dir / "out.webp";
    make_portrait(dir / "in.png", "-vf crop=200:200:0:100");
    make_portrait(dir / "in-thumb.jpg", "-vf scale=160:-2");
    shell("cwebp -quiet -q 60 '" + dir / "in.png" + "' -o '" + in + "'");
    must_run({"exiv2", "-Mset Exif.Image.Make Acme", "-Mset Xmp.dc.title A title", in});
    must_run({"exiv2", "-it", in});
    std::ofstream(in, std::ios::binary | std::ios::app) << "trailing bytes";
    const StillRun done = run_still(in, out, {});
    CHECK(done.report.streams.at(0).frames_masked == 0);
    CHECK(done.warned_of("14 bytes after"));
    CHECK(done.warned_of("thumbnails"));
    CHECK(largest_change_outside(decode_rgb(in), decode_rgb(out), {0, 0, 0, 0}, 0) == 0);
    const std::string kept = run({"exiv2", "-pa", out}).out;
    CHECK(kept.find("Acme") != std::string::npos);
    CHECK(kept.find("A title") != std::string::npos);
    CHECK(kept.find("Thumbnail") == std::string::npos);
}
