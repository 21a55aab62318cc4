#include "still/still_kind.hpp"

#include <array>
#include <filesystem>
#include <fstream>

#include "base/lower_case.hpp"
#include "still/webp_animation.hpp"

namespace invisiblur::still {
namespace {

using namespace std::string_view_literals;

/// Enough for the chunk of an animated PNG behind metadata of usual size.
constexpr std::size_t kBeginning = 1 << 16;

std::string extension_of(const std::string& name) {
    return lower_case(std::filesystem::path(name).extension().string());
}

template <std::size_t count>
bool is_one_of(std::string_view word, const std::array<std::string_view, count>& words) {
    return std::ranges::find(words, word) != words.end();
}

constexpr auto kRawNames = std::to_array<std::string_view>({".dng", ".nef", ".nrw", ".cr2", ".cr3", ".crw", ".arw", ".srf", ".sr2", ".orf", ".rw2",
                                                            ".raf", ".pef", ".srw", ".3fr", ".fff", ".iiq", ".erf", ".mef", ".mos", ".kdc", ".dcr"});
constexpr auto kHeifBrands =
    std::to_array<std::string_view>({"heic", "heix", "heim", "heis", "mif1", "avif", "mif2", "miaf"});

/// The first chunk of pixels ends the search: an animation says so before.
bool is_animated_png(ByteView bytes) {
    for (std::size_t at = 8; at + 8 <= bytes.size();) {
        const std::string_view type = text_of(bytes.subspan(at + 4, 4));
        if (type == "acTL") return true;
        if (type == "IDAT") return false;
        at += 12 + std::size_t{big_endian(bytes, at, 4)};
    }
    return false;
}

Kind kind_of_box(ByteView bytes) {
    const std::string_view brand = text_of(bytes.subspan(8, 4));
    if (is_one_of(brand, std::to_array({"crx "sv, "jxl "sv}))) return Kind::refused;  // camera raw, JPEG XL
    return is_one_of(brand, kHeifBrands) ? Kind::heif : Kind::none;
}

bool is_refused(ByteView bytes) {
    for (const std::string_view start : {"8BPS"sv, "\xFF\x0A"sv, "\0\0\0\x0CJXL \r\n\x87\n"sv, "FUJIFILMCCD-RAW"sv, "IIRO"sv, "IIRS"sv, "MMOR"sv,
                                         "IIU\0"sv, "gimp xcf"sv, "\x76\x2F\x31\x01"sv})
        if (starts_with(bytes, start)) return true;
    return false;
}

}  // namespace

Kind kind_of(ByteView bytes, const std::string& name) {
    const std::string end = extension_of(name);
    if (is_refused(bytes)) return Kind::refused;
    if (starts_with(bytes, "\xFF\xD8\xFF"sv)) return end == ".mjpeg" || end == ".mjpg" ? Kind::none : Kind::jpeg;
    if (starts_with(bytes, "\x89PNG\r\n\x1A\n"sv)) return is_animated_png(bytes) ? Kind::none : Kind::png;
    // the last two are BigTIFF
    for (const std::string_view start : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv})
        if (starts_with(bytes, start)) return is_one_of(end, kRawNames) ? Kind::refused : Kind::tiff;
    if (bytes.size() < 12) return Kind::none;
    if (starts_with(bytes, "RIFF"sv) && text_of(bytes.subspan(8, 4)) == "WEBP") return is_webp_animation(bytes) ? Kind::none : Kind::webp;
    if (text_of(bytes.subspan(4, 4)) == "ftyp") return kind_of_box(bytes);
    return Kind::none;
}

Kind kind_of_file(const std::string& path) {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path, failed)) return Kind::none;
    std::ifstream file(path, std::ios::binary);
    Bytes beginning(kBeginning);
    file.read(reinterpret_cast<char*>(beginning.data()), static_cast<std::streamsize>(beginning.size()));
    beginning.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
    return kind_of(beginning, path);
}

bool fits_name(Kind kind, const std::string& name) {
    const std::string end = extension_of(name);
    if (name == "-" || end.empty()) return true;
    switch (kind) {
        case Kind::jpeg: return is_one_of(end, std::to_array({".jpg"sv, ".jpeg"sv, ".jpe"sv, ".jfif"sv, ".thm"sv, ".mpo"sv}));
        case Kind::png: return end == ".png";
        case Kind::webp: return end == ".webp";
        case Kind::tiff: return end == ".tif" || end == ".tiff";
        case Kind::heif: return is_one_of(end, std::to_array({".heic"sv, ".heif"sv, ".avif"sv, ".hif"sv}));
        default: return false;
    }
}

const char* describe(Kind kind) {
    switch (kind) {
        case Kind::jpeg: return "a JPEG picture";
        case Kind::png: return "a PNG picture";
        case Kind::webp: return "a WebP picture";
        case Kind::tiff: return "a TIFF picture";
        case Kind::heif: return "a HEIF picture";
        default: return "no picture";
    }
}

}  // namespace invisiblur::still
