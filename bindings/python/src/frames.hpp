#pragma once
#include <nanobind/nanobind.h>

#include <cstdint>
#include <string>

#include "invisiblur/anonymizer.hpp"

namespace invisiblur::python {

/// An AVFrame with a copy of numpy's pixels.
/// In:     `planes`, one array for gray (H x W) and RGB (H x W x 3), a tuple of Y, U, V arrays for planar YUV; uint8 or uint16.
///         `format` is libav's name of the pixel format ("rgb24", "gray", "yuv420p10le").
/// Errors: std::invalid_argument where shape or type do not fit the format.
FramePtr frame_from_arrays(nanobind::handle planes, const std::string& format, std::int64_t pts);

/// The frame's pixels as arrays of the same form; they keep the frame alive and are not copied.
nanobind::object arrays_from_frame(FramePtr frame);

}  // namespace invisiblur::python
