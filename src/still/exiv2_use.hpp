#pragma once
#include <exiv2/exiv2.hpp>

#include <mutex>

#include "base/bytes.hpp"

namespace invisiblur::still {

/// Held while exiv2 is used: its XMP part keeps state for the whole process.
/// Errors: std::runtime_error where that part does not start.
std::unique_lock<std::mutex> use_exiv2();

/// The data as a block that stands alone; "" for none. A copy is taken, since exiv2 from 0.28 on changes what it encodes.
Bytes encode_exif(Exiv2::ExifData data, Exiv2::ByteOrder order);

}  // namespace invisiblur::still
