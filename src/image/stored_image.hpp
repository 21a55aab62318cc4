#pragma once
#include "image/image_view.hpp"

namespace invisiblur {

class CborReader;
class CborWriter;

/// A picture in a file that runs hand on to each other.
/// Format:  {"width", "height", "layout": {"components": [[plane, step, offset, shift, depth, subsampled], …], "planes", "chroma": [log2 of width and
///          height], "bytes", "rgb", "full_range", "weights": [red, blue]}}, then OwnedImage::bytes() as a payload.
/// Errors:  as CborWriter, CborReader; a layout that no picture can have is damage.
/// Threads: safe for different files.
void put_image(CborWriter& file, const ImageView& image);
OwnedImage get_image(CborReader& file);

}  // namespace invisiblur
