#pragma once
#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// A BGRA frame as a palette frame for GIF. Exact for up to 255 colours and transparency, which most pictures out of a GIF have unless
/// something was painted into them; of more, the 255 most frequent stay and the others become the nearest of them.
/// Owns: the caller; properties and side data stay.
FramePtr to_palette(const AVFrame& bgra);

}  // namespace invisiblur::av
