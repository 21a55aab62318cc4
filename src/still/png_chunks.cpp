#include "still/png_chunks.hpp"

#include <zlib.h>

namespace invisiblur::still {

std::vector<PngChunk> png_chunks_of(ByteView png, std::size_t& rest) {
    std::vector<PngChunk> chunks;
    std::size_t at = kPngSignatureBytes;
    while (at + 12 <= png.size()) {
        const std::size_t size = big_endian(png, at, 4);
        if (size > png.size() - at - 12) break;  // libpng says what is wrong with it
        const ByteView content = png.subspan(at + 8, size);
        chunks.push_back({std::string(text_of(png.subspan(at + 4, 4))), Bytes(content.begin(), content.end())});
        at += 12 + size;
        if (chunks.back().type == "IEND") break;
    }
    rest = png.size() - std::min(at, png.size());
    return chunks;
}

void put_png_chunk(Bytes& to, const PngChunk& chunk) {
    Bytes checked(chunk.type.begin(), chunk.type.end());
    append(checked, chunk.content);
    put_big_endian(to, static_cast<std::uint32_t>(chunk.content.size()), 4);
    append(to, checked);
    put_big_endian(to, static_cast<std::uint32_t>(crc32(0, checked.data(), static_cast<uInt>(checked.size()))), 4);
}

}  // namespace invisiblur::still
