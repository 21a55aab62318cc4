#pragma once
#include <array>
#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "image/image_view.hpp"
#include "still/print_colours.hpp"

namespace invisiblur::still {

/// The planes of a JPEG in CMYK or YCCK as an RGB picture, and what was changed in it as planes again.
/// Threads: one thread at a time.
class JpegInks {
public:
    /// In: ycck, the first three planes are YCbCr of what CMY leave; inverted, as Adobe's programs write: 0 is all ink; profile, ICC or "".
    JpegInks(bool ycck, bool inverted, ByteView profile) : ycck_(ycck), inverted_(inverted), colours_(PrintColours::cmyk(profile)) {}

    OwnedImage rgb(const ImageView& planes) const;

    /// In: rgb, changed; hidden, where all samples are made anew. A sample of chroma that belongs to a pixel of these is made of them alone.
    void put_changes(const ImageView& rgb, std::span<const Rect> hidden, const ImageView& planes) const;

private:
    void read_row(const ImageView& planes, int y, std::uint8_t* rgb) const;
    std::array<std::uint8_t, 4> coded(const std::uint8_t* rgb) const;

    bool ycck_;
    bool inverted_;
    std::unique_ptr<PrintColours> colours_;
};

}  // namespace invisiblur::still
