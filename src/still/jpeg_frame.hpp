#pragma once
#include <optional>

#include "base/bytes.hpp"

namespace invisiblur::still {

/// What a JPEG's frame header says (ITU-T T.81, B.2.2).
struct JpegFrame {
    int marker = 0;  ///< 0xC0 to 0xCF
    int depth = 8;
    int width = 0;
    int height = 0;

    bool lossless() const { return marker % 4 == 3; }
    bool hierarchical() const { return marker % 8 >= 5; }
};

/// Nothing where the segments before it cannot be followed.
std::optional<JpegFrame> find_jpeg_frame(ByteView jpeg);

}  // namespace invisiblur::still
