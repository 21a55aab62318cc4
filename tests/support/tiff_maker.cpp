#include "support/tiff_maker.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include "still/tiff_handles.hpp"

namespace invisiblur::test {
namespace {

void set_shape(TIFF* tiff, const TiffShape& shape) {
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, shape.width);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, shape.height);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, shape.depth);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, shape.samples);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, shape.separate ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, shape.compression);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, shape.photometric);
    if (shape.photometric == PHOTOMETRIC_YCBCR) TIFFSetField(tiff, TIFFTAG_YCBCRSUBSAMPLING, shape.subsampling, shape.subsampling);
    if (shape.compression == COMPRESSION_JPEG) TIFFSetField(tiff, TIFFTAG_JPEGQUALITY, 95);
    if (shape.compression == COMPRESSION_JPEG && !shape.separate) TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    const std::array<std::uint16_t, 1> alpha{EXTRASAMPLE_UNASSALPHA};
    if (shape.photometric == PHOTOMETRIC_RGB && shape.samples == 4) TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, alpha.data());
    if (shape.photometric == PHOTOMETRIC_PALETTE) {
        std::array<std::uint16_t, 256> ramp{};
        for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<std::uint16_t>(i << 8);
        TIFFSetField(tiff, TIFFTAG_COLORMAP, ramp.data(), ramp.data(), ramp.data());
    }
    if (shape.tile > 0) {
        TIFFSetField(tiff, TIFFTAG_TILEWIDTH, shape.tile);
        TIFFSetField(tiff, TIFFTAG_TILELENGTH, shape.tile);
    } else {
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 16);
    }
}

/// Samples [first, first + count) of each pixel of a rectangle, which may reach beyond the picture.
std::vector<std::uint8_t> samples_of(const TiffShape& shape, int x0, int y0, int width, int height, int first, int count) {
    const std::size_t bytes = static_cast<std::size_t>(shape.depth) / 8;
    std::vector<std::uint8_t> samples(bytes * static_cast<std::size_t>(width * height * count));
    std::uint8_t* to = samples.data();
    for (int y = y0; y < y0 + height; ++y)
        for (int x = x0; x < x0 + width; ++x)
            for (int s = first; s < first + count; ++s, to += bytes) {
                const auto value = static_cast<std::uint16_t>(tiff_sample(shape, x, y, s));
                if (bytes == 1) *to = static_cast<std::uint8_t>(value);
                else std::memcpy(to, &value, sizeof value);
            }
    return samples;
}

}  // namespace

int tiff_sample(const TiffShape& shape, int x, int y, int sample) {
    const int value = std::min(255, 40 + 2 * x + 3 * y + 20 * sample);  // smooth, so that a JPEG keeps it nearly
    return shape.depth == 16 ? value * 257 : value;
}

std::vector<std::uint8_t> make_tiff(const TiffShape& shape) {
    still::TiffMemory memory;
    still::TiffPtr tiff = still::open_memory(memory, "wl", "made");
    set_shape(tiff.get(), shape);
    const int planes = shape.separate ? shape.samples : 1, count = shape.separate ? 1 : shape.samples;
    for (int plane = 0; plane < planes; ++plane) {
        const int step_x = shape.tile > 0 ? shape.tile : shape.width, step_y = shape.tile > 0 ? shape.tile : 1;
        for (int y = 0; y < shape.height; y += step_y)
            for (int x = 0; x < shape.width; x += step_x) {
                auto samples = samples_of(shape, x, y, step_x, step_y, plane, count);
                const auto column = static_cast<std::uint32_t>(x), row = static_cast<std::uint32_t>(y);
                const auto written = shape.tile > 0 ? TIFFWriteTile(tiff.get(), samples.data(), column, row, 0, static_cast<std::uint16_t>(plane))
                                                    : TIFFWriteScanline(tiff.get(), samples.data(), row, static_cast<std::uint16_t>(plane));
                if (written < 0) throw std::runtime_error("libtiff cannot make this TIFF");
            }
    }
    if (!TIFFFlush(tiff.get())) throw std::runtime_error("libtiff cannot make this TIFF");
    tiff.reset();
    return std::move(memory.bytes);
}

}  // namespace invisiblur::test
