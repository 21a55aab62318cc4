// Pictures that move: WebP, and PNG of 8 and 16 bits. Times, loops, metadata and what is outside the mask stay; Pillow reads the results.
#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <fstream>
#include <sstream>

#include "still/layouts.hpp"
#include "still/png_animation.hpp"
#include "still/png_chunks.hpp"
#include "still/png_codec.hpp"
#include "support/clips.hpp"
#include "support/pillow.hpp"
#include "support/stills.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// Nothing is looked for; kFaceBox is hidden by hand.
Options with_region(const TempDir& dir) {
    Options options;
    options.tracks = dir / "none.json";
    std::ofstream(options.tracks) << R"({"format":"invisiblur-tracks","version":1,"source":{},"tracks":[]})";
    options.regions = {{kFaceBox, {}, {}}};
    options.fill = "solid";
    return options;
}

/// Four frames of the sample, as PNGs in the folder.
void make_frames(const TempDir& dir) {
    must_run({"ffmpeg", "-v", "error", "-ss", "2", "-i", "media/sample.mkv", "-frames:v", "4", "-start_number", "0", dir / "f%d.png"});
}

void make_animation(const TempDir& dir, const std::string& name, const std::string& save) {
    make_frames(dir);
    pillow("frames = [Image.open(sys.argv[1] + f'/f{i}.png') for i in range(4)]\nframes[0].save(sys.argv[2], save_all=True, append_images=frames[1:], " + save + ")",
           {dir.path().string(), dir / name});
}

/// Over all frames: the largest change outside the hidden box with its margin, and the least mean change inside it.
struct Change {
    int outside = 0;
    double inside = 0;
};
Change change_of(const std::string& before, const std::string& after) {
    std::istringstream printed(pillow(R"(
from PIL import ImageChops, ImageStat
a, b = Image.open(sys.argv[1]), Image.open(sys.argv[2])
box, grown = (296, 96, 360, 176), (250, 50, 406, 222)
outside, inside = 0, 1e9
for i in range(a.n_frames):
    a.seek(i)
    b.seek(i)
    p, q = a.convert('RGBA'), b.convert('RGBA')
    inside = min(inside, sum(ImageStat.Stat(ImageChops.difference(p.crop(box).convert('RGB'), q.crop(box).convert('RGB'))).mean))
    d = ImageChops.difference(p, q)
    d.paste((0, 0, 0, 0), grown)
    outside = max(outside, *(e[1] for e in d.getextrema()))
print(outside, inside)
)", {before, after}));
    Change change;
    printed >> change.outside >> change.inside;
    return change;
}

}  // namespace

TEST_CASE("an animated WebP stays one: times, loops, and without loss all that is not hidden") {
    if (!has_pillow()) return;
    const TempDir dir;
    for (const bool lossless : {true, false}) {
        CAPTURE(lossless);
        const std::string name = lossless ? "exact.webp" : "lossy.webp", in = dir / name, out = dir / ("out_" + name);
        make_animation(dir, name, std::string("duration=[40, 70, 500, 90], loop=3, quality=80, lossless=") + (lossless ? "True" : "False"));
        const StillRun done = run_still(in, out, with_region(dir));
        CHECK(done.report.streams.at(0).frames == 4);
        CHECK(done.report.streams.at(0).codec_out == "webp");
        CHECK(pillow_facts(in) == pillow_facts(out));
        CHECK(pillow_facts(out).find("loop=3 40 70 500 90") != std::string::npos);
        const Change change = change_of(in, out);
        CHECK(change.inside > 30);
        if (lossless) CHECK(change.outside == 0);
        else CHECK(change.outside < 60);
        Options none = with_region(dir);
        none.regions.clear();
        run_still(in, dir / ("same_" + name), none);
        CHECK(content_of(dir / ("same_" + name)) == content_of(in));
    }
}

TEST_CASE("an animated WebP's Exif stays or goes as asked, and it can become a video") {
    if (!has_pillow()) return;
    const TempDir dir;
    const std::string in = dir / "in.webp", out = dir / "out.webp";
    make_animation(dir, "in.webp", "duration=100, exif=b'Exif\\0\\0MM\\0*\\0\\0\\0\\x08\\0\\x01\\x01\\x0f\\0\\x02\\0\\0\\0\\x05\\0\\0\\0\\x1aAcme\\0\\0\\0\\0\\0\\0\\0'");
    Options options = with_region(dir);
    options.overwrite = true;
    run_still(in, out, options);
    CHECK(content_of(out).find("Acme") != std::string::npos);
    options.drop = {"metadata"};
    run_still(in, out, options);
    CHECK(content_of(out).find("Acme") == std::string::npos);
    options.drop.clear();
    options.video_codec = "ffv1";
    run_still(in, dir / "out.mkv", options);
    CHECK(ffprobe_value(dir / "out.mkv", "v:0", "width") == "640");
    CHECK_THROWS_WITH_AS(run_still(in, dir / "other.webp", options), doctest::Contains("leave -c:v"), std::invalid_argument);
    options.copy_unchanged = true;
    CHECK_THROWS_WITH_AS(run_still(in, dir / "other.webp", options), doctest::Contains("done as a whole"), std::invalid_argument);
    std::ofstream(dir / "cut.webp", std::ios::binary) << content_of(in).substr(0, content_of(in).size() / 2);
    CHECK_THROWS_WITH_AS(run_still(dir / "cut.webp", dir / "other.webp", with_region(dir)), doctest::Contains("damaged or cut off"), std::runtime_error);
    CHECK_FALSE(std::filesystem::exists(dir / "other.webp"));
}

TEST_CASE("an animated PNG keeps its loops and the last picture's time") {
    if (!has_pillow()) return;
    const TempDir dir;
    make_animation(dir, "in.png", "duration=[40, 70, 500, 90], loop=3");
    run_still(dir / "in.png", dir / "out.png", with_region(dir));
    CHECK(pillow_facts(dir / "out.png").find("loop=3 40 70 500 90") != std::string::npos);
    const Change change = change_of(dir / "in.png", dir / "out.png");
    CHECK(change.outside == 0);
    CHECK(change.inside > 30);
}

TEST_CASE("an animated PNG of 16 bits stays one") {
    const TempDir dir;
    for (const std::string format : {"rgb48be", "rgba64be", "gray16be"}) {
        CAPTURE(format);
        const std::string in = dir / (format + ".png"), out = dir / ("out_" + format + ".png");
        make_clip(in, "-ss 2 -i media/sample.mkv -frames:v 3 -vf format=gbrp16,noise=alls=3,format=" + format + " -c:v apng -plays 2 -f apng");
        run_still(in, out, with_region(dir));
        CHECK(ffprobe_value(out, "v:0", "pix_fmt") == format);
        // Bit for bit, but for the hidden box.
        const auto hidden = [&](const std::string& path) {
            return must_run({"ffmpeg", "-v", "error", "-i", path, "-vf", "crop=240:360:0:0", "-pix_fmt", format, "-f", "framehash", "-"});
        };
        CHECK(hidden(in) == hidden(out));
    }
}

namespace {

using Pixel = std::array<std::uint16_t, 4>;

/// A row of pixels as a PNG's own data.
still::Bytes data_of(const std::vector<Pixel>& pixels) {
    still::PngPicture picture;
    const int width = static_cast<int>(pixels.size());
    picture.form = {width, 1, 16, 6};
    picture.image = OwnedImage(still::packed_rgb_layout(16, true), width, 1);
    std::memcpy(picture.image.view().data[0], pixels.data(), pixels.size() * sizeof(Pixel));
    std::size_t rest = 0;
    still::Bytes data;
    for (const still::PngChunk& chunk : still::png_chunks_of(still::encode_png(picture, "it"), rest))
        if (chunk.type == "IDAT") still::append(data, chunk.content);
    return data;
}

/// The numbers as they follow each other in a chunk: (value, bytes).
still::Bytes numbers(const std::vector<std::pair<std::uint32_t, int>>& list) {
    still::Bytes content;
    for (const auto& [value, bytes] : list) still::put_big_endian(content, value, bytes);
    return content;
}

struct Frame {
    std::uint32_t left;
    std::vector<Pixel> pixels;
    std::uint32_t dispose, blend;
};

/// An animated PNG of one row.
still::Bytes animation_of(std::uint32_t width, const std::vector<Frame>& frames) {
    constexpr std::string_view kSignature("\x89PNG\r\n\x1A\n", 8);
    still::Bytes png(kSignature.begin(), kSignature.end());
    still::put_png_chunk(png, {"IHDR", numbers({{width, 4}, {1, 4}, {16, 1}, {6, 1}, {0, 1}, {0, 1}, {0, 1}})});
    still::put_png_chunk(png, {"acTL", numbers({{static_cast<std::uint32_t>(frames.size()), 4}, {2, 4}})});
    std::uint32_t sequence = 0;
    for (const Frame& frame : frames) {
        const auto count = static_cast<std::uint32_t>(frame.pixels.size());
        still::put_png_chunk(png, {"fcTL", numbers({{sequence++, 4}, {count, 4}, {1, 4}, {frame.left, 4}, {0, 4}, {1, 2}, {10, 2}, {frame.dispose, 1}, {frame.blend, 1}})});
        const bool first = &frame == frames.data();
        still::Bytes data = first ? still::Bytes() : numbers({{sequence++, 4}});
        still::append(data, data_of(frame.pixels));
        still::put_png_chunk(png, {first ? "IDAT" : "fdAT", data});
    }
    still::put_png_chunk(png, {"IEND", {}});
    return png;
}

/// Each frame of a file as libav decodes it.
std::vector<std::vector<Pixel>> shown(const TempDir& dir, const still::Bytes& png, std::size_t width) {
    std::ofstream(dir / "it.png", std::ios::binary).write(reinterpret_cast<const char*>(png.data()), static_cast<std::streamsize>(png.size()));
    const std::string raw = must_run({"ffmpeg", "-v", "error", "-f", "apng", "-i", dir / "it.png", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgba64le", "-"});
    std::vector<std::vector<Pixel>> frames;
    for (std::size_t at = 0; at + 8 * width <= raw.size(); at += 8 * width) {
        frames.emplace_back(width);
        std::memcpy(frames.back().data(), raw.data() + at, 8 * width);
    }
    return frames;
}

}  // namespace

TEST_CASE("frames of 16 bits are blended over each other and taken away as the format says") {
    const TempDir dir;
    constexpr Pixel kRed{0x1234, 0, 0, 0xFFFF}, kHalf{0, 0, 0xFFFF, 0x8000}, kNothing{0, 0, 0, 0}, kBlue{0, 0, 0x8765, 0xFFFF};
    const still::Bytes made = animation_of(2, {{0, {kRed, kRed}, 0, 0}, {1, {kHalf}, 2, 1}, {0, {kBlue}, 1, 0}, {1, {kNothing}, 0, 0}});
    REQUIRE(still::is_deep_png_animation(made));
    still::Policy policy;
    policy.name = "it.png";
    const auto frames = shown(dir, still::flatten_png_animation(made, policy), 2);
    REQUIRE(frames.size() == 4);
    CHECK(frames[0] == std::vector{kRed, kRed});
    CHECK(frames[1] == std::vector{kRed, Pixel{0x091A, 0, 0x8000, 0xFFFF}});  // 0x8000 of 0xFFFF is a little more than a half
    CHECK(frames[2] == std::vector{kBlue, kRed});
    CHECK(frames[3] == std::vector{kNothing, kNothing});
    const still::ByteView cut = still::ByteView(made).first(made.size() - 20);
    CHECK_THROWS_WITH_AS(still::flatten_png_animation(cut, policy), doctest::Contains("it.png: the animation is damaged"), std::runtime_error);
    still::Bytes outside = animation_of(2, {{0, {kRed, kRed}, 0, 0}, {2, {kRed}, 0, 0}});
    CHECK_THROWS_WITH_AS(still::flatten_png_animation(outside, policy), doctest::Contains("damaged"), std::runtime_error);
}
