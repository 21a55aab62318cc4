#include "media/libav/handles.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/sha256.hpp"
#include "media/libav/compat.hpp"
#include "media/libav/pixel_layout.hpp"
#include "media/libav/timestamp_map.hpp"
#include "pipeline/frame_picture.hpp"

using namespace invisiblur;
using namespace invisiblur::av;

TEST_CASE("handles are as big as pointers") {
    CHECK(sizeof(FramePtr) == sizeof(void*));
    CHECK(sizeof(OutputPtr) == sizeof(void*));
    CHECK(sizeof(InputPtr) == sizeof(void*));
}

TEST_CASE("check() says what failed and why") {
    CHECK(check(3, "cannot fail") == 3);
    CHECK_THROWS_WITH_AS(check(AVERROR(ENOENT), "cannot open x.mkv"), "cannot open x.mkv: No such file or directory", std::system_error);
}

TEST_CASE("pixel layouts describe what libav describes") {
    const PixelLayout yuv = pixel_layout(AV_PIX_FMT_YUV420P);
    CHECK(yuv.component_count == 3);
    CHECK(yuv.components[1].subsampled);
    CHECK(yuv.component_width(1, 641) == 321);
    CHECK_FALSE(yuv.full_range);
    CHECK(pixel_layout(AV_PIX_FMT_YUVJ420P).full_range);
    const PixelLayout p010 = pixel_layout(AV_PIX_FMT_P010LE);
    CHECK(p010.bytes_per_sample == 2);
    CHECK(p010.components[0].shift == 6);
    CHECK(p010.components[2].plane == 1);
    const PixelLayout bgra = pixel_layout(AV_PIX_FMT_BGRA);
    CHECK(bgra.rgb);
    CHECK(bgra.component_count == 4);
    CHECK(bgra.components[0].offset_bytes == 2);
    for (const AVPixelFormat format : {AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV440P, AV_PIX_FMT_YUV411P, AV_PIX_FMT_YUV410P,
                                       AV_PIX_FMT_YUV422P10LE, AV_PIX_FMT_YUV444P12LE, AV_PIX_FMT_YUV420P16LE, AV_PIX_FMT_GRAY8,
                                       AV_PIX_FMT_GRAY10LE, AV_PIX_FMT_NV12, AV_PIX_FMT_NV16, AV_PIX_FMT_YUYV422, AV_PIX_FMT_UYVY422,
                                       AV_PIX_FMT_GBRP, AV_PIX_FMT_GBRAP16LE, AV_PIX_FMT_RGB24, AV_PIX_FMT_RGBA64LE, AV_PIX_FMT_0RGB,
                                       AV_PIX_FMT_YUVA444P10LE})
        CHECK_MESSAGE(find_pixel_layout(format).has_value(), format_name(format));
}

TEST_CASE("pixel formats that are not handled are named") {
    for (const AVPixelFormat format : {AV_PIX_FMT_VAAPI, AV_PIX_FMT_PAL8, AV_PIX_FMT_MONOBLACK, AV_PIX_FMT_GBRPF32LE, AV_PIX_FMT_BAYER_RGGB8,
                                       AV_PIX_FMT_YUV420P10BE, AV_PIX_FMT_RGB565LE, AV_PIX_FMT_X2RGB10LE, AV_PIX_FMT_XYZ12LE, AV_PIX_FMT_YA8})
        CHECK_MESSAGE(!find_pixel_layout(format).has_value(), format_name(format));
    CHECK_THROWS_WITH_AS(pixel_layout(AV_PIX_FMT_RGB565LE), "pixel format rgb565le is not handled: convert the video first", std::invalid_argument);
}

TEST_CASE("a frame is copied only when somebody else uses it") {
    FramePtr frame = make_frame(AV_PIX_FMT_YUV420P, 64, 48);
    FramePool pool;
    frame->pts = 7;
    const std::uint8_t* pixels = frame->data[0];
    av_dict_set(&frame->metadata, "key", "value", 0);
    PicturePtr picture = make_picture(std::move(frame));
    CHECK(picture->pts() == 7);
    const PicturePtr other = picture;
    const FramePtr copied = take_writable(std::move(picture), pool);
    CHECK(copied->data[0] != pixels);
    CHECK(copied->pts == 7);
    CHECK(av_dict_get(copied->metadata, "key", nullptr, 0) != nullptr);
    PicturePtr last = make_picture(make_frame(AV_PIX_FMT_GRAY8, 16, 16));
    const std::uint8_t* own = last->view().data[0];
    CHECK(take_writable(std::move(last), pool)->data[0] == own);
}

TEST_CASE("scaled_rgb keeps colours and honours the range") {
    for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P}) {
        FramePtr frame = make_frame(format, 64, 48);
        const bool full = format == AV_PIX_FMT_YUVJ420P;
        for (int y = 0; y < 48; ++y) std::fill_n(frame->data[0] + y * frame->linesize[0], 64, static_cast<std::uint8_t>(full ? 255 : 235));
        for (int p = 1; p < 3; ++p)
            for (int y = 0; y < 24; ++y) std::fill_n(frame->data[p] + y * frame->linesize[p], 32, static_cast<std::uint8_t>(128));
        const RgbImage rgb = make_picture(std::move(frame))->scaled_rgb(33, 17);
        REQUIRE(rgb.pixels.size() == 33 * 17 * 3);
        for (const std::uint8_t value : rgb.pixels) CHECK(value >= 254);
    }
}

TEST_CASE("a detector sees one field of an interlaced picture, and no stripes") {
    for (const int height : {48, 47}) {
        FramePtr frame = make_frame(AV_PIX_FMT_YUV420P, 64, height);
        mark_interlaced(*frame);
        for (int p = 0; p < 3; ++p) {
            const int rows = p == 0 ? height : (height + 1) / 2;
            for (int y = 0; y < rows; ++y)
                std::fill_n(frame->data[p] + y * frame->linesize[p], p == 0 ? 64 : 32, static_cast<std::uint8_t>(y % 2 == 0 ? (p == 0 ? 235 : 128) : 16));
        }
        for (const std::uint8_t value : make_picture(std::move(frame))->scaled_rgb(64, height).pixels) REQUIRE(value >= 250);
    }
}

TEST_CASE("SHA-256 of known bytes") {
    const std::uint8_t abc[] = {'a', 'b', 'c'};
    CHECK(sha256_bytes(abc) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_THROWS_AS(sha256_file("/nonexistent"), std::runtime_error);
}

TEST_CASE("timestamps of a counting encoder come back, reordered packets included") {
    TimestampMap map(true, 40);
    const std::int64_t pts[] = {100, 140, 200, 210, 300};
    for (const std::int64_t p : pts) map.add(p, 0);
    const int order[] = {0, 3, 1, 2, 4};
    for (int i = 0; i < 5; ++i) {
        PacketPtr packet = make_packet();
        packet->pts = order[i];
        packet->dts = i - 1;
        map.restore(*packet);
        CHECK(packet->pts == pts[order[i]]);
        CHECK(packet->dts == (i == 0 ? 60 : pts[i - 1]));
        CHECK(packet->dts <= packet->pts);
        CHECK(packet->duration == (order[i] < 4 ? pts[order[i] + 1] - pts[order[i]] : 40));
    }
}
