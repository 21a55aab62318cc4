#pragma once
#include <cstdint>
#include <vector>

namespace invisiblur::test {

/// How a TIFF is stored, by libtiff's numbers.
struct TiffShape {
    int width = 48;
    int height = 32;
    int samples = 3;
    int depth = 8;
    int photometric = 2;  ///< RGB
    int compression = 1;  ///< none
    bool separate = false;  ///< a plane for each sample
    int tile = 0;           ///< side of a tile in pixels, 0 for strips
    int subsampling = 1;    ///< of chroma, both ways
    int format = 1;         ///< of its numbers: 1 whole, 2 with a sign, 3 real
    bool big = false;       ///< BigTIFF
    int pages = 1;          ///< all alike
};

/// A TIFF made by libtiff itself. Each sample is tiff_sample(); a JPEG of YCbCr is made of RGB.
std::vector<std::uint8_t> make_tiff(const TiffShape& shape);

/// The sample that make_tiff() puts there, of 8 or 16 bits; those of fewer and of more bits are the one of 8 scaled to the whole range, and real ones
/// it divided by 255.
int tiff_sample(const TiffShape& shape, int x, int y, int sample);

}  // namespace invisiblur::test
