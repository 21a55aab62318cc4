#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace invisiblur::av {

/// A file that ends before its own headers say.
struct Shortfall {
    std::int64_t present_bytes = 0;
    std::int64_t declared_bytes = 0;  ///< 0 where only the end is known to be missing

    /// "it holds 5 of the 9 bytes that its headers declare"
    std::string text() const;
};

/// Compares a file's size with what its container declares: Matroska's segment, MP4's boxes, AVI's RIFF chunks, the packets of a
/// transport stream, the sizes in the headers of ASF, FLV, Flash and RealMedia, MXF's footer, Ogg's last page, what ends NUT and GIF.
/// Nothing where the file is whole, the container does not say, or the file cannot be read.
std::optional<Shortfall> find_shortfall(const std::string& path);

}  // namespace invisiblur::av
