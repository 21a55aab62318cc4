#pragma once
#include <webp/mux.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "still/metadata_cleaner.hpp"

namespace invisiblur::still {

/// From this quality on, the picture outside the faces looks like the source (libwebp's scale to 100).
inline constexpr float kWebpQuality = 95;

struct WebpMuxDelete {
    void operator()(WebPMux* mux) const noexcept { WebPMuxDelete(mux); }
};
using WebpMuxPtr = std::unique_ptr<WebPMux, WebpMuxDelete>;

inline WebPData webp_data_of(ByteView bytes) {
    return {bytes.data(), bytes.size()};
}

using WebpChunks = std::vector<std::pair<std::string, Bytes>>;

/// How many bytes of a file are the WebP; what is behind is none of it.
std::size_t webp_size_of(ByteView bytes);

/// The colour profile, and of Exif and XMP what the cleaner leaves. It is told of all else that a WebP does not need.
/// Errors: std::runtime_error where libwebp does not find its way.
WebpChunks webp_metadata_of(ByteView bytes, MetadataCleaner& cleaner, const std::string& name);

/// The coded picture or animation with these chunks.
/// Errors: std::runtime_error that begins with the name.
Bytes webp_with_chunks(WebPMux& mux, const WebpChunks& chunks, const std::string& name);

}  // namespace invisiblur::still
