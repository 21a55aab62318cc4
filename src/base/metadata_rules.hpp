#pragma once
#include <string_view>

#include "base/bytes.hpp"

namespace invisiblur::still {

/// What metadata keys mean, in exiv2's notation: "Exif.Image.Orientation", "Xmp.mwg-rs.Regions", "Iptc.Application2.City".
/// Threads: safe.

/// A smaller picture of the same, a preview, a depth map, another view, or what points to one.
bool shows_the_picture(std::string_view key);

/// Where the picture was taken, by coordinates or by name.
bool tells_the_place(std::string_view key);

/// Who is in the picture, or where in it faces are: XMP regions (MWG, Microsoft, ACDSee), IPTC's persons and the like.
bool names_people(std::string_view key);

/// Whether bytes may hold a picture file (JPEG, PNG, WebP, a HEIF or MP4 box), plain or as text in base64.
bool may_hold_a_picture(ByteView bytes);

}  // namespace invisiblur::still
