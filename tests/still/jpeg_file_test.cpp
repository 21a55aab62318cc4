// Photos as JPEG: the face is gone, all other blocks are the source's own, and nothing shows the picture once more.
#include <doctest/doctest.h>

#include <fstream>

#include "support/clips.hpp"
#include "support/jpeg_blocks.hpp"
#include "support/stills.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// With the core's margin and the largest unit of blocks.
constexpr double kReach = 0.2 * 112 + 16;

void append_to(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::app) << bytes;
}

std::string metadata_of(const std::string& path) {
    return run({"exiv2", "-pa", path}).out + run({"exiv2", "-pp", path}).out;
}

Box grown(const Box& box, double share) {
    const auto dx = static_cast<float>(share * box.w), dy = static_cast<float>(share * box.h);
    return {box.x - dx, box.y - dy, box.w + 2 * dx, box.h + 2 * dy};
}

}  // namespace

TEST_CASE("only the blocks that the core touches change, with every subsampling, and the face is gone") {
    const TempDir dir;
    const Options options = with_given_face(dir);
    for (const std::string format : {"yuvj420p", "yuvj422p", "yuvj444p", "gray"}) {
        CAPTURE(format);
        const std::string in = dir / (format + ".jpg"), out = dir / (format + "_invisible.jpg");
        make_portrait(in, "-q:v 3 -pix_fmt " + format);
        const StillRun done = run_still(in, out, options);
        CHECK(done.report.streams.at(0).codec_out == "jpeg");
        CHECK(done.report.streams.at(0).frames_masked == 1);
        const Blocks blocks = different_blocks(in, out, grown(kFaceBox, 0.25));
        CHECK(blocks.inside > 100);
        CHECK(blocks.outside == 0);
        CHECK(likeness(decode_rgb(in), decode_rgb(out), kInsideFace) < 0.5);
        CHECK(largest_change_outside(decode_rgb(in), decode_rgb(out), kFaceBox, kReach) == 0);
        CHECK(ffprobe_value(in, "v:0", "pix_fmt") == ffprobe_value(out, "v:0", "pix_fmt"));
    }
}

TEST_CASE("two photos that differ only inside the core give the same file, progressive and odd-sized too") {
    const TempDir dir;
    // a core on the grid of blocks, so that the sources' other blocks are alike
    Options options = with_given_face(dir, {288, 96, 96, 96});
    options.margin = 0;
    for (const std::string how : {"", "-progressive", "-optimize -restart 4"}) {
        CAPTURE(how);
        for (const std::string colour : {"red", "white"}) {
            make_portrait(dir / "a.ppm", "-vf crop=637:355:0:0,drawbox=300:110:60:60:" + colour + ":fill");
            shell("cjpeg -quality 85 " + how + " -outfile '" + dir / (colour + ".jpg") + "' '" + dir / "a.ppm" + "'");
        }
        options.overwrite = true;
        run_still(dir / "red.jpg", dir / "red_out.jpg", options);
        run_still(dir / "white.jpg", dir / "white_out.jpg", options);
        const std::string a = content_of(dir / "red_out.jpg"), b = content_of(dir / "white_out.jpg");
        CHECK(content_of(dir / "red.jpg") != content_of(dir / "white.jpg"));
        CHECK(a.size() > 1000);
        CHECK((a == b));
        CHECK(different_blocks(dir / "red.jpg", dir / "red_out.jpg", {288, 96, 96, 96}).outside == 0);
        const bool progressive = a.find("\xFF\xC2") != std::string::npos;
        CHECK(progressive == (how == "-progressive"));
    }
}

TEST_CASE("Exif, XMP, IPTC, comment and colour profile stay; thumbnails, previews and what follows the picture do not") {
    const TempDir dir;
    const std::string in = dir / "in.jpg", out = dir / "out.jpg";
    make_portrait(in, "-q:v 3");
    make_portrait(dir / "in-thumb.jpg", "-vf scale=160:-2");
    must_run({"exiv2", "-Mset Exif.Image.Make Acme", "-Mset Exif.GPSInfo.GPSLatitude 1/1 2/1 3/1", "-Mset Xmp.dc.title A title", "-Mset Iptc.Application2.Caption words",
              "-Mset Iptc.Application2.City Bern", "-Mset Xmp.iptcExt.PersonInImage XmpBag Ann Other", in});
    must_run({"exiv2", "-c", "a comment", in});
    must_run({"exiv2", "-it", in});
    REQUIRE(metadata_of(in).find("Exif.Thumbnail") != std::string::npos);
    append_to(in, "MotionPhoto_Data....ftypmp42....moov" + content_of(dir / "in-thumb.jpg"));
    Options options = with_given_face(dir);

    const StillRun done = run_still(in, out, options);
    const std::string kept = metadata_of(out);
    for (const std::string value : {"Acme", "GPSLatitude", "A title", "words", "Bern", "Ann Other"}) CHECK_MESSAGE(kept.find(value) != std::string::npos, value);
    CHECK(run({"exiv2", "-pc", out}).out.find("a comment") != std::string::npos);
    CHECK(kept.find("Thumbnail") == std::string::npos);
    CHECK(kept.find("Preview") == std::string::npos);
    const std::string bytes = content_of(out);
    CHECK(bytes.find("\xFF\xD8\xFF", 2) == std::string::npos);
    CHECK(bytes.find("ftyp") == std::string::npos);
    CHECK(bytes.ends_with("\xFF\xD9"));
    CHECK(done.warned_of("thumbnails and previews in Exif"));
    CHECK(done.warned_of("the film of a motion photo"));
    CHECK(done.warned_of("Xmp.iptcExt.PersonInImage"));

    options.overwrite = true;
    options.drop = {"gps"};
    run_still(in, out, options);
    const std::string without_place = metadata_of(out);
    CHECK(without_place.find("Acme") != std::string::npos);
    CHECK(without_place.find("words") != std::string::npos);
    for (const std::string value : {"GPS", "Bern"}) CHECK_MESSAGE(without_place.find(value) == std::string::npos, value);

    options.drop = {"metadata"};
    const StillRun bare = run_still(in, out, options);
    CHECK(metadata_of(out) == "");
    CHECK_FALSE(bare.warned_of("PersonInImage"));
}

TEST_CASE("the detector sees the photo upright, turned and mirrored ones too") {
    const TempDir dir;
    struct Turn {
        int orientation;
        std::string filter;  ///< makes the lying picture of the upright one
    };
    for (const Turn& turn : {Turn{3, "hflip,vflip"}, Turn{5, "transpose=0"}, Turn{6, "transpose=2"}, Turn{7, "transpose=3"}, Turn{8, "transpose=1"}}) {
        CAPTURE(turn.orientation);
        const std::string in = dir / "in.jpg", out = dir / "out.jpg";
        make_portrait(in, "-y -q:v 3 -vf " + turn.filter);
        must_run({"exiv2", "-Mset Exif.Image.Orientation Short " + std::to_string(turn.orientation), in});
        Options options;
        options.overwrite = true;
        options.expect_faces = 1;
        const StillRun done = run_still(in, out, options);
        REQUIRE(done.report.faces_expected_met);
        CHECK(metadata_of(out).find("Orientation") != std::string::npos);
        const Box box = done.report.streams.at(0).tracks.tracks.at(0).boxes.at(0).box;
        CHECK(likeness(decode_rgb(in), decode_rgb(out), box) < 0.5);
    }
}

TEST_CASE("damaged, huge and foreign pictures are refused with a sentence, and nothing is left") {
    const TempDir dir;
    Options options = with_given_face(dir);
    make_portrait(dir / "in.jpg", "-q:v 3");
    const std::string whole = content_of(dir / "in.jpg");
    const auto message = [&](const std::string& in, const std::string& out) -> std::string {
        try {
            run_still(dir / in, dir / out, options);
        } catch (const std::exception& error) {
            CHECK_FALSE(std::filesystem::exists(dir / out));
            return error.what();
        }
        return "";
    };
    std::ofstream(dir / "cut.jpg", std::ios::binary) << whole.substr(0, whole.size() / 2);
    CHECK(message("cut.jpg", "out.jpg").find("damaged or cut off") != std::string::npos);
    std::string zero = whole;
    zero[zero.find("\xFF\xDB") + 5 + 20] = '\0';
    std::ofstream(dir / "zero.jpg", std::ios::binary) << zero;
    CHECK(message("zero.jpg", "out.jpg").find("quantisers holds a zero") != std::string::npos);
    std::filesystem::remove(dir / "zero.jpg");
    CHECK(message("in.jpg", "out.png").find("is a JPEG picture, and its result is one, too") != std::string::npos);
    std::ofstream(dir / "art.psd", std::ios::binary) << "8BPS";
    CHECK(message("art.psd", "out.psd").find("cannot be written") != std::string::npos);
    options.max_pixels = 1000;
    CHECK(message("in.jpg", "out.jpg").find("--max-pixels") != std::string::npos);
    CHECK(content_of(dir / "in.jpg") == whole);
    CHECK(dir.names() == std::vector<std::string>{"art.psd", "cut.jpg", "face.json", "in.jpg"});
}

TEST_CASE("a photo takes plates, fills, hashes, reports and saved tracks like a video") {
    const TempDir dir;
    make_portrait(dir / "in.jpg", "-q:v 3");
    make_clip(dir / "plate.png", "-f lavfi -i color=0x00FF00:s=640x360 -frames:v 1");
    Options options = with_given_face(dir);
    options.report = dir / "report.json";
    options.save_tracks = dir / "again.json";
    options.plate = dir / "plate.png";
    options.fill = "solid=0000FF";
    run_still(dir / "in.jpg", dir / "blue.jpg", options);
    CHECK(content_of(dir / "report.json").find("\"frames_masked\": 1") != std::string::npos);
    options.tracks = dir / "again.json";  // knows the photo by its SHA-256
    options.save_tracks.clear();
    run_still(dir / "in.jpg", dir / "again.jpg", options);
    CHECK((content_of(dir / "again.jpg") == content_of(dir / "blue.jpg")));
    const Rgb blue = decode_rgb(dir / "blue.jpg");
    const std::size_t middle = (static_cast<std::size_t>(136) * blue.width + 328) * 3;
    CHECK(static_cast<unsigned char>(blue.pixels[middle + 2]) > 240);
    CHECK(static_cast<unsigned char>(blue.pixels[middle]) < 16);

    const auto program = std::string(std::getenv("INVISIBLUR_BIN")) + "/invis-transcode";
    const Finished hashed = run({program, "-q", "--hash", "--tracks", dir / "face.json", dir / "in.jpg"});
    CHECK(hashed.status == 0);
    CHECK(hashed.out.starts_with("0 "));
    CHECK(run({program, "-q", "--tracks", dir / "face.json", "--expect-faces", "2", dir / "in.jpg"}).status == 3);
    CHECK_FALSE(std::filesystem::exists(dir / "in_invisible.jpg"));
}
