#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace invisiblur::serve {

/// A part of a file: bytes [begin, end).
struct ByteRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    bool operator==(const ByteRange&) const = default;
};

/// What a Range header asks for (RFC 9110, section 14). One that cannot be read, asks for other units or for several parts asks for the
/// whole file, as the RFC allows.
/// In:      size of the file in bytes.
/// Returns: nothing for the whole file; an empty range where no byte of the file is in it.
std::optional<ByteRange> parse_byte_range(std::string_view header, std::uint64_t size);

}  // namespace invisiblur::serve
