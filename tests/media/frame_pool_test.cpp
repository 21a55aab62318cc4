#include "media/libav/frame_pool.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <set>

#include "media/libav/compat.hpp"

extern "C" {
#include <libavutil/imgutils.h>
}

using namespace invisiblur;
using namespace invisiblur::av;

namespace {

FramePtr drawn(AVPixelFormat format, int width, int height) {
    FramePtr frame = make_frame(format, width, height);
    int value = 0;
    for (int plane = 0; plane < 4 && frame->data[plane]; ++plane) {
        const int bytes = av_image_get_linesize(format, width, plane);
        const int rows = plane == 0 || plane == 3 ? height : AV_CEIL_RSHIFT(height, av_pix_fmt_desc_get(format)->log2_chroma_h);
        for (int y = 0; y < rows; ++y)
            for (int x = 0; x < bytes; ++x) frame->data[plane][y * frame->linesize[plane] + x] = static_cast<std::uint8_t>(value++ * 7);
    }
    return frame;
}

std::vector<std::uint8_t> visible(const AVFrame& frame) {
    const auto format = static_cast<AVPixelFormat>(frame.format);
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(av_image_get_buffer_size(format, frame.width, frame.height, 1)));
    check(av_image_copy_to_buffer(bytes.data(), static_cast<int>(bytes.size()), frame.data, frame.linesize, format, frame.width, frame.height, 1), "cannot read a frame");
    return bytes;
}

}  // namespace

TEST_CASE("a copy has the picture, the properties and the side data, and pixels of its own") {
    FramePool pool;
    for (const char* name : {"yuv420p", "yuv422p10le", "nv12", "gray", "yuva444p", "gbrp", "rgb24", "p010le", "yuv420p"}) {
        CAPTURE(name);
        const FramePtr frame = drawn(av_get_pix_fmt(name), 97, 61);
        frame->pts = 42;
        frame->color_range = AVCOL_RANGE_JPEG;
        REQUIRE(av_frame_new_side_data(frame.get(), AV_FRAME_DATA_A53_CC, 5));
        const FramePtr copy = pool.copy(*frame);
        CHECK(copy->pts == 42);
        CHECK(copy->color_range == AVCOL_RANGE_JPEG);
        CHECK(av_frame_get_side_data(copy.get(), AV_FRAME_DATA_A53_CC) != nullptr);
        CHECK(av_frame_is_writable(copy.get()) == 1);
        CHECK(visible(*copy) == visible(*frame));
        for (int plane = 0; plane < 4 && copy->data[plane]; ++plane) CHECK(copy->linesize[plane] % 64 == 0);
        std::memset(copy->data[0], 0, 10);
        CHECK(frame->data[0][1] == 7);
    }
}

TEST_CASE("memory that comes back is used again, and may come back after the pool's end") {
    const FramePtr frame = drawn(AV_PIX_FMT_YUV420P, 64, 48);
    FramePtr kept;
    {
        FramePool pool;
        std::set<const std::uint8_t*> places;
        for (int i = 0; i < 20; ++i) places.insert(pool.copy(*frame)->data[0]);
        CHECK(places.size() == 1);
        kept = pool.copy(*frame);
    }
    CHECK(visible(*kept) == visible(*frame));
}
