#pragma once
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace invisiblur::still {

inline constexpr std::size_t kPngSignatureBytes = 8;

/// A chunk of a PNG without its length and its checksum.
struct PngChunk {
    std::string type;
    Bytes content;
};

/// The chunks of a PNG up to its end, or as far as they are whole. Out: rest, the number of bytes behind them.
std::vector<PngChunk> png_chunks_of(ByteView png, std::size_t& rest);

/// Writes a chunk with its length and its checksum.
void put_png_chunk(Bytes& to, const PngChunk& chunk);

}  // namespace invisiblur::still
