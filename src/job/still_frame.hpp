#pragma once
#include "image/image_view.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// A frame with a copy of the picture's samples, tagged with its range and matrix.
/// Errors: std::runtime_error where libav has no pixel format with this layout.
FramePtr frame_of(const ImageView& picture);

}  // namespace invisiblur::av
