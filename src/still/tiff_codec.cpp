#include "still/tiff_codec.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <stdexcept>

#include "still/layouts.hpp"
#include "still/tiff_handles.hpp"

namespace invisiblur::still {
namespace {

constexpr auto kTexts = std::to_array<std::uint32_t>({TIFFTAG_DOCUMENTNAME, TIFFTAG_IMAGEDESCRIPTION, TIFFTAG_MAKE, TIFFTAG_MODEL, TIFFTAG_PAGENAME,
                                                      TIFFTAG_SOFTWARE, TIFFTAG_DATETIME, TIFFTAG_ARTIST, TIFFTAG_HOSTCOMPUTER, TIFFTAG_COPYRIGHT});
constexpr auto kNumbers = std::to_array<std::uint32_t>({TIFFTAG_XRESOLUTION, TIFFTAG_YRESOLUTION, TIFFTAG_XPOSITION, TIFFTAG_YPOSITION});
constexpr auto kWords = std::to_array<std::uint32_t>({TIFFTAG_RESOLUTIONUNIT, TIFFTAG_ORIENTATION});

[[noreturn]] void fail(const std::string& name, const std::string& why) {
    throw std::runtime_error(name + ": " + why);
}

int word(TIFF* tiff, std::uint32_t tag) {
    std::uint16_t value = 0;
    TIFFGetFieldDefaulted(tiff, tag, &value);
    return value;
}

Bytes block(TIFF* tiff, std::uint32_t tag) {
    std::uint32_t count = 0;
    void* data = nullptr;
    if (!TIFFGetField(tiff, tag, &count, &data) || !data) return {};
    // libtiff counts IPTC in words of four bytes
    const std::size_t size = tag == TIFFTAG_RICHTIFFIPTC ? std::size_t{4} * count : count;
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    return Bytes(bytes, bytes + size);
}

void read_tags(TIFF* tiff, TiffForm& form) {
    for (const std::uint32_t tag : kTexts) {
        char* text = nullptr;
        if (TIFFGetField(tiff, tag, &text) && text) form.texts.emplace_back(tag, text);
    }
    for (const std::uint32_t tag : kNumbers) {
        float number = 0;
        if (TIFFGetField(tiff, tag, &number)) form.numbers.emplace_back(tag, number);
    }
    for (const std::uint32_t tag : kWords) {
        std::uint16_t value = 0;
        if (TIFFGetField(tiff, tag, &value)) form.words.emplace_back(tag, value);
    }
    form.profile = block(tiff, TIFFTAG_ICCPROFILE);
    form.xmp = block(tiff, TIFFTAG_XMLPACKET);
    form.iptc = block(tiff, TIFFTAG_RICHTIFFIPTC);
    form.photoshop = block(tiff, TIFFTAG_PHOTOSHOP);
}

bool is_separate(TIFF* tiff, const TiffForm& form) {
    return form.samples > 1 && word(tiff, TIFFTAG_PLANARCONFIG) == PLANARCONFIG_SEPARATE;
}

TiffForm form_of(TIFF* tiff, const Policy& policy) {
    TiffForm form;
    std::uint32_t width = 0, height = 0;
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
    check_pixel_count(width, height, policy);
    form.width = static_cast<int>(width);
    form.height = static_cast<int>(height);
    form.depth = word(tiff, TIFFTAG_BITSPERSAMPLE);
    form.samples = word(tiff, TIFFTAG_SAMPLESPERPIXEL);
    form.photometric = word(tiff, TIFFTAG_PHOTOMETRIC);
    form.compression = word(tiff, TIFFTAG_COMPRESSION);
    if (form.compression == COMPRESSION_LZW || form.compression == COMPRESSION_ADOBE_DEFLATE || form.compression == COMPRESSION_DEFLATE)
        form.predictor = word(tiff, TIFFTAG_PREDICTOR);
    form.big_endian = TIFFIsBigEndian(tiff);
    std::uint16_t extra_count = 0, *extras = nullptr;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &extra_count, &extras);
    form.premultiplied = extra_count > 0 && extras[0] == EXTRASAMPLE_ASSOCALPHA;
    const bool floats = word(tiff, TIFFTAG_SAMPLEFORMAT) != SAMPLEFORMAT_UINT;
    // libjpeg makes RGB of it where the three lie together; planes of their own it leaves as they are, chroma in its own size.
    const bool jpeg = form.photometric == PHOTOMETRIC_YCBCR && form.compression == COMPRESSION_JPEG && form.samples == 3 && !is_separate(tiff, form);
    const bool rgb = form.photometric == PHOTOMETRIC_RGB && (form.samples == 3 || form.samples == 4);
    const bool gray = (form.photometric == PHOTOMETRIC_MINISBLACK || form.photometric == PHOTOMETRIC_MINISWHITE) && form.samples == 1;
    const bool palette = form.photometric == PHOTOMETRIC_PALETTE && form.samples == 1 && form.depth == 8;
    if (floats || (form.depth != 8 && form.depth != 16) || !(rgb || gray || palette || jpeg))
        fail(policy.name, "a TIFF of this form (only gray, RGB and palettes of 8 or 16 bits are) cannot be worked on: convert it to RGB first");
    return form;
}

/// The first directory is the picture; smaller copies of it may follow, another picture may not.
int count_smaller(TIFF* tiff, const Policy& policy) {
    int smaller = 0;
    std::uint16_t count = 0;
    void* sub = nullptr;
    if (TIFFGetField(tiff, TIFFTAG_SUBIFD, &count, &sub)) smaller += count;
    while (TIFFReadDirectory(tiff)) {
        std::uint32_t kind = 0;
        TIFFGetFieldDefaulted(tiff, TIFFTAG_SUBFILETYPE, &kind);
        if (!(kind & FILETYPE_REDUCEDIMAGE)) fail(policy.name, "it holds several pictures: take them apart first (tiffsplit does)");
        ++smaller;
    }
    if (!TIFFSetDirectory(tiff, 0)) fail(policy.name, "it is damaged");
    return smaller;
}

/// One band of samples as they are stored: all components of a pixel together, or one of them.
using Sink = std::function<void(int plane, int x0, int y0, int width, int height, const Bytes& samples, std::size_t row_bytes)>;

void read_tiles(TIFF* tiff, const TiffForm& form, int planes, std::size_t pixel_bytes, const Policy& policy, const Sink& sink) {
    std::uint32_t tile_width = 0, tile_height = 0;
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &tile_width);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &tile_height);
    check_pixel_count(tile_width, tile_height, policy);
    Bytes samples(static_cast<std::size_t>(TIFFTileSize(tiff)));
    for (int plane = 0; plane < planes; ++plane)
        for (std::int64_t top = 0; top < form.height; top += tile_height)
            for (std::int64_t left = 0; left < form.width; left += tile_width) {
                const int x = static_cast<int>(left), y = static_cast<int>(top);
                if (TIFFReadTile(tiff, samples.data(), static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), 0, static_cast<std::uint16_t>(plane)) < 0)
                    fail(policy.name, "the TIFF is damaged or cut off");
                sink(plane, x, y, std::min<int>(static_cast<int>(tile_width), form.width - x), std::min<int>(static_cast<int>(tile_height), form.height - y), samples,
                     tile_width * pixel_bytes);
            }
}

void read_lines(TIFF* tiff, const TiffForm& form, int planes, const Policy& policy, const Sink& sink) {
    Bytes samples(static_cast<std::size_t>(TIFFScanlineSize(tiff)));
    for (int plane = 0; plane < planes; ++plane)
        for (int y = 0; y < form.height; ++y) {
            if (TIFFReadScanline(tiff, samples.data(), static_cast<std::uint32_t>(y), static_cast<std::uint16_t>(plane)) < 0)
                fail(policy.name, "the TIFF is damaged or cut off");
            sink(plane, 0, y, form.width, 1, samples, samples.size());
        }
}

/// Puts stored samples where they belong in the picture.
void read_samples(TIFF* tiff, const TiffForm& form, const ImageView& view, const Policy& policy) {
    const bool separate = is_separate(tiff, form);
    const std::size_t sample_bytes = static_cast<std::size_t>(form.depth) / 8, pixel_bytes = sample_bytes * (separate ? 1 : static_cast<std::size_t>(form.samples));
    const auto step = static_cast<std::size_t>(view.layout.components[0].step_bytes);
    const Sink sink = [&](int plane, int x0, int y0, int width, int height, const Bytes& samples, std::size_t row_bytes) {
        if (samples.size() < row_bytes * (static_cast<std::size_t>(height) - 1) + pixel_bytes * static_cast<std::size_t>(width)) fail(policy.name, "the TIFF is damaged");
        for (int y = 0; y < height; ++y) {
            std::uint8_t* to = view.data[0] + (y0 + y) * view.stride_bytes[0] + static_cast<std::ptrdiff_t>(step) * x0 + plane * static_cast<std::ptrdiff_t>(sample_bytes);
            const std::uint8_t* from = samples.data() + static_cast<std::size_t>(y) * row_bytes;
            for (int x = 0; x < width; ++x, to += step, from += pixel_bytes) std::memcpy(to, from, pixel_bytes);
        }
    };
    const int planes = separate ? form.samples : 1;
    if (TIFFIsTiled(tiff)) read_tiles(tiff, form, planes, pixel_bytes, policy, sink);
    else read_lines(tiff, form, planes, policy, sink);
}

/// A palette's colours in place of the numbers, which stand where red goes.
void resolve_palette(TIFF* tiff, const ImageView& view, const Policy& policy) {
    std::uint16_t *red = nullptr, *green = nullptr, *blue = nullptr;
    if (!TIFFGetField(tiff, TIFFTAG_COLORMAP, &red, &green, &blue)) fail(policy.name, "its palette is missing");
    for (int y = 0; y < view.height; ++y)
        for (int x = 0; x < view.width; ++x) {
            std::uint8_t* pixel = view.data[0] + y * view.stride_bytes[0] + 3 * x;
            const std::uint8_t index = pixel[0];
            pixel[0] = static_cast<std::uint8_t>(red[index] >> 8);
            pixel[1] = static_cast<std::uint8_t>(green[index] >> 8);
            pixel[2] = static_cast<std::uint8_t>(blue[index] >> 8);
        }
}

/// Where white is 0, the samples are turned round, so that a detector sees no negative.
void invert(const ImageView& view) {
    const auto bytes = static_cast<std::ptrdiff_t>(view.width) * view.layout.components[0].step_bytes;
    for (int y = 0; y < view.height; ++y)
        for (std::ptrdiff_t i = 0; i < bytes; ++i) view.data[0][y * view.stride_bytes[0] + i] ^= 0xFF;
}

void set_tags(TIFF* tiff, const TiffForm& form) {
    for (const auto& [tag, text] : form.texts) TIFFSetField(tiff, tag, text.c_str());
    for (const auto& [tag, number] : form.numbers) TIFFSetField(tiff, tag, static_cast<double>(number));
    for (const auto& [tag, value] : form.words) TIFFSetField(tiff, tag, value);
    const auto set = [&](std::uint32_t tag, const Bytes& bytes, std::size_t unit) {
        if (!bytes.empty()) TIFFSetField(tiff, tag, static_cast<std::uint32_t>(bytes.size() / unit), bytes.data());
    };
    Bytes iptc = form.iptc;
    iptc.resize((iptc.size() + 3) / 4 * 4);
    set(TIFFTAG_ICCPROFILE, form.profile, 1);
    set(TIFFTAG_XMLPACKET, form.xmp, 1);
    set(TIFFTAG_RICHTIFFIPTC, iptc, 4);
    set(TIFFTAG_PHOTOSHOP, form.photoshop, 1);
}

void set_form(TIFF* tiff, const TiffForm& form, int samples) {
    const bool known = TIFFIsCODECConfigured(static_cast<std::uint16_t>(form.compression)) && form.compression != COMPRESSION_OJPEG;
    const int compression = known ? form.compression : COMPRESSION_LZW;
    constexpr int kJpegQuality = 95;
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(form.width));
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(form.height));
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, form.depth);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, samples);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, compression);
    const bool jpeg = compression == COMPRESSION_JPEG && samples == 3;
    const int photometric = samples == 1 ? form.photometric : jpeg ? PHOTOMETRIC_YCBCR : PHOTOMETRIC_RGB;
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, photometric);
    if (jpeg) TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    if (compression == COMPRESSION_JPEG) TIFFSetField(tiff, TIFFTAG_JPEGQUALITY, kJpegQuality);
    if (form.predictor > 1) TIFFSetField(tiff, TIFFTAG_PREDICTOR, form.predictor);
    std::uint16_t extra = form.premultiplied ? EXTRASAMPLE_ASSOCALPHA : EXTRASAMPLE_UNASSALPHA;
    if (samples == 4) TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &extra);
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, TIFFDefaultStripSize(tiff, 0));
}

}  // namespace

TiffPicture decode_tiff(ByteView bytes, const Policy& policy) {
    TiffMemory memory{Bytes(bytes.begin(), bytes.end())};
    const TiffPtr tiff = open_memory(memory, "rm", policy.name);
    const int smaller = count_smaller(tiff.get(), policy);
    TiffPicture picture{form_of(tiff.get(), policy), {}};
    TiffForm& form = picture.form;
    form.smaller_pictures = smaller;
    read_tags(tiff.get(), form);
    if (form.photometric == PHOTOMETRIC_YCBCR) TIFFSetField(tiff.get(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    const bool gray = form.samples == 1 && form.photometric != PHOTOMETRIC_PALETTE;
    picture.image = OwnedImage(gray ? gray_layout(form.depth) : packed_rgb_layout(form.depth, form.samples == 4), form.width, form.height);
    read_samples(tiff.get(), form, picture.image.view(), policy);
    if (form.photometric == PHOTOMETRIC_PALETTE) resolve_palette(tiff.get(), picture.image.view(), policy);
    if (form.photometric == PHOTOMETRIC_MINISWHITE) invert(picture.image.view());
    return picture;
}

Bytes encode_tiff(const TiffPicture& picture, const std::string& name) {
    TiffMemory memory;
    TiffPtr tiff = open_memory(memory, picture.form.big_endian ? "wb" : "wl", name);
    const ImageView& view = picture.image.view();
    set_form(tiff.get(), picture.form, view.layout.component_count);
    set_tags(tiff.get(), picture.form);
    const auto row_bytes = static_cast<std::size_t>(view.width) * static_cast<std::size_t>(view.layout.components[0].step_bytes);
    Bytes row(row_bytes);
    for (int y = 0; y < view.height; ++y) {
        std::memcpy(row.data(), view.data[0] + y * view.stride_bytes[0], row_bytes);  // libtiff may turn the bytes round in place
        if (picture.form.photometric == PHOTOMETRIC_MINISWHITE) std::ranges::transform(row, row.begin(), [](std::uint8_t byte) { return byte ^ 0xFF; });
        if (TIFFWriteScanline(tiff.get(), row.data(), static_cast<std::uint32_t>(y), 0) < 0) fail(name, "the result cannot be encoded");
    }
    if (!TIFFFlush(tiff.get())) fail(name, "the result cannot be encoded");
    tiff.reset();
    return std::move(memory.bytes);
}

}  // namespace invisiblur::still
