#include "pixels.hpp"

#include <cstring>
#include <new>

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixfmt.h>
}

namespace invisiblur::frei0r {
namespace {

constexpr int kPixelBytes = 4;
/// Where the bytes of Y, U and V stand: at those of G, B and R.
constexpr int kByteOf[3] = {1, 2, 0};
constexpr int kAlphaByte = 3;

struct Layout {
    AVPixelFormat format;
    int chroma_width_shift;
    int chroma_height_shift;
};

Layout layout_of(Pixels pixels) {
    switch (pixels) {
        case Pixels::yuv420: return {AV_PIX_FMT_YUV420P, 1, 1};
        case Pixels::yuv422: return {AV_PIX_FMT_YUV422P, 1, 0};
        case Pixels::yuv444: return {AV_PIX_FMT_YUV444P, 0, 0};
        case Pixels::rgb: break;
    }
    return {AV_PIX_FMT_RGBA, 0, 0};
}

const std::uint8_t* row(const HostPicture& shape, const std::uint32_t* host, int y) {
    return reinterpret_cast<const std::uint8_t*>(host + static_cast<std::ptrdiff_t>(y) * shape.row_px);
}

std::uint8_t* row(const HostPicture& shape, std::uint32_t* host, int y) {
    return reinterpret_cast<std::uint8_t*>(host + static_cast<std::ptrdiff_t>(y) * shape.row_px);
}

std::uint8_t* row(const AVFrame& frame, int plane, int y) {
    return frame.data[plane] + static_cast<std::ptrdiff_t>(y) * frame.linesize[plane];
}

void write_planes(const HostPicture& shape, const Layout& layout, const AVFrame& frame, std::uint32_t* host) {
    for (int y = 0; y < shape.height; ++y) {
        std::uint8_t* const to = row(shape, host, y);
        for (int plane = 0; plane < 3; ++plane) {
            const int right = plane ? layout.chroma_width_shift : 0, down = plane ? layout.chroma_height_shift : 0;
            const std::uint8_t* const from = row(frame, plane, y >> down);
            for (int x = 0; x < shape.width; ++x) to[kPixelBytes * x + kByteOf[plane]] = from[x >> right];
        }
        for (int x = 0; x < shape.width; ++x) to[kPixelBytes * x + kAlphaByte] = 255;
    }
}

void read_planes(const HostPicture& shape, const Layout& layout, const std::uint32_t* host, const AVFrame& frame) {
    for (int plane = 0; plane < 3; ++plane) {
        const int right = plane ? layout.chroma_width_shift : 0, down = plane ? layout.chroma_height_shift : 0;
        for (int y = 0; y < shape.height; y += 1 << down) {
            const std::uint8_t* const from = row(shape, host, y);
            std::uint8_t* const to = row(frame, plane, y >> down);
            for (int x = 0; x < shape.width; x += 1 << right) to[x >> right] = from[kPixelBytes * x + kByteOf[plane]];
        }
    }
}

}  // namespace

void FreeFrame::operator()(AVFrame* frame) const noexcept {
    av_frame_free(&frame);
}

std::optional<Pixels> pixels_named(std::string_view name) {
    if (name.empty() || name == "rgb") return Pixels::rgb;
    if (name == "yuv") return Pixels::yuv420;
    if (name == "yuv422") return Pixels::yuv422;
    if (name == "yuv444") return Pixels::yuv444;
    return std::nullopt;
}

FramePtr read_picture(const HostPicture& shape, const std::uint32_t* host) {
    const Layout layout = layout_of(shape.pixels);
    FramePtr frame(av_frame_alloc());
    if (!frame) throw std::bad_alloc();
    frame->format = layout.format;
    frame->width = shape.width;
    frame->height = shape.height;
    if (av_frame_get_buffer(frame.get(), 0) < 0) throw std::bad_alloc();
    if (shape.pixels != Pixels::rgb) {
        read_planes(shape, layout, host, *frame);
        return frame;
    }
    for (int y = 0; y < shape.height; ++y) std::memcpy(row(*frame, 0, y), row(shape, host, y), static_cast<std::size_t>(shape.width) * kPixelBytes);
    return frame;
}

void write_picture(const HostPicture& shape, const AVFrame& frame, std::uint32_t* host) {
    if (shape.pixels != Pixels::rgb) {
        write_planes(shape, layout_of(shape.pixels), frame, host);
        return;
    }
    for (int y = 0; y < shape.height; ++y) std::memcpy(row(shape, host, y), row(frame, 0, y), static_cast<std::size_t>(shape.width) * kPixelBytes);
}

void blank_picture(const HostPicture& shape, std::uint32_t* host) {
    // R, G, B, A; or V, Y, U, A
    const std::uint8_t black[2][kPixelBytes] = {{0, 0, 0, 255}, {128, 16, 128, 255}};
    std::uint32_t pixel = 0;
    std::memcpy(&pixel, black[shape.pixels != Pixels::rgb], sizeof pixel);
    for (int y = 0; y < shape.height; ++y) {
        std::uint32_t* const to = host + static_cast<std::ptrdiff_t>(y) * shape.row_px;
        for (int x = 0; x < shape.width; ++x) to[x] = pixel;
    }
}

}  // namespace invisiblur::frei0r
