#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

struct AVFrame;

namespace invisiblur::frei0r {

struct FreeFrame {
    void operator()(AVFrame* frame) const noexcept;
};
using FramePtr = std::unique_ptr<AVFrame, FreeFrame>;

/// What the four bytes of a host's pixel mean: R, G, B, A; or, after `mergeplanes` made G, B, R of Y, U, V, these at the places of
/// G, B, R. Chroma of 4:2:0 and 4:2:2 stands there once for each pixel that shares it.
enum class Pixels { rgb, yuv420, yuv422, yuv444 };

/// "rgb", "yuv" (4:2:0), "yuv422", "yuv444"; "" is rgb.
std::optional<Pixels> pixels_named(std::string_view name);

/// The shape of a host's picture: all sizes in pixels.
struct HostPicture {
    int width = 0;
    int height = 0;
    int row_px = 0;  ///< from one row to the next
    Pixels pixels = Pixels::rgb;
};

/// A host's picture as a frame of its own.
/// Errors: std::bad_alloc.
FramePtr read_picture(const HostPicture& shape, const std::uint32_t* host);

/// A frame's picture into a host's memory; alpha as in the frame, or opaque where it has none.
void write_picture(const HostPicture& shape, const AVFrame& frame, std::uint32_t* host);

/// Black all over.
void blank_picture(const HostPicture& shape, std::uint32_t* host);

}  // namespace invisiblur::frei0r
