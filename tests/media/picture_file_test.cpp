#include "media/read/picture_file.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "media/libav/pixel_layout.hpp"
#include "support/clips.hpp"
#include "support/pictures.hpp"
#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

FramePtr frame_like(AVPixelFormat format, AVColorRange range) {
    FramePtr frame = av::make_frame(format, 96, 64);
    frame->color_range = range;
    frame->colorspace = AVCOL_SPC_BT709;
    return frame;
}

double mean_difference(const ImageView& a, const ImageView& b, int c) {
    const auto x = samples_of(a)[static_cast<std::size_t>(c)], y = samples_of(b)[static_cast<std::size_t>(c)];
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += std::abs(x[i] - y[i]);
    return sum / static_cast<double>(x.size());
}

}  // namespace

TEST_CASE("a plate that was saved is read back, within the rounding of RGB, in each format and range") {
    const TempDir folder;
    for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV420P10, AV_PIX_FMT_NV12, AV_PIX_FMT_GBRP}) {
        for (const AVColorRange range : {AVCOL_RANGE_MPEG, AVCOL_RANGE_JPEG}) {
            const FramePtr frame = frame_like(format, range);
            const ImageView view = av::view_of(*frame);
            CAPTURE(av::format_name(format));
            // Soft colours: others would leave what RGB can hold. A picture of one chroma, so that its size does not matter.
            for (int c = 0; c < view.layout.component_count; ++c) {
                const Rect all{0, 0, view.layout.component_width(c, 96), view.layout.component_height(c, 64)};
                std::vector<float> samples(static_cast<std::size_t>(all.width()) * all.height());
                for (std::size_t i = 0; i < samples.size(); ++i) {
                    const float luma = 70 + static_cast<float>(i % static_cast<std::size_t>(all.width()));
                    samples[i] = (c == 0 || view.layout.rgb ? luma : 118.0F + 10.0F * static_cast<float>(c)) *
                                 static_cast<float>(1 << (view.layout.depth() - 8));
                }
                write_component(view, c, all, samples.data());
            }
            av::write_png_file(folder / "plate.png", view, *frame);
            const OwnedImage back = av::load_plate_file(folder / "plate.png", *frame);
            const double steps = 1 << (view.layout.depth() - 8);
            for (int c = 0; c < view.layout.component_count; ++c) CHECK(mean_difference(view, back.view(), c) < 1.5 * steps);
        }
    }
}

TEST_CASE("a picture of the video's own format is taken as it is") {
    const TempDir folder;
    make_clip(folder / "one.mkv", "-f lavfi -i testsrc2=s=96x64:d=0.04:r=25 -pix_fmt yuv420p -c:v ffv1");
    const FramePtr picture = av::read_picture_file(folder / "one.mkv");
    const OwnedImage plate = av::load_plate_file(folder / "one.mkv", *picture);
    CHECK(samples_of(plate.view()) == samples_of(av::view_of(*picture)));
}

TEST_CASE("a picture of another size, a missing one and one that is none are refused by name") {
    const TempDir folder;
    make_clip(folder / "small.png", "-f lavfi -i testsrc2=s=48x32:d=0.04:r=25 -frames:v 1");
    make_clip(folder / "sound.wav", "-f lavfi -i sine=d=0.1");
    const FramePtr frame = frame_like(AV_PIX_FMT_YUV420P, AVCOL_RANGE_MPEG);
    const auto message = [&](const std::string& name) -> std::string {
        try {
            av::load_plate_file(folder / name, *frame);
        } catch (const std::exception& e) {
            return e.what();
        }
        return {};
    };
    CHECK(message("small.png").find("48x32 pixels where the video has 96x64") != std::string::npos);
    CHECK(message("none.png").find("none.png: No such file") != std::string::npos);
    CHECK(message("sound.wav").find("holds no picture") != std::string::npos);
}
