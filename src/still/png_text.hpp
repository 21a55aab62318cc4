#pragma once
#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace invisiblur::still {

/// A text chunk of a PNG (tEXt, zTXt, iTXt) taken apart.
struct PngText {
    std::string type;
    std::string keyword;
    Bytes head;  ///< all before the text: keyword, and what iTXt has between
    Bytes text;  ///< not compressed
    bool compressed = false;
};

/// Nothing where the chunk is malformed, or its text longer than a picture's metadata ever is.
std::optional<PngText> parse_png_text(const std::string& type, ByteView content);

/// The chunk's content; compressed as it was.
Bytes print_png_text(const PngText& text);

/// What ImageMagick and exiv2 put into a text "Raw profile type exif": a name, a length and hexadecimal digits. Nothing where it is no such text.
std::optional<Bytes> parse_raw_profile(ByteView text);
Bytes print_raw_profile(const std::string& name, ByteView profile);

}  // namespace invisiblur::still
