#include "support/tiff_maker.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <stdexcept>

#include "still/tiff_handles.hpp"

namespace invisiblur::test {
namespace {

/// The first sample behind the colours is alpha, further ones are of no kind that a tag names.
void set_extras(TIFF* tiff, const TiffShape& shape) {
    if (shape.photometric == PHOTOMETRIC_YCBCR) return;
    const int colours = shape.photometric == PHOTOMETRIC_SEPARATED ? 4 : shape.photometric <= PHOTOMETRIC_MINISBLACK || shape.photometric == PHOTOMETRIC_PALETTE ? 1 : 3;
    std::vector<std::uint16_t> kinds(static_cast<std::size_t>(std::max(0, shape.samples - colours)), EXTRASAMPLE_UNSPECIFIED);
    if (kinds.empty()) return;
    kinds[0] = EXTRASAMPLE_UNASSALPHA;
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, static_cast<int>(kinds.size()), kinds.data());
}

void set_shape(TIFF* tiff, const TiffShape& shape) {
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, shape.width);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, shape.height);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, shape.depth);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, shape.samples);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, shape.separate ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, shape.compression);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, shape.photometric);
    if (shape.format != SAMPLEFORMAT_UINT) TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, shape.format);
    if (shape.photometric == PHOTOMETRIC_YCBCR) TIFFSetField(tiff, TIFFTAG_YCBCRSUBSAMPLING, shape.subsampling, shape.subsampling);
    if (shape.compression == COMPRESSION_JPEG) TIFFSetField(tiff, TIFFTAG_JPEGQUALITY, 95);
    if (shape.compression == COMPRESSION_JPEG && !shape.separate) TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    set_extras(tiff, shape);
    if (shape.photometric == PHOTOMETRIC_PALETTE) {
        std::array<std::uint16_t, 256> ramp{};
        const std::size_t entries = std::size_t{1} << shape.depth;
        for (std::size_t i = 0; i < entries; ++i) ramp[i] = static_cast<std::uint16_t>(i * 0xFF00 / (entries - 1));
        TIFFSetField(tiff, TIFFTAG_COLORMAP, ramp.data(), ramp.data(), ramp.data());
    }
    if (shape.tile > 0) {
        TIFFSetField(tiff, TIFFTAG_TILEWIDTH, shape.tile);
        TIFFSetField(tiff, TIFFTAG_TILELENGTH, shape.tile);
    } else {
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 16);
    }
}

/// A sample's bits.
std::uint32_t word_of(const TiffShape& shape, int x, int y, int sample) {
    const auto value = static_cast<std::uint32_t>(tiff_sample(shape, x, y, sample));
    const float real = static_cast<float>(value) / 255;
    if (shape.format == SAMPLEFORMAT_IEEEFP) return std::bit_cast<std::uint32_t>(real);
    const std::uint32_t word = shape.depth == 16 || shape.depth == 8 ? value : shape.depth == 32 ? value * 0x01010101U : value * ((1U << shape.depth) - 1) / 255;
    return shape.format == SAMPLEFORMAT_INT ? word ^ (1U << (shape.depth - 1)) : word;
}

/// Samples [first, first + count) of each pixel of a rectangle, which may reach beyond the picture. Whole bytes have the machine's order, other
/// numbers of bits follow each other, each row from a byte's start.
std::vector<std::uint8_t> samples_of(const TiffShape& shape, int x0, int y0, int width, int height, int first, int count) {
    const auto depth = static_cast<std::size_t>(shape.depth), row_bytes = (depth * static_cast<std::size_t>(width * count) + 7) / 8;
    std::vector<std::uint8_t> samples(row_bytes * static_cast<std::size_t>(height));
    for (int y = 0; y < height; ++y) {
        std::uint8_t* row = samples.data() + static_cast<std::size_t>(y) * row_bytes;
        std::size_t bit = 0;
        for (int x = 0; x < width; ++x)
            for (int s = first; s < first + count; ++s, bit += depth) {
                const std::uint32_t word = word_of(shape, x0 + x, y0 + y, s);
                if (depth % 8 == 0) std::memcpy(row + bit / 8, &word, depth / 8);
                else
                    for (std::size_t b = 0; b < depth; ++b) row[(bit + b) / 8] |= static_cast<std::uint8_t>((word >> (depth - 1 - b) & 1) << (7 - (bit + b) % 8));
            }
    }
    return samples;
}

/// YCbCr as it is stored without JPEG (TIFF 6.0, section 21): of each block all Y, then one Cb and one Cr, the block's first. The picture's sides are
/// multiples of a block's.
void write_ycbcr(TIFF* tiff, const TiffShape& shape) {
    constexpr int kRows = 16;
    const int side = shape.subsampling;
    for (int top = 0; top < shape.height; top += kRows) {
        std::vector<std::uint8_t> strip;
        for (int y = top; y < top + kRows; y += side)
            for (int x = 0; x < shape.width; x += side) {
                for (int i = 0; i < side * side; ++i) strip.push_back(static_cast<std::uint8_t>(tiff_sample(shape, x + i % side, y + i / side, 0)));
                for (const int c : {1, 2}) strip.push_back(static_cast<std::uint8_t>(tiff_sample(shape, x, y, c)));
            }
        if (TIFFWriteEncodedStrip(tiff, static_cast<std::uint32_t>(top / kRows), strip.data(), static_cast<tmsize_t>(strip.size())) < 0)
            throw std::runtime_error("libtiff cannot make this TIFF");
    }
}

void write_page(TIFF* tiff, const TiffShape& shape) {
    set_shape(tiff, shape);
    if (shape.photometric == PHOTOMETRIC_YCBCR && shape.compression != COMPRESSION_JPEG) {
        write_ycbcr(tiff, shape);
        if (!TIFFWriteDirectory(tiff)) throw std::runtime_error("libtiff cannot make this TIFF");
        return;
    }
    const int planes = shape.separate ? shape.samples : 1, count = shape.separate ? 1 : shape.samples;
    for (int plane = 0; plane < planes; ++plane) {
        const int step_x = shape.tile > 0 ? shape.tile : shape.width, step_y = shape.tile > 0 ? shape.tile : 1;
        for (int y = 0; y < shape.height; y += step_y)
            for (int x = 0; x < shape.width; x += step_x) {
                auto samples = samples_of(shape, x, y, step_x, step_y, plane, count);
                const auto column = static_cast<std::uint32_t>(x), row = static_cast<std::uint32_t>(y);
                const auto written = shape.tile > 0 ? TIFFWriteTile(tiff, samples.data(), column, row, 0, static_cast<std::uint16_t>(plane))
                                                    : TIFFWriteScanline(tiff, samples.data(), row, static_cast<std::uint16_t>(plane));
                if (written < 0) throw std::runtime_error("libtiff cannot make this TIFF");
            }
    }
    if (!TIFFWriteDirectory(tiff)) throw std::runtime_error("libtiff cannot make this TIFF");
}

}  // namespace

int tiff_sample(const TiffShape& shape, int x, int y, int sample) {
    const int value = std::min(255, 40 + 2 * x + 3 * y + 20 * sample);  // smooth, so that a JPEG keeps it nearly
    return shape.depth == 16 ? value * 257 : value;
}

std::vector<std::uint8_t> make_tiff(const TiffShape& shape) {
    still::TiffMemory memory;
    still::TiffPtr tiff = still::open_memory(memory, shape.big ? "wl8" : "wl", "made");
    for (int page = 0; page < shape.pages; ++page) write_page(tiff.get(), shape);
    tiff.reset();
    return std::move(memory.bytes);
}

}  // namespace invisiblur::test
