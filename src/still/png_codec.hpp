#pragma once
#include <string>

#include "base/bytes.hpp"
#include "image/image_view.hpp"
#include "still/still_file.hpp"

namespace invisiblur::still {

/// How a PNG holds its samples: the fields of its header that the result keeps.
struct PngForm {
    int width = 0;
    int height = 0;
    int bit_depth = 8;
    int colour_type = 0;  ///< as the format has it: 0 gray, 2 RGB, 3 palette, 4 gray with alpha, 6 RGB with alpha
    bool interlaced = false;
    bool keyed = false;  ///< one colour, or some of the palette, are transparent
    bool passing = false;  ///< written in a hurry, for a file that is soon read again
};

struct PngPicture {
    PngForm form;
    OwnedImage image;  ///< gray, RGB or RGBA with 8 or 16 bits: exact for each form
    Bytes palette;     ///< the chunks PLTE and tRNS of a palette picture, colour by colour as RGBA
};

/// Errors: std::runtime_error that names the file.
PngPicture decode_png(ByteView bytes, const Policy& policy);

/// A PNG with nothing but the picture. The source's form is kept where it can hold the pixels as they are; a palette that cannot becomes RGB or
/// RGBA, and a picture with a transparent colour RGBA.
Bytes encode_png(const PngPicture& picture, const std::string& name);

}  // namespace invisiblur::still
