#pragma once
#include <memory>
#include <span>

#include "image/image_view.hpp"
#include "still/print_colours.hpp"
#include "still/tiff_form.hpp"

namespace invisiblur::still {

/// A TIFF's samples as a picture that can be worked on (gray, RGB or RGBA of 8 or 16 bits), and what was changed in it as samples again. Samples of
/// up to 8 bits are scaled to these; more bits, signs and floats run from 0 to the power of two that all but one in 200 of the picture's values keep
/// below, and below zero likewise, so that words of 16 bits that use them all are taken as they are.
/// Threads: one thread at a time.
class TiffColours {
public:
    TiffColours(const TiffForm& form, const Bytes& samples);

    OwnedImage picture(const Bytes& samples) const;

    /// Puts a changed picture into the samples: pixels that differ, and all in `hidden` whether they differ or not, since bits that the picture has
    /// not would else stay. Others keep each bit. Fewer than 8 bits are dithered. Samples that the picture has not (alpha of CMYK, Lab and palettes, and
    /// all behind a first alpha: masks, spot colours, infrared) go over, along the row, from what stands left of the changes to what stands right.
    void put_changes(const ImageView& picture, std::span<const Rect> hidden, Bytes& samples) const;

private:
    PixelLayout layout() const;
    void read_row(const Bytes& samples, int y, std::uint16_t* row) const;
    void read_plain_row(const Bytes& samples, int y, std::uint16_t* row) const;
    void read_print_row(const Bytes& samples, int y, std::uint16_t* row) const;
    void write_pixel(const std::uint16_t* pixel, int x, int y, std::uint8_t* to) const;
    void write_print_pixel(const std::uint16_t* pixel, std::uint8_t* to) const;
    void bridge_further(std::span<const std::uint8_t> changed, std::uint8_t* row) const;
    void find_range(const Bytes& samples);
    double value_of(const std::uint8_t* sample, bool alpha) const;
    std::uint16_t code_of(const std::uint8_t* sample, bool alpha) const;
    void set_code(std::uint16_t code, bool alpha, float dither, std::uint8_t* sample) const;
    std::uint16_t place_in_palette(const std::uint16_t* pixel) const;

    TiffForm form_;
    int depth_ = 8;     ///< of the picture
    int channels_ = 3;  ///< of the picture; four with alpha
    double most_ = 255;            ///< of a sample without a sign; 1 of floats
    double low_ = 0, high_ = 255;  ///< the values that are the picture's 0 and its largest one
    std::unique_ptr<PrintColours> print_;
};

}  // namespace invisiblur::still
