// JPEG in CMYK and YCCK, Adobe's inverted ones too: their own colours stay, the face goes. Kinds of JPEG that nothing here reads are named.
#include <doctest/doctest.h>

#include <fstream>

#include "still/jpeg_handles.hpp"
#include "support/at_hand.hpp"
#include "support/clips.hpp"
#include "support/jpeg_blocks.hpp"
#include "support/pillow.hpp"
#include "support/stills.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

/// How the inks of a JPEG are written.
struct Inks {
    bool ycck, inverted;
    int subsampling;
};

void write_inks(const Rgb& picture, const std::string& path, const Inks& inks) {
    still::JpegWriter jpeg(path);
    jpeg->image_width = static_cast<JDIMENSION>(picture.width);
    jpeg->image_height = static_cast<JDIMENSION>(picture.height);
    jpeg->input_components = 4;
    jpeg->in_color_space = JCS_CMYK;
    jpeg_set_defaults(jpeg.get());
    jpeg_set_quality(jpeg.get(), 92, TRUE);
    jpeg_set_colorspace(jpeg.get(), inks.ycck ? JCS_YCCK : JCS_CMYK);
    jpeg->write_Adobe_marker = inks.inverted;
    for (const int c : {0, 3}) jpeg->comp_info[c].h_samp_factor = jpeg->comp_info[c].v_samp_factor = inks.subsampling;
    jpeg_start_compress(jpeg.get(), TRUE);
    std::vector<JSAMPLE> row(4 * static_cast<std::size_t>(picture.width));
    for (int y = 0; y < picture.height; ++y) {
        for (int x = 0; x < picture.width; ++x) {
            const auto* rgb = reinterpret_cast<const unsigned char*>(picture.pixels.data()) + 3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(x));
            const int light = std::max({rgb[0], rgb[1], rgb[2]});
            const auto put = [&](std::size_t c, int ink) { row[4 * static_cast<std::size_t>(x) + c] = static_cast<JSAMPLE>(inks.inverted ? 255 - ink : ink); };
            for (std::size_t c = 0; c < 3; ++c) put(c, light > 0 ? 255 - 255 * rgb[c] / light : 0);
            put(3, 255 - light);
        }
        JSAMPROW rows = row.data();
        jpeg_write_scanlines(jpeg.get(), &rows, 1);
    }
    jpeg_finish_compress(jpeg.get());
    const still::Bytes bytes = jpeg.bytes();
    std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// The picture by the plain way, and what it is coded as.
Rgb read_inks(const std::string& path, J_COLOR_SPACE& space, bool& adobe) {
    const std::string content = content_of(path);
    still::JpegReader jpeg(still::view_of(content), path);
    jpeg_read_header(jpeg.get(), TRUE);
    space = jpeg->jpeg_color_space, adobe = jpeg->saw_Adobe_marker;
    jpeg->out_color_space = JCS_CMYK;
    jpeg_start_decompress(jpeg.get());
    Rgb picture{static_cast<int>(jpeg->output_width), static_cast<int>(jpeg->output_height), ""};
    std::vector<JSAMPLE> row(4 * jpeg->output_width);
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW rows = row.data();
        jpeg_read_scanlines(jpeg.get(), &rows, 1);
        for (std::size_t x = 0; x < jpeg->output_width; ++x)
            for (std::size_t c = 0; c < 3; ++c) {
                const int ink = adobe ? 255 - row[4 * x + c] : row[4 * x + c], black = adobe ? 255 - row[4 * x + 3] : row[4 * x + 3];
                picture.pixels.push_back(static_cast<char>((255 - ink) * (255 - black) / 255));
            }
    }
    jpeg_finish_decompress(jpeg.get());
    return picture;
}

}  // namespace

TEST_CASE("CMYK and YCCK stay what they are, inverted or not; only blocks of the core change, and the face is gone") {
    const TempDir dir;
    const Options options = with_given_face(dir);
    make_portrait(dir / "a.png");
    const Rgb source = decode_rgb(dir / "a.png");
    for (const Inks& inks : {Inks{false, true, 1}, Inks{false, false, 1}, Inks{true, true, 1}, Inks{true, true, 2}}) {
        const std::string name = std::string(inks.ycck ? "ycck" : "cmyk") + (inks.inverted ? "_inverted" : "") + std::to_string(inks.subsampling);
        CAPTURE(name);
        const std::string in = dir / (name + ".jpg"), out = dir / (name + "_out.jpg");
        write_inks(source, in, inks);
        run_still(in, out, options);
        J_COLOR_SPACE space_in, space_out;
        bool adobe_in, adobe_out;
        const Rgb before = read_inks(in, space_in, adobe_in), after = read_inks(out, space_out, adobe_out);
        CHECK(space_in == space_out);
        CHECK(adobe_in == adobe_out);
        CHECK(psnr_outside(source, before, {0, 0, 0, 0}, 0) > 30);  // the test's own way there and back
        CHECK(likeness(before, after, kInsideFace) < 0.5);
        const Box core{280 - 0.2F * 112 - 16, 80 - 0.2F * 112 - 16, 96 + 0.4F * 112 + 32, 112 + 0.4F * 112 + 32};
        const Blocks blocks = different_blocks(in, out, core);
        CHECK(blocks.inside > 0);
        CHECK(blocks.outside == 0);
        // What stands there fits: as light as around it.
        const auto mean = [](const Rgb& picture, int x0, int x1) {
            double sum = 0;
            for (int y = 96; y < 176; ++y)
                for (int x = 3 * x0; x < 3 * x1; ++x) sum += static_cast<unsigned char>(picture.pixels[static_cast<std::size_t>(y * picture.width * 3 + x)]);
            return sum / (80.0 * 3 * (x1 - x0));
        };
        CHECK(mean(after, 296, 360) > 0.3 * mean(before, 200, 240));
        CHECK(mean(after, 296, 360) < 3 * mean(before, 200, 240));
    }
}

TEST_CASE("a detector finds the face in CMYK") {
    if (!has_model() || !has_pillow()) return;
    const TempDir dir;
    make_portrait(dir / "a.png");
    pillow("Image.open(sys.argv[1]).convert('CMYK').save(sys.argv[2], quality=90)", {dir / "a.png", dir / "a.jpg"});
    Options options;
    options.expect_faces = 1;
    const StillRun done = run_still(dir / "a.jpg", dir / "out.jpg", options);
    CHECK(done.report.faces_expected_met);
    CHECK(pillow_facts(dir / "out.jpg").find("JPEG CMYK 640x360") == 0);
}

TEST_CASE("a lossless JPEG is refused with a hint") {
    const TempDir dir;
    must_run({"ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x48:d=0.04:r=25", "-frames:v", "1", "-c:v", "ljpeg", "-pix_fmt", "yuvj420p", "-f", "image2", dir / "in.jpg"});
    CHECK_THROWS_WITH_AS(run_still(dir / "in.jpg", dir / "out.jpg", {}), doctest::Contains("a lossless JPEG cannot be worked on: convert it to PNG or TIFF first"), std::runtime_error);
    CHECK_FALSE(std::filesystem::exists(dir / "out.jpg"));
}
