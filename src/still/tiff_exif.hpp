#pragma once
#include "base/bytes.hpp"

namespace invisiblur::still {

/// The Exif and GPS directories of a TIFF as an Exif block of its own, without the picture's own tags. "" where there are none.
/// Errors: std::exception where they cannot be read.
Bytes exif_of_tiff(ByteView file);

/// A TIFF with the directories of an Exif block in it.
/// Errors: std::exception where it cannot be written.
Bytes tiff_with_exif(ByteView file, ByteView exif);

}  // namespace invisiblur::still
