#include "still/tiff_form.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace invisiblur::still {
namespace {

constexpr auto kTexts = std::to_array<std::uint32_t>({TIFFTAG_DOCUMENTNAME, TIFFTAG_IMAGEDESCRIPTION, TIFFTAG_MAKE, TIFFTAG_MODEL, TIFFTAG_PAGENAME,
                                                      TIFFTAG_SOFTWARE, TIFFTAG_DATETIME, TIFFTAG_ARTIST, TIFFTAG_HOSTCOMPUTER, TIFFTAG_COPYRIGHT});
constexpr auto kNumbers = std::to_array<std::uint32_t>({TIFFTAG_XRESOLUTION, TIFFTAG_YRESOLUTION, TIFFTAG_XPOSITION, TIFFTAG_YPOSITION});
constexpr auto kWords = std::to_array<std::uint32_t>({TIFFTAG_RESOLUTIONUNIT, TIFFTAG_ORIENTATION});

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
    std::uint16_t page = 0, pages = 0;
    if (TIFFGetField(tiff, TIFFTAG_PAGENUMBER, &page, &pages)) form.page = page, form.pages = pages;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SUBFILETYPE, &form.kind);
    form.profile = block(tiff, TIFFTAG_ICCPROFILE);
    form.xmp = block(tiff, TIFFTAG_XMLPACKET);
    form.iptc = block(tiff, TIFFTAG_RICHTIFFIPTC);
    form.photoshop = block(tiff, TIFFTAG_PHOTOSHOP);
}

/// How many samples the colours have; 0 where they are not handled.
int read_colours(TIFF* tiff, TiffForm& form) {
    switch (word(tiff, TIFFTAG_PHOTOMETRIC)) {
        case PHOTOMETRIC_MINISWHITE: form.white_is_zero = true; [[fallthrough]];
        case PHOTOMETRIC_MINISBLACK: form.colours = TiffForm::Colours::gray; return 1;
        case PHOTOMETRIC_PALETTE: form.colours = TiffForm::Colours::palette; return form.depth <= 8 ? 1 : 0;
        case PHOTOMETRIC_RGB: return 3;
        case PHOTOMETRIC_SEPARATED: form.colours = TiffForm::Colours::cmyk; return word(tiff, TIFFTAG_INKSET) == INKSET_CMYK ? 4 : 0;
        case PHOTOMETRIC_CIELAB: form.colours = TiffForm::Colours::cie_lab; return 3;
        case PHOTOMETRIC_ICCLAB: form.colours = TiffForm::Colours::icc_lab; return 3;
        // libtiff makes RGB of it where the three lie together; planes of their own it leaves as they are, chroma in its own size. TIFF 6.0's own kind
        // of JPEG was never read alike by any two programs.
        case PHOTOMETRIC_YCBCR: form.ycbcr = true; return form.depth == 8 && !form.separate && form.samples == 3 && form.compression != COMPRESSION_OJPEG ? 3 : 0;
        default: return 0;
    }
}

bool is_handled(const TiffForm& form, int format, int colours) {
    using Colours = TiffForm::Colours;
    if (colours == 0 || form.samples < colours) return false;
    const bool mixed = form.colours == Colours::gray || form.colours == Colours::rgb;
    const bool lab = form.colours == Colours::cie_lab || form.colours == Colours::icc_lab;
    if (format == SAMPLEFORMAT_IEEEFP) return (mixed || form.colours == Colours::cie_lab) && (form.depth == 32 || form.depth == 64);
    // a* and b* have a sign whatever the tag says
    if (format == SAMPLEFORMAT_INT && !lab && (!mixed || form.depth < 8)) return false;
    if (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_INT && format != SAMPLEFORMAT_VOID) return false;
    if (form.depth == 8 || form.depth == 16) return true;
    return !lab && form.colours != Colours::cmyk && (form.depth < 8 || form.depth == 10 || form.depth == 12 || form.depth == 14 || form.depth == 32);
}

/// As many as there are samples behind the colours; the first of those that no tag names is taken for alpha.
std::vector<std::uint16_t> read_extras(TIFF* tiff, int count) {
    std::uint16_t named = 0, *kinds = nullptr;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &named, &kinds);
    std::vector<std::uint16_t> extras(static_cast<std::size_t>(count), EXTRASAMPLE_UNSPECIFIED);
    if (named > 0) std::copy_n(kinds, std::min<std::size_t>(named, extras.size()), extras.begin());
    else if (count > 0) extras[0] = EXTRASAMPLE_UNASSALPHA;
    return extras;
}

void read_palette(TIFF* tiff, TiffForm& form, const std::string& name) {
    std::uint16_t *red = nullptr, *green = nullptr, *blue = nullptr;
    if (!TIFFGetField(tiff, TIFFTAG_COLORMAP, &red, &green, &blue)) throw std::runtime_error(name + ": its palette is missing");
    for (const std::uint16_t* colour : {red, green, blue}) form.palette.insert(form.palette.end(), colour, colour + (std::size_t{1} << form.depth));
}

}  // namespace

TiffForm tiff_form_of(TIFF* tiff, const Policy& policy) {
    TiffForm form;
    std::uint32_t width = 0, height = 0, tile_width = 0, tile_height = 0;
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
    check_pixel_count(width, height, policy);
    form.width = static_cast<int>(width);
    form.height = static_cast<int>(height);
    form.depth = word(tiff, TIFFTAG_BITSPERSAMPLE);
    form.samples = word(tiff, TIFFTAG_SAMPLESPERPIXEL);
    form.compression = word(tiff, TIFFTAG_COMPRESSION);
    form.separate = form.samples > 1 && word(tiff, TIFFTAG_PLANARCONFIG) == PLANARCONFIG_SEPARATE;
    if (form.compression == COMPRESSION_LZW || form.compression == COMPRESSION_ADOBE_DEFLATE || form.compression == COMPRESSION_DEFLATE)
        form.predictor = word(tiff, TIFFTAG_PREDICTOR);
    const int format = word(tiff, TIFFTAG_SAMPLEFORMAT), colours = read_colours(tiff, form);
    if (form.depth < 1 || !is_handled(form, format, colours))
        throw std::runtime_error(policy.name + ": a TIFF of this form (gray, RGB, palettes, CMYK and Lab of up to 32 bits and YCbCr of 8 are handled) cannot be worked on: convert it to RGB first");
    if (format == SAMPLEFORMAT_IEEEFP) form.numbers_are = TiffForm::Numbers::real;
    if (format == SAMPLEFORMAT_INT) form.numbers_are = TiffForm::Numbers::with_sign;
    if (form.colours == TiffForm::Colours::palette) read_palette(tiff, form, policy.name);
    form.extras = read_extras(tiff, form.samples - colours);
    if (TIFFIsTiled(tiff)) {
        TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &tile_width);
        TIFFGetField(tiff, TIFFTAG_TILELENGTH, &tile_height);
        check_pixel_count(tile_width, tile_height, policy);
        form.tile_width = static_cast<int>(tile_width), form.tile_height = static_cast<int>(tile_height);
    }
    read_tags(tiff, form);
    return form;
}

int written_compression(const TiffForm& form) {
    // Some are only read, and some this libtiff was built without.
    constexpr std::array kReadOnly{COMPRESSION_OJPEG, COMPRESSION_NEXT, COMPRESSION_THUNDERSCAN, COMPRESSION_PIXARFILM, COMPRESSION_PIXARLOG, COMPRESSION_JBIG};
    const bool known = TIFFIsCODECConfigured(static_cast<std::uint16_t>(form.compression)) && std::ranges::find(kReadOnly, form.compression) == kReadOnly.end();
    return known ? form.compression : COMPRESSION_LZW;
}

void set_tiff_tags(TIFF* tiff, const TiffForm& form) {
    for (const auto& [tag, text] : form.texts) TIFFSetField(tiff, tag, text.c_str());
    for (const auto& [tag, number] : form.numbers) TIFFSetField(tiff, tag, static_cast<double>(number));
    for (const auto& [tag, value] : form.words) TIFFSetField(tiff, tag, value);
    if (form.kind != 0) TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, form.kind);
    if (form.page >= 0) TIFFSetField(tiff, TIFFTAG_PAGENUMBER, form.page, form.pages);
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

}  // namespace invisiblur::still
