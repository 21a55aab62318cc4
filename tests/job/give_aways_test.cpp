// What can show or name the person besides the video: covers, attached files, second videos, boxes of cameras, XMP, tags. Each is processed
// or left out, never copied as it is.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "support/clips.hpp"
#include "support/stills.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

void write_file(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

bool holds(const std::string& bytes, const std::string& part) {
    return bytes.find(part) != std::string::npos;
}

const std::string kJpegStart = "\xFF\xD8\xFF";

/// A JPEG of the woman with a thumbnail in its Exif.
void make_cover(const TempDir& dir) {
    make_portrait(dir / "cover.jpg", "-q:v 3");
    make_portrait(dir / "cover-thumb.jpg", "-vf scale=160:-2");
    must_run({"exiv2", "-Mset Exif.Image.Make Acme", dir / "cover.jpg"});
    must_run({"exiv2", "-it", dir / "cover.jpg"});
}

void make_plain_video(const std::string& path) {
    make_clip(path, "-f lavfi -i testsrc2=s=64x64:r=10:d=0.5 -c:v libx264 -preset ultrafast");
}

std::string big_endian(std::size_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 255);
    return bytes;
}

std::string box(const std::string& type, const std::string& content) {
    return big_endian(content.size() + 8) + type + content;
}

}  // namespace

TEST_CASE("a cover in mp4 and mkv loses its face and its thumbnail") {
    const TempDir dir;
    make_cover(dir);
    make_plain_video(dir / "plain.mp4");
    must_run({"ffmpeg", "-v", "error", "-i", dir / "plain.mp4", "-i", dir / "cover.jpg", "-map", "0", "-map", "1", "-c", "copy", "-disposition:v:1", "attached_pic",
              dir / "in.mp4"});
    must_run({"ffmpeg", "-v", "error", "-i", dir / "plain.mp4", "-attach", dir / "cover.jpg", "-metadata:s:t:0", "mimetype=image/jpeg", "-c", "copy", dir / "in.mkv"});
    const Rgb before = decode_rgb(dir / "cover.jpg");
    for (const std::string end : {".mp4", ".mkv"}) {
        CAPTURE(end);
        REQUIRE(holds(content_of(dir / ("in" + end)), "Acme"));
        const StillRun done = run_still(dir / ("in" + end), dir / ("out" + end), {});
        must_run({"ffmpeg", "-v", "error", "-y", "-i", dir / ("out" + end), "-map", "0:v:1", "-c", "copy", "-f", "image2pipe", dir / "got.jpg"});
        const std::string cover = content_of(dir / "got.jpg");
        CHECK(holds(cover, "Acme"));
        CHECK(cover.find(kJpegStart, 1) == std::string::npos);
        CHECK(likeness(before, decode_rgb(dir / "got.jpg"), kInsideFace) < 0.5);
        CHECK(done.warned_of("thumbnails"));
    }
}

TEST_CASE("files attached to a Matroska: fonts and texts stay, pictures are processed, others are left out") {
    const TempDir dir;
    make_plain_video(dir / "plain.mkv");
    make_portrait(dir / "face.png");
    shell("cwebp -quiet -lossless '" + dir / "face.png" + "' -o '" + dir / "face.webp" + "'");
    write_file(dir / "letters.ttf", std::string("\0\1\0\0a font's tables", 20));
    write_file(dir / "words.txt", "plain words\n");
    write_file(dir / "album.zip", "PK\3\4 a stored file " + kJpegStart + "\xE0 and its rest");
    std::vector<std::string> command{"ffmpeg", "-v", "error", "-i", dir / "plain.mkv"};
    int number = 0;
    for (const std::string file : {"face.webp", "letters.ttf", "words.txt", "album.zip"}) {
        command.insert(command.end(), {"-attach", dir / file, "-metadata:s:t:" + std::to_string(number++), "mimetype=application/octet-stream"});
    }
    command.insert(command.end(), {"-c", "copy", dir / "in.mkv"});
    must_run(command);
    const StillRun done = run_still(dir / "in.mkv", dir / "out.mkv", {});
    const std::string bytes = content_of(dir / "out.mkv");
    CHECK(holds(bytes, "a font's tables"));
    CHECK(holds(bytes, "plain words"));
    CHECK_FALSE(holds(bytes, "a stored file"));
    CHECK(done.warned_of("album.zip"));
    const std::size_t at = bytes.find("RIFF");
    REQUIRE(at != std::string::npos);
    write_file(dir / "got.webp", bytes.substr(at));
    CHECK(likeness(decode_rgb(dir / "face.png"), decode_rgb(dir / "got.webp"), kInsideFace) < 0.5);
}

TEST_CASE("a second angle and a preview track are processed like the first video") {
    const TempDir dir;
    make_clip(dir / "in.mov", "-ss 2 -t 0.2 -i media/sample.mkv -map 0:v -map 0:v -c:v:0 libx264 -crf 5 -c:v:1 mjpeg -q:v 2 -an");
    Options options;
    options.regions = {{kFaceBox, {}, {}}};
    options.video_codec = "ffv1";
    run_still(dir / "in.mov", dir / "out.mkv", options);
    for (const std::string stream : {"0:v:0", "0:v:1"}) {
        CAPTURE(stream);
        for (const std::string name : {"in.mov", "out.mkv"})
            must_run({"ffmpeg", "-v", "error", "-y", "-i", dir / name, "-map", stream, "-frames:v", "1", dir / (name + ".png")});
        CHECK(likeness(decode_rgb(dir / "in.mov.png"), decode_rgb(dir / "out.mkv.png"), kInsideFace) < 0.5);
    }
}

TEST_CASE("thumbnails in a camera's boxes, pictures beside the film and XMP with faces and names do not come along") {
    const TempDir dir;
    make_cover(dir);
    make_clip(dir / "plain.mov", "-f lavfi -i testsrc2=s=64x64:r=10:d=0.5 -c:v libx264 -preset ultrafast");
    const std::string jpeg = content_of(dir / "cover.jpg");
    const std::string xmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description "
                            "xmlns:mwg-rs='http://www.metadataworkinggroup.com/schemas/regions/'><mwg-rs:Name>Ann Other</mwg-rs:Name></rdf:Description></rdf:RDF></x:xmpmeta>";
    const std::string uuid = "\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC";
    std::string film = content_of(dir / "plain.mov");
    const std::size_t moov = film.rfind("moov") - 4;
    std::string table = film.substr(moov + 8);
    table += box("udta", box("thmb", "\0\0\0\1" + jpeg) + box("CNTH", box("CNDA", jpeg)) + box("GPMF", "FACE Ann Other"));
    film = film.substr(0, moov) + box("moov", table) + box("uuid", uuid + xmp) + box("meta", std::string(4, '\0') + box("idat", jpeg)) + box("skip", jpeg);
    write_file(dir / "in.mov", film);
    const StillRun done = run_still(dir / "in.mov", dir / "out.mov", {});
    const std::string bytes = content_of(dir / "out.mov");
    CHECK_FALSE(holds(bytes, kJpegStart));
    CHECK_FALSE(holds(bytes, "Ann Other"));
    CHECK(done.warned_of("xmp (which names people)"));
    Options options;
    options.drop = {"metadata"};
    const StillRun dropped = run_still(dir / "in.mov", dir / "dropped.mov", options);
    CHECK_FALSE(holds(content_of(dir / "dropped.mov"), "Ann Other"));
    CHECK_FALSE(dropped.warned_of("people"));
}

TEST_CASE("a tag that holds a picture is left out; one that names a person is told, and --drop metadata leaves it out") {
    const TempDir dir;
    make_cover(dir);
    make_plain_video(dir / "plain.mkv");
    const std::string base64 = shell("head -c 3000 '" + dir / "cover.jpg" + "' | base64 -w0").out;
    must_run({"ffmpeg", "-v", "error", "-i", dir / "plain.mkv", "-c", "copy", "-metadata", "COVERART=" + base64, "-metadata", "PersonInImage=Ann Other", "-metadata",
              "title=A title", dir / "in.mkv"});
    const StillRun done = run_still(dir / "in.mkv", dir / "out.mkv", {});
    const std::string bytes = content_of(dir / "out.mkv");
    CHECK(holds(content_of(dir / "in.mkv"), "COVERART"));
    CHECK_FALSE(holds(bytes, "COVERART"));
    CHECK(holds(bytes, "A title"));
    CHECK(holds(bytes, "Ann Other"));
    CHECK(done.warned_of("COVERART"));
    CHECK(done.warned_of("tags may name people (PERSONINIMAGE)"));
    Options options;
    options.drop = {"metadata"};
    run_still(dir / "in.mkv", dir / "dropped.mkv", options);
    CHECK_FALSE(holds(content_of(dir / "dropped.mkv"), "Ann Other"));
}

TEST_CASE("an attached file stays without its name where metadata are dropped") {
    const TempDir dir;
    make_plain_video(dir / "plain.mkv");
    write_file(dir / "ann_other.txt", "a text that shows nobody");
    must_run({"ffmpeg", "-v", "error", "-i", dir / "plain.mkv", "-c", "copy", "-attach", dir / "ann_other.txt", "-metadata:s:t", "mimetype=text/plain", dir / "in.mkv"});
    Options options;
    options.drop = {"metadata"};
    run_still(dir / "in.mkv", dir / "out.mkv", options);
    const std::string bytes = content_of(dir / "out.mkv");
    CHECK(holds(bytes, "a text that shows nobody"));
    CHECK(holds(bytes, "text/plain"));
    CHECK_FALSE(holds(bytes, "ann_other"));
}
