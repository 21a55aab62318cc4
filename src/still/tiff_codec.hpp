#pragma once
#include "base/bytes.hpp"
#include "image/image_view.hpp"
#include "still/still_file.hpp"

namespace invisiblur::still {

/// How the first picture of a TIFF is stored, and its descriptive tags.
struct TiffForm {
    int width = 0;
    int height = 0;
    int depth = 8;
    int samples = 3;  ///< as stored
    int photometric = 2;
    int compression = 1;
    int predictor = 1;
    bool premultiplied = false;
    bool big_endian = false;
    std::vector<std::pair<std::uint32_t, std::string>> texts;
    std::vector<std::pair<std::uint32_t, float>> numbers;
    std::vector<std::pair<std::uint32_t, std::uint16_t>> words;
    Bytes profile, xmp, iptc, photoshop;
    int smaller_pictures = 0;  ///< thumbnails and previews
};

struct TiffPicture {
    TiffForm form;
    OwnedImage image;  ///< gray, RGB or RGBA with 8 or 16 bits
};

/// Errors: std::runtime_error that names the file: damaged, several pictures, or a form that is not handled (CMYK, bilevel, floats, …).
TiffPicture decode_tiff(ByteView bytes, const Policy& policy);

/// A TIFF with one picture, in the source's compression where this libtiff can write it, else LZW; a palette becomes RGB.
Bytes encode_tiff(const TiffPicture& picture, const std::string& name);

}  // namespace invisiblur::still
