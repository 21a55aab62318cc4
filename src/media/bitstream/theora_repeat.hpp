#pragma once
#include "media/bitstream/nal_units.hpp"

namespace invisiblur::av {

/// A Theora packet that shows the picture before it once more. libtheora gives a packet without a byte for a picture that is like the one before;
/// the specification has that (7.1), but Ogg's muxer in libav leaves it out, and other containers and readers do not know it.
/// Method:  an inter frame in which no block is coded (Theora specification, 7.2 to 7.7).
/// In:      the coded size in pixels; log2 of how much smaller chroma is, as libav describes pixel formats.
Bytes theora_repeat(int width, int height, int log2_chroma_width, int log2_chroma_height);

}  // namespace invisiblur::av
