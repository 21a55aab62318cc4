#pragma once
#include "av/handles.hpp"

namespace invisiblur::av {

/// A BGRA frame as a palette frame for GIF. Exact for up to 256 colours, which every picture out of a GIF has unless something was
/// painted into it; of more, the 256 most frequent stay and the others become the nearest of them.
/// Owns: the caller; properties and side data stay.
FramePtr to_palette(const AVFrame& bgra);

}  // namespace invisiblur::av
