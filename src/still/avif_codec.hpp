#pragma once
#include "base/bytes.hpp"
#include "still/heif_codec.hpp"

namespace invisiblur::still {

/// An AVIF file with one picture of 8, 10 or 12 bits, coded as the form says, written by libavif: libheif's AV1 encoder before 1.17 ends the whole
/// program at more than 8 bits.
/// In: exif, from its "II" or "MM" on; xmp; "" for none.
/// Errors: std::runtime_error that begins with the name.
Bytes encode_avif(const HeifPicture& picture, const Bytes& exif, const Bytes& xmp, const std::string& name);

}  // namespace invisiblur::still
