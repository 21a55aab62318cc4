#pragma once
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.hpp"

namespace invisiblur::still {

/// Colours of printing (CMYK) and of CIE L*a*b* as RGB, which a detector knows, and back: by the picture's profile where it has a fitting one.
/// Threads: one thread at a time.
class PrintColours {
public:
    /// CMYK of full range, 0 without ink. In: profile, an ICC profile; what is none for CMYK counts as none, and the plain way is taken then:
    /// R = (1 - C)(1 - K).
    static std::unique_ptr<PrintColours> cmyk(ByteView profile);

    /// L* from 0 to 100, a* and b* as they are; to sRGB (white point D50).
    static std::unique_ptr<PrintColours> lab();

    virtual ~PrintColours() = default;

    /// In: colours, one after the other: 4 numbers of 0..1 for CMYK, 3 for Lab. Out: rgb, 3 numbers of 0..1 each.
    virtual void to_rgb(std::span<const float> colours, std::span<float> rgb) const = 0;
    virtual void from_rgb(std::span<const float> rgb, std::span<float> colours) const = 0;
};

}  // namespace invisiblur::still
