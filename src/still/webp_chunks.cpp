#include "still/webp_chunks.hpp"

#include <array>
#include <stdexcept>

namespace invisiblur::still {
namespace {

std::size_t little_endian(ByteView bytes, std::size_t at) {
    return std::size_t{bytes[at]} | std::size_t{bytes[at + 1]} << 8 | std::size_t{bytes[at + 2]} << 16 | std::size_t{bytes[at + 3]} << 24;
}

/// Tells what stands in the file besides the picture and its metadata.
void name_foreign_chunks(ByteView bytes, MetadataCleaner& cleaner) {
    constexpr auto kKnown = std::to_array<std::string_view>({"VP8 ", "VP8L", "VP8X", "ALPH", "ICCP", "EXIF", "XMP ", "ANIM", "ANMF"});
    for (std::size_t at = 12; at + 8 <= bytes.size();) {
        const std::string type(text_of(bytes.subspan(at, 4)));
        if (std::ranges::find(kKnown, type) == kKnown.end()) cleaner.left_out("chunk " + type);
        at += 8 + ((little_endian(bytes, at + 4) + 1) & ~std::size_t{1});
    }
}

}  // namespace

std::size_t webp_size_of(ByteView bytes) {
    return bytes.size() < 8 ? bytes.size() : std::min(bytes.size(), little_endian(bytes, 4) + 8);
}

WebpChunks webp_metadata_of(ByteView bytes, MetadataCleaner& cleaner, const std::string& name) {
    constexpr std::string_view kHead("Exif\0\0", 6);
    const std::size_t end = webp_size_of(bytes);
    if (end < bytes.size()) cleaner.left_out(std::to_string(bytes.size() - end) + " bytes after the picture's end");
    const WebPData data = webp_data_of(bytes.first(end));
    const WebpMuxPtr mux(WebPMuxCreate(&data, 0));
    if (!mux) throw std::runtime_error(name + ": the WebP is damaged or cut off");
    WebpChunks chunks;
    const auto keep = [&](const char* type, Bytes content) {
        if (!content.empty()) chunks.emplace_back(type, std::move(content));
    };
    WebPData found{};
    if (WebPMuxGetChunk(mux.get(), "ICCP", &found) == WEBP_MUX_OK) keep("ICCP", Bytes(found.bytes, found.bytes + found.size));
    if (WebPMuxGetChunk(mux.get(), "EXIF", &found) == WEBP_MUX_OK) {
        const ByteView block(found.bytes, found.size);
        keep("EXIF", cleaner.exif(starts_with(block, kHead) ? block.subspan(kHead.size()) : block));
    }
    if (WebPMuxGetChunk(mux.get(), "XMP ", &found) == WEBP_MUX_OK) keep("XMP ", cleaner.xmp({found.bytes, found.size}));
    name_foreign_chunks(bytes.first(end), cleaner);
    return chunks;
}

Bytes webp_with_chunks(WebPMux& mux, const WebpChunks& chunks, const std::string& name) {
    bool fine = true;
    for (const auto& [type, content] : chunks) {
        const WebPData chunk = webp_data_of(content);
        fine = fine && WebPMuxSetChunk(&mux, type.c_str(), &chunk, 1) == WEBP_MUX_OK;
    }
    WebPData whole{};
    if (!fine || WebPMuxAssemble(&mux, &whole) != WEBP_MUX_OK) throw std::runtime_error(name + ": the result cannot be put together");
    Bytes result(whole.bytes, whole.bytes + whole.size);
    WebPDataClear(&whole);
    return result;
}

}  // namespace invisiblur::still
