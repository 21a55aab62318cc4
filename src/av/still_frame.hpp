#pragma once
#include "av/handles.hpp"
#include "image_view.hpp"

namespace invisiblur::av {

/// A frame with a copy of the picture's samples, tagged with its range and matrix.
/// Errors: std::runtime_error where libav has no pixel format with this layout.
FramePtr frame_of(const ImageView& picture);

}  // namespace invisiblur::av
