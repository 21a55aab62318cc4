#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "still/still_file.hpp"
#include "still/tiff_handles.hpp"

namespace invisiblur::still {

/// How a picture of a TIFF is stored, and its descriptive tags. Numbers are TIFF's own (TIFF 6.0; BigTIFF; Adobe's technical notes).
struct TiffForm {
    /// What its samples mean.
    enum class Colours { gray, rgb, palette, cmyk, cie_lab, icc_lab };
    enum class Numbers { whole, with_sign, real };

    int width = 0;
    int height = 0;
    int depth = 8;
    int samples = 3;  ///< as stored
    Colours colours = Colours::rgb;
    Numbers numbers_are = Numbers::whole;
    bool white_is_zero = false;
    bool ycbcr = false;  ///< which libtiff makes RGB of
    int compression = 1;
    int predictor = 1;
    std::vector<std::uint16_t> extras;  ///< what each sample behind the colours is (ExtraSamples)
    bool separate = false;  ///< each sample in a plane of its own; written together
    int tile_width = 0, tile_height = 0;  ///< 0 in strips
    std::vector<std::uint16_t> palette;  ///< all reds, all greens, all blues
    std::vector<std::pair<std::uint32_t, std::string>> texts;
    std::vector<std::pair<std::uint32_t, float>> numbers;
    std::vector<std::pair<std::uint32_t, std::uint16_t>> words;
    std::uint32_t kind = 0;  ///< NewSubfileType
    int page = -1, pages = 0;  ///< PageNumber; -1 where it has none
    Bytes profile, xmp, iptc, photoshop;

    /// Bytes of a sample in memory, where those of fewer bits than a byte have one each.
    int sample_bytes() const { return depth <= 8 ? 1 : depth <= 16 ? 2 : depth / 8; }
    std::size_t pixel_bytes() const { return static_cast<std::size_t>(samples) * static_cast<std::size_t>(sample_bytes()); }
    int colour_samples() const { return samples - static_cast<int>(extras.size()); }
};

/// Of the directory that is open.
/// Errors: std::runtime_error that names the file: larger than allowed, or a form that is not handled.
TiffForm tiff_form_of(TIFF* tiff, const Policy& policy);

/// Says everything of the form but how it is laid out, compressed and numbered to a new directory.
void set_tiff_tags(TIFF* tiff, const TiffForm& form);

/// A compression that this libtiff can write: the source's, else LZW.
int written_compression(const TiffForm& form);

}  // namespace invisiblur::still
