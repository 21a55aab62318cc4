#pragma once
#include <optional>
#include <string>

namespace invisiblur {

/// Units: pixels.
struct FrameSize {
    int width = 0, height = 0;
    bool operator==(const FrameSize&) const = default;
};

/// The size that options.size asks for: "WxH" for every video stream, or a comma list of "INDEX:WxH", of the container's streams.
/// Returns: nothing where it says nothing of this stream.
/// Errors:  std::invalid_argument where the text is neither, or a side is none of 16 to 16384.
std::optional<FrameSize> frame_size(const std::string& text, int stream);

}  // namespace invisiblur
