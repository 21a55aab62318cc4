#pragma once
#include <string>

#include "base/bytes.hpp"

namespace invisiblur::still {

/// Picture files that are not read as films. `refused`: known, and nothing here writes it (camera raw, Photoshop, JPEG XL, …).
enum class Kind { none, jpeg, png, webp, tiff, heif, refused };

/// What a file is, by its first bytes; where they say too little (camera raw files are TIFFs), also by its name.
/// An animated PNG or WebP, a sequence of HEIF pictures and a file of JPEGs one after the other that is named as such (.mjpeg) count as films.
Kind kind_of(ByteView beginning, const std::string& name);

/// The same for a file on disk; none where it cannot be read or is no regular file.
Kind kind_of_file(const std::string& path);

/// Whether a result of this kind may have the name: ".jpg" for a JPEG and so on; names without an extension and "-" may be anything.
bool fits_name(Kind kind, const std::string& name);

/// "a JPEG picture"
const char* describe(Kind kind);

}  // namespace invisiblur::still
