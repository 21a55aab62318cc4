#include "still/jpeg_frame.hpp"

namespace invisiblur::still {

std::optional<JpegFrame> find_jpeg_frame(ByteView jpeg) {
    constexpr std::size_t kHeaderBytes = 9;
    for (std::size_t at = 2; at + kHeaderBytes <= jpeg.size() && jpeg[at] == 0xFF;) {
        const int marker = jpeg[at + 1];
        if (marker == 0xFF) {
            ++at;
            continue;
        }
        const bool tables = marker == 0xC4 || marker == 0xC8 || marker == 0xCC;
        if (marker >= 0xC0 && marker <= 0xCF && !tables)
            return JpegFrame{marker, jpeg[at + 4], static_cast<int>(big_endian(jpeg, at + 7, 2)), static_cast<int>(big_endian(jpeg, at + 5, 2))};
        at += 2 + std::size_t{big_endian(jpeg, at + 2, 2)};
    }
    return std::nullopt;
}

}  // namespace invisiblur::still
