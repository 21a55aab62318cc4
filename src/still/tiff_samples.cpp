#include "still/tiff_samples.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <stdexcept>

namespace invisiblur::still {
namespace {

constexpr int kJpegQuality = 95;

[[noreturn]] void fail(const std::string& name, const char* why) {
    throw std::runtime_error(name + ": " + why);
}

/// Whether samples lie in whole bytes, which libtiff has put into the machine's order.
bool in_bytes(const TiffForm& form) {
    return form.depth % 8 == 0;
}

std::size_t packed_row_bytes(const TiffForm& form, int pixels, int samples) {
    return (static_cast<std::size_t>(pixels) * static_cast<std::size_t>(samples) * static_cast<std::size_t>(form.depth) + 7) / 8;
}

/// Samples of fewer or odd bits, the highest bit first, into bytes or words of their own.
void unpack_row(const TiffForm& form, const std::uint8_t* from, std::size_t count, std::uint8_t* to) {
    const auto bytes = static_cast<std::size_t>(form.sample_bytes()), depth = static_cast<std::size_t>(form.depth);
    if (in_bytes(form)) return static_cast<void>(std::memcpy(to, from, count * bytes));
    std::size_t bit = 0;
    for (std::size_t i = 0; i < count; ++i) {
        std::uint16_t value = 0;
        for (std::size_t left = depth; left > 0;) {
            const std::size_t free = 8 - bit % 8, take = std::min(left, free);
            value = static_cast<std::uint16_t>(value << take | (from[bit / 8] >> (free - take) & ((1U << take) - 1)));
            bit += take, left -= take;
        }
        if (bytes == 1) to[i] = static_cast<std::uint8_t>(value);
        else std::memcpy(to + 2 * i, &value, 2);
    }
}

void pack_row(const TiffForm& form, const std::uint8_t* from, std::size_t count, std::uint8_t* to) {
    const auto bytes = static_cast<std::size_t>(form.sample_bytes()), depth = static_cast<std::size_t>(form.depth);
    if (in_bytes(form)) return static_cast<void>(std::memcpy(to, from, count * bytes));
    std::fill_n(to, (count * depth + 7) / 8, std::uint8_t{0});
    std::size_t bit = 0;
    for (std::size_t i = 0; i < count; ++i) {
        std::uint16_t value = from[i];
        if (bytes == 2) std::memcpy(&value, from + 2 * i, 2);
        for (std::size_t left = depth; left > 0;) {
            const std::size_t free = 8 - bit % 8, put = std::min(left, free);
            to[bit / 8] |= static_cast<std::uint8_t>((value >> (left - put) & ((1U << put) - 1)) << (free - put));
            bit += put, left -= put;
        }
    }
}

/// A rectangle of samples as libtiff has them: all of a pixel together, or those of one plane.
struct Band {
    int plane, x, y, width, height;
    const std::uint8_t* packed;
    std::size_t row_bytes;
};

void take_band(const TiffForm& form, const Band& band, Bytes& samples) {
    const auto bytes = static_cast<std::size_t>(form.sample_bytes());
    const std::size_t group = form.separate ? 1 : static_cast<std::size_t>(form.samples);
    Bytes row(static_cast<std::size_t>(band.width) * group * bytes);
    for (int y = 0; y < band.height; ++y) {
        unpack_row(form, band.packed + static_cast<std::size_t>(y) * band.row_bytes, static_cast<std::size_t>(band.width) * group, row.data());
        std::uint8_t* to = samples.data() + (static_cast<std::size_t>(band.y + y) * static_cast<std::size_t>(form.width) + static_cast<std::size_t>(band.x)) * form.pixel_bytes();
        if (!form.separate) {
            std::ranges::copy(row, to);
            continue;
        }
        to += static_cast<std::size_t>(band.plane) * bytes;
        for (int x = 0; x < band.width; ++x, to += form.pixel_bytes()) std::memcpy(to, row.data() + static_cast<std::size_t>(x) * bytes, bytes);
    }
}

/// libtiff's idea of a tile's or line's size must fit ours, or a damaged header would lead beyond the memory.
std::size_t checked_row_bytes(const TiffForm& form, int pixels, tmsize_t held, int rows, const std::string& name) {
    const std::size_t row = packed_row_bytes(form, pixels, form.separate ? 1 : form.samples);
    if (held <= 0 || static_cast<std::size_t>(held) < row * static_cast<std::size_t>(rows)) fail(name, "the TIFF is damaged");
    return row;
}

void read_tiles(TIFF* tiff, const TiffForm& form, const std::string& name, Bytes& samples) {
    const tmsize_t size = TIFFTileSize(tiff);
    const std::size_t row_bytes = checked_row_bytes(form, form.tile_width, size, form.tile_height, name);
    Bytes tile(static_cast<std::size_t>(size));
    for (int plane = 0; plane < (form.separate ? form.samples : 1); ++plane)
        for (std::int64_t y = 0; y < form.height; y += form.tile_height)
            for (std::int64_t x = 0; x < form.width; x += form.tile_width) {
                if (TIFFReadTile(tiff, tile.data(), static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), 0, static_cast<std::uint16_t>(plane)) < 0)
                    fail(name, "the TIFF is damaged or cut off");
                const auto left = static_cast<int>(x), top = static_cast<int>(y);
                take_band(form, {plane, left, top, std::min(form.tile_width, form.width - left), std::min(form.tile_height, form.height - top), tile.data(), row_bytes}, samples);
            }
}

void read_lines(TIFF* tiff, const TiffForm& form, const std::string& name, Bytes& samples) {
    const tmsize_t size = TIFFScanlineSize(tiff);
    const std::size_t row_bytes = checked_row_bytes(form, form.width, size, 1, name);
    Bytes line(static_cast<std::size_t>(size));
    for (int plane = 0; plane < (form.separate ? form.samples : 1); ++plane)
        for (int y = 0; y < form.height; ++y) {
            if (TIFFReadScanline(tiff, line.data(), static_cast<std::uint32_t>(y), static_cast<std::uint16_t>(plane)) < 0) fail(name, "the TIFF is damaged or cut off");
            take_band(form, {plane, 0, y, form.width, 1, line.data(), row_bytes}, samples);
        }
}

/// YCbCr of any compression but JPEG, chroma in its own size: by libtiff's own conversion (TIFF 6.0, section 21), rows as they are stored.
void read_as_rgb(TIFF* tiff, const TiffForm& form, const std::string& name, Bytes& samples) {
    constexpr int kStopAtErrors = 1;
    TIFFRGBAImage image;
    std::array<char, 1024> why{};  // as large as libtiff wants it
    if (!TIFFRGBAImageBegin(&image, tiff, kStopAtErrors, why.data())) fail(name, "the TIFF is damaged, or its YCbCr is of no kind that libtiff reads");
    image.req_orientation = image.orientation;
    std::vector<std::uint32_t> pixels(static_cast<std::size_t>(form.width) * static_cast<std::size_t>(form.height));
    const bool whole = TIFFRGBAImageGet(&image, pixels.data(), static_cast<std::uint32_t>(form.width), static_cast<std::uint32_t>(form.height));
    TIFFRGBAImageEnd(&image);
    if (!whole) fail(name, "the TIFF is damaged or cut off");
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        samples[3 * i] = static_cast<std::uint8_t>(TIFFGetR(pixels[i]));
        samples[3 * i + 1] = static_cast<std::uint8_t>(TIFFGetG(pixels[i]));
        samples[3 * i + 2] = static_cast<std::uint8_t>(TIFFGetB(pixels[i]));
    }
}

int photometric_of(const TiffForm& form, bool jpeg) {
    switch (form.colours) {
        case TiffForm::Colours::gray: return form.white_is_zero ? PHOTOMETRIC_MINISWHITE : PHOTOMETRIC_MINISBLACK;
        case TiffForm::Colours::palette: return PHOTOMETRIC_PALETTE;
        case TiffForm::Colours::cmyk: return PHOTOMETRIC_SEPARATED;
        case TiffForm::Colours::cie_lab: return PHOTOMETRIC_CIELAB;
        case TiffForm::Colours::icc_lab: return PHOTOMETRIC_ICCLAB;
        case TiffForm::Colours::rgb: break;
    }
    return jpeg && form.samples == 3 ? PHOTOMETRIC_YCBCR : PHOTOMETRIC_RGB;
}

/// What the samples are, for a new directory.
void set_layout(TIFF* tiff, const TiffForm& form) {
    const int compression = written_compression(form);
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(form.width));
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(form.height));
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, form.depth);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, form.samples);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, compression);
    if (form.numbers_are == TiffForm::Numbers::real) TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP);
    if (form.numbers_are == TiffForm::Numbers::with_sign) TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_INT);
    const bool jpeg = compression == COMPRESSION_JPEG;
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, photometric_of(form, jpeg));
    if (form.colours == TiffForm::Colours::cmyk) TIFFSetField(tiff, TIFFTAG_INKSET, INKSET_CMYK);
    if (jpeg && form.colours == TiffForm::Colours::rgb && form.samples == 3) TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    if (jpeg) TIFFSetField(tiff, TIFFTAG_JPEGQUALITY, kJpegQuality);
    if (form.predictor > 1) TIFFSetField(tiff, TIFFTAG_PREDICTOR, form.predictor);
    if (!form.extras.empty()) TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, static_cast<int>(form.extras.size()), form.extras.data());
    const std::size_t entries = form.palette.size() / 3;
    if (entries > 0) TIFFSetField(tiff, TIFFTAG_COLORMAP, form.palette.data(), form.palette.data() + entries, form.palette.data() + 2 * entries);
    if (form.tile_width > 0) {
        TIFFSetField(tiff, TIFFTAG_TILEWIDTH, static_cast<std::uint32_t>(form.tile_width));
        TIFFSetField(tiff, TIFFTAG_TILELENGTH, static_cast<std::uint32_t>(form.tile_height));
    } else {
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, TIFFDefaultStripSize(tiff, 0));
    }
}

const std::uint8_t* pixel_at(const TiffForm& form, const Bytes& samples, int x, int y) {
    return samples.data() + (static_cast<std::size_t>(y) * static_cast<std::size_t>(form.width) + static_cast<std::size_t>(x)) * form.pixel_bytes();
}

void write_tiles(TIFF* tiff, const TiffForm& form, const Bytes& samples, const std::string& name) {
    const std::size_t row_bytes = packed_row_bytes(form, form.tile_width, form.samples), size = static_cast<std::size_t>(TIFFTileSize(tiff));
    if (size < row_bytes * static_cast<std::size_t>(form.tile_height)) fail(name, "the result cannot be encoded");
    Bytes row(static_cast<std::size_t>(form.tile_width) * form.pixel_bytes()), tile;
    for (std::int64_t y = 0; y < form.height; y += form.tile_height)
        for (std::int64_t x = 0; x < form.width; x += form.tile_width) {
            tile.assign(size, 0);
            for (int line = 0; line < form.tile_height; ++line) {
                // Beyond the picture its border goes on: nothing that compresses worse, and nothing else.
                const int from_y = std::min(static_cast<int>(y) + line, form.height - 1);
                const int count = std::min(form.tile_width, form.width - static_cast<int>(x));
                const std::uint8_t* from = pixel_at(form, samples, static_cast<int>(x), from_y);
                std::copy_n(from, static_cast<std::size_t>(count) * form.pixel_bytes(), row.data());
                for (int at = count; at < form.tile_width; ++at)
                    std::copy_n(from + static_cast<std::size_t>(count - 1) * form.pixel_bytes(), form.pixel_bytes(), row.data() + static_cast<std::size_t>(at) * form.pixel_bytes());
                pack_row(form, row.data(), static_cast<std::size_t>(form.tile_width) * static_cast<std::size_t>(form.samples), tile.data() + static_cast<std::size_t>(line) * row_bytes);
            }
            if (TIFFWriteTile(tiff, tile.data(), static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), 0, 0) < 0) fail(name, "the result cannot be encoded");
        }
}

void write_lines(TIFF* tiff, const TiffForm& form, const Bytes& samples, const std::string& name) {
    Bytes row(packed_row_bytes(form, form.width, form.samples));
    for (int y = 0; y < form.height; ++y) {
        pack_row(form, pixel_at(form, samples, 0, y), static_cast<std::size_t>(form.width) * static_cast<std::size_t>(form.samples), row.data());
        if (TIFFWriteScanline(tiff, row.data(), static_cast<std::uint32_t>(y), 0) < 0) fail(name, "the result cannot be encoded");
    }
}

void end_page(TIFF* tiff, const std::string& name) {
    if (!TIFFWriteDirectory(tiff)) fail(name, "the result cannot be encoded");
}

}  // namespace

Bytes read_tiff_samples(TIFF* tiff, const TiffForm& form, const std::string& name) {
    const bool jpeg = form.compression == COMPRESSION_JPEG;
    if (jpeg && form.colours == TiffForm::Colours::rgb) TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    Bytes samples(static_cast<std::size_t>(form.width) * static_cast<std::size_t>(form.height) * form.pixel_bytes());
    if (form.ycbcr && !jpeg) read_as_rgb(tiff, form, name, samples);
    else if (form.tile_width > 0) read_tiles(tiff, form, name, samples);
    else read_lines(tiff, form, name, samples);
    return samples;
}

void write_tiff_page(TIFF* tiff, const TiffForm& form, const Bytes& samples, const std::string& name) {
    set_layout(tiff, form);
    set_tiff_tags(tiff, form);
    if (form.tile_width > 0) write_tiles(tiff, form, samples, name);
    else write_lines(tiff, form, samples, name);
    end_page(tiff, name);
}

bool better_copied(const TiffForm& form) {
    if (form.ycbcr) return written_compression(form) == form.compression;
    constexpr std::array kLossy{COMPRESSION_JPEG, COMPRESSION_WEBP, COMPRESSION_LERC, COMPRESSION_JXL};
    return std::ranges::find(kLossy, form.compression) != kLossy.end();
}

void copy_tiff_page(TIFF* from, TIFF* to, const TiffForm& form, const std::string& name) {
    set_layout(to, form);
    set_tiff_tags(to, form);
    std::uint32_t rows = 0, count = 0;
    std::uint16_t word = 0, words[2] = {};
    void* tables = nullptr;
    float *levels = nullptr, *weights = nullptr;
    if (form.separate) TIFFSetField(to, TIFFTAG_PLANARCONFIG, PLANARCONFIG_SEPARATE);
    if (TIFFGetField(from, TIFFTAG_PHOTOMETRIC, &word)) TIFFSetField(to, TIFFTAG_PHOTOMETRIC, word);
    if (form.tile_width == 0 && TIFFGetField(from, TIFFTAG_ROWSPERSTRIP, &rows)) TIFFSetField(to, TIFFTAG_ROWSPERSTRIP, rows);
    if (TIFFGetField(from, TIFFTAG_JPEGTABLES, &count, &tables) && count > 0) TIFFSetField(to, TIFFTAG_JPEGTABLES, count, tables);
    if (form.ycbcr && TIFFGetFieldDefaulted(from, TIFFTAG_YCBCRSUBSAMPLING, &words[0], &words[1])) TIFFSetField(to, TIFFTAG_YCBCRSUBSAMPLING, words[0], words[1]);
    if (TIFFGetField(from, TIFFTAG_YCBCRPOSITIONING, &word)) TIFFSetField(to, TIFFTAG_YCBCRPOSITIONING, word);
    if (TIFFGetField(from, TIFFTAG_YCBCRCOEFFICIENTS, &weights)) TIFFSetField(to, TIFFTAG_YCBCRCOEFFICIENTS, weights);
    if (TIFFGetField(from, TIFFTAG_REFERENCEBLACKWHITE, &levels)) TIFFSetField(to, TIFFTAG_REFERENCEBLACKWHITE, levels);
    const bool tiled = form.tile_width > 0;
    const std::uint32_t pieces = tiled ? TIFFNumberOfTiles(from) : TIFFNumberOfStrips(from);
    for (std::uint32_t i = 0; i < pieces; ++i) {
        const std::uint64_t declared = TIFFGetStrileByteCount(from, i);
        if (declared > TIFFGetSizeProc(from)(TIFFClientdata(from))) fail(name, "the TIFF is damaged or cut off");
        Bytes coded(static_cast<std::size_t>(declared));
        const auto size = static_cast<tmsize_t>(coded.size());
        const tmsize_t got = size == 0 ? 0 : tiled ? TIFFReadRawTile(from, i, coded.data(), size) : TIFFReadRawStrip(from, i, coded.data(), size);
        if (got != size) fail(name, "the TIFF is damaged or cut off");
        const tmsize_t put = size == 0 ? 0 : tiled ? TIFFWriteRawTile(to, i, coded.data(), size) : TIFFWriteRawStrip(to, i, coded.data(), size);
        if (put != size) fail(name, "the result cannot be put together");
    }
    end_page(to, name);
}

}  // namespace invisiblur::still
