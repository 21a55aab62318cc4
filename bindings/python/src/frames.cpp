#include "frames.hpp"

#include <nanobind/ndarray.h>

#include <cstring>
#include <new>
#include <stdexcept>
#include <vector>

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

namespace nb = nanobind;

namespace invisiblur::python {
namespace {

/// How one plane lies in numpy: rows x columns, and x samples for packed RGB.
struct PlaneShape {
    std::size_t rows;
    std::size_t columns;
    std::size_t samples;  ///< per pixel
    std::size_t bytes;    ///< per sample
};

const AVPixFmtDescriptor& descriptor(AVPixelFormat format) {
    const AVPixFmtDescriptor* const d = av_pix_fmt_desc_get(format);
    if (!d) throw std::invalid_argument("there is no such pixel format");
    return *d;
}

PlaneShape plane_shape(AVPixelFormat format, int width, int height, int plane) {
    const AVPixFmtDescriptor& d = descriptor(format);
    const bool chroma = plane > 0 && plane < 3 && !(d.flags & AV_PIX_FMT_FLAG_RGB);
    const auto scaled = [](int size, int log2) { return static_cast<std::size_t>(-((-size) >> log2)); };
    const std::size_t bytes = d.comp[0].depth > 8 ? 2 : 1;
    std::size_t samples = 1;
    for (int c = 0; c < d.nb_components; ++c)
        if (d.comp[c].plane == plane) samples = static_cast<std::size_t>(d.comp[c].step) / bytes;
    return {scaled(height, chroma ? d.log2_chroma_h : 0), scaled(width, chroma ? d.log2_chroma_w : 0), samples, bytes};
}

using Array = nb::ndarray<nb::ro, nb::device::cpu>;  // numpy forbids to write into some

std::vector<Array> split(nb::handle planes) {
    std::vector<Array> arrays;
    if (nb::isinstance<nb::tuple>(planes)) {
        for (const nb::handle plane : nb::cast<nb::tuple>(planes)) arrays.push_back(nb::cast<Array>(plane));
    } else {
        arrays.push_back(nb::cast<Array>(planes));
    }
    return arrays;
}

void check_plane(const Array& array, const PlaneShape& want, int number) {
    const std::size_t dimensions = want.samples > 1 ? 3 : 2;
    const bool right = array.ndim() == dimensions && array.shape(0) == want.rows && array.shape(1) == want.columns &&
                       (dimensions == 2 || array.shape(2) == want.samples) && array.itemsize() == want.bytes &&
                       array.dtype().code == static_cast<std::uint8_t>(nb::dlpack::dtype_code::UInt);
    if (right) return;
    throw std::invalid_argument("plane " + std::to_string(number) + " must be an array of uint" + std::to_string(8 * want.bytes) + ", " +
                                std::to_string(want.rows) + " x " + std::to_string(want.columns) +
                                (dimensions == 3 ? " x " + std::to_string(want.samples) : std::string()));
}

void copy_plane(const Array& array, std::uint8_t* to, int row_bytes) {
    const std::size_t samples = array.ndim() == 3 ? array.shape(2) : 1, bytes = array.itemsize();
    const auto* const base = static_cast<const std::uint8_t*>(array.data());
    for (std::size_t y = 0; y < array.shape(0); ++y) {
        std::uint8_t* out = to + static_cast<std::ptrdiff_t>(y) * row_bytes;
        for (std::size_t x = 0; x < array.shape(1); ++x) {
            for (std::size_t s = 0; s < samples; ++s, out += bytes) {
                const std::int64_t at = static_cast<std::int64_t>(y) * array.stride(0) + static_cast<std::int64_t>(x) * array.stride(1) +
                                        (samples > 1 ? static_cast<std::int64_t>(s) * array.stride(2) : 0);
                std::memcpy(out, base + at * static_cast<std::int64_t>(bytes), bytes);
            }
        }
    }
}

nb::object plane_array(AVFrame& frame, int plane, const nb::capsule& owner) {
    const PlaneShape shape = plane_shape(static_cast<AVPixelFormat>(frame.format), frame.width, frame.height, plane);
    const std::size_t sizes[] = {shape.rows, shape.columns, shape.samples};
    const std::int64_t strides[] = {frame.linesize[plane] / static_cast<std::int64_t>(shape.bytes), static_cast<std::int64_t>(shape.samples), 1};
    const std::size_t dimensions = shape.samples > 1 ? 3 : 2;
    if (shape.bytes == 1)
        return nb::cast(nb::ndarray<nb::numpy, std::uint8_t>(frame.data[plane], dimensions, sizes, owner, strides), nb::rv_policy::reference);
    return nb::cast(nb::ndarray<nb::numpy, std::uint16_t>(frame.data[plane], dimensions, sizes, owner, strides), nb::rv_policy::reference);
}

}  // namespace

FramePtr frame_from_arrays(nb::handle planes, const std::string& format, std::int64_t pts) {
    const AVPixelFormat pixels = av_get_pix_fmt(format.c_str());
    if (pixels == AV_PIX_FMT_NONE) throw std::invalid_argument("pixel format \"" + format + "\" is not known");
    const std::vector<Array> arrays = split(planes);
    const int count = av_pix_fmt_count_planes(pixels);
    if (static_cast<int>(arrays.size()) != count || arrays[0].ndim() < 2)
        throw std::invalid_argument(format + " has " + std::to_string(count) + " planes; a picture of several is a tuple of arrays");
    FramePtr frame(av_frame_alloc());
    if (!frame) throw std::bad_alloc();
    frame->format = pixels;
    frame->height = static_cast<int>(arrays[0].shape(0));
    frame->width = static_cast<int>(arrays[0].shape(1));
    frame->pts = pts;
    for (int i = 0; i < count; ++i) check_plane(arrays[static_cast<std::size_t>(i)], plane_shape(pixels, frame->width, frame->height, i), i);
    if (av_frame_get_buffer(frame.get(), 0) < 0) throw std::bad_alloc();
    for (int i = 0; i < count; ++i) copy_plane(arrays[static_cast<std::size_t>(i)], frame->data[i], frame->linesize[i]);
    return frame;
}

nb::object arrays_from_frame(FramePtr frame) {
    AVFrame* const held = frame.release();
    const nb::capsule owner(held, [](void* p) noexcept { FramePtr(static_cast<AVFrame*>(p)); });
    const int count = av_pix_fmt_count_planes(static_cast<AVPixelFormat>(held->format));
    if (count == 1) return plane_array(*held, 0, owner);
    nb::list planes;
    for (int i = 0; i < count; ++i) planes.append(plane_array(*held, i, owner));
    return nb::tuple(planes);
}

}  // namespace invisiblur::python
