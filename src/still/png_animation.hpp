#pragma once
#include <cstdint>

#include "base/bytes.hpp"
#include "image/image_view.hpp"
#include "still/still_file.hpp"

namespace invisiblur::still {

/// A time in seconds as an animated PNG counts it: 16 bits each, the denominator not 0.
struct PngDelay {
    std::uint16_t numerator = 0;
    std::uint16_t denominator = 1000;
};

/// Milliseconds as exactly as 16 bits can.
PngDelay png_delay_of(std::int64_t milliseconds);

/// Puts whole pictures together to an animated PNG in which each stands for itself: nothing is blended, nothing disposed of.
/// Errors: std::runtime_error that begins with the name.
class PngAnimation {
public:
    /// In: plays, how often it is shown; 0 for ever.
    PngAnimation(std::uint32_t plays, std::string name) : plays_(plays), name_(std::move(name)) {}

    /// In: gray, RGB or RGBA with 8 or 16 bits, all frames alike.
    void add(const ImageView& picture, PngDelay delay);

    /// The file. Errors: where no frame was added.
    Bytes finish();

private:
    std::uint32_t plays_;
    std::string name_;
    std::uint32_t frames_ = 0;
    std::uint32_t sequence_ = 0;
    Bytes header_;  ///< the chunk IHDR's content
    Bytes body_;
};

/// Whether this is an animated PNG of 16 bits, which libav 5.1 does not blend.
bool is_deep_png_animation(ByteView bytes);

/// An animated PNG as one whose frames stand for themselves. What is shown only by readers that know no animations is left out. (PNG specification,
/// third edition, 13.)
/// Errors: std::runtime_error that names the file: damaged, larger than allowed.
Bytes flatten_png_animation(ByteView bytes, const Policy& policy);

}  // namespace invisiblur::still
