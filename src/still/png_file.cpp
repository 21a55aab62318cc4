#include <array>
#include <utility>

#include "base/metadata_rules.hpp"
#include "still/metadata_cleaner.hpp"
#include "still/png_chunks.hpp"
#include "still/png_codec.hpp"
#include "still/png_text.hpp"
#include "still/still_file.hpp"

namespace invisiblur::still {
namespace {

template <std::size_t count>
bool is_one_of(const std::string& type, const std::array<std::string_view, count>& types) {
    return std::ranges::find(types, type) != types.end();
}

/// Chunks about how the pixels look; they stand before the palette.
constexpr auto kColours = std::to_array<std::string_view>({"cHRM", "gAMA", "iCCP", "sRGB", "cICP", "mDCv", "mDCV", "cLLi", "cLLI"});
/// These fit only the form that the picture had.
constexpr auto kOfForm = std::to_array<std::string_view>({"sBIT", "bKGD", "hIST"});
constexpr auto kHarmless = std::to_array<std::string_view>({"pHYs", "oFFs", "pCAL", "sCAL", "sTER", "tIME"});
constexpr auto kTexts = std::to_array<std::string_view>({"tEXt", "zTXt", "iTXt"});

class PngFile : public StillFile {
public:
    PngFile(const Bytes& bytes, const Policy& policy) : name_(policy.name), cleaner_(policy), picture_(decode_png(bytes, policy)) {
        std::size_t rest = 0;
        bool after_pixels = false;
        for (PngChunk& chunk : png_chunks_of(bytes, rest)) {
            if (chunk.type == "IDAT") after_pixels = true;
            decide(std::move(chunk), after_pixels);
        }
        if (rest > 0) cleaner_.left_out(std::to_string(rest) + " bytes after the picture's end");
        cleaner_.tell();
        orientation_ = cleaner_.orientation();
        took_out_ = cleaner_.took_out();
        image_ = std::move(picture_.image);
    }

    std::string codec() const override { return "png"; }

    Bytes write(std::span<const Rect>) override {
        picture_.image = std::move(image_);
        const Bytes bare = encode_png(picture_, name_);
        image_ = std::move(picture_.image);
        std::size_t rest = 0;
        Bytes result(bare.begin(), bare.begin() + kPngSignatureBytes);
        const std::vector<PngChunk> chunks = png_chunks_of(bare, rest);
        const bool same_form = !was_palette() || std::ranges::any_of(chunks, [](const PngChunk& c) { return c.type == "PLTE"; });
        bool pixels_began = false;
        for (const PngChunk& chunk : chunks) {
            if (chunk.type == "IDAT" && !std::exchange(pixels_began, true)) {
                put_all(result, same_form ? of_form_ : std::vector<PngChunk>());
                put_all(result, before_);
            }
            if (chunk.type == "IEND") put_all(result, after_);
            put_png_chunk(result, chunk);
            if (chunk.type == "IHDR") put_all(result, colours_);
        }
        return result;
    }

private:
    bool was_palette() const { return picture_.form.colour_type == 3; }

    static void put_all(Bytes& to, const std::vector<PngChunk>& chunks) {
        for (const PngChunk& chunk : chunks) put_png_chunk(to, chunk);
    }

    void decide(PngChunk chunk, bool after_pixels) {
        std::vector<PngChunk>& place = after_pixels ? after_ : before_;
        const bool critical = !(chunk.type[0] & 0x20);
        if (critical || chunk.type == "tRNS") return;  // libpng writes them
        if (is_one_of(chunk.type, kColours)) {
            colours_.push_back(std::move(chunk));
        } else if (is_one_of(chunk.type, kOfForm)) {
            const bool early = chunk.type == "sBIT";  // must stand before a palette
            if (early ? !was_palette() : !picture_.form.keyed || was_palette()) of_form_.push_back(std::move(chunk));
        } else if (is_one_of(chunk.type, kHarmless)) {
            if (chunk.type != "tIME" || cleaner_.keeps_text()) place.push_back(std::move(chunk));
        } else if (chunk.type == "eXIf") {
            Bytes cleaned = cleaner_.exif(chunk.content);
            if (!cleaned.empty()) place.push_back({chunk.type, std::move(cleaned)});
        } else if (is_one_of(chunk.type, kTexts)) {
            add_text(std::move(chunk), place);
        } else {
            cleaner_.left_out("chunk " + chunk.type);  // programs keep whole documents in chunks of their own
        }
    }

    void add_text(PngChunk chunk, std::vector<PngChunk>& place) {
        auto text = parse_png_text(chunk.type, chunk.content);
        if (!text) return cleaner_.left_out("a text that cannot be read");
        const std::string profile = "Raw profile type ";
        const Bytes before = text->text;
        if (text->keyword == "XML:com.adobe.xmp") {
            text->text = cleaner_.xmp(before);
        } else if (text->keyword.starts_with(profile)) {
            text->text = cleaned_profile(text->keyword.substr(profile.size()), before);
        } else if (!cleaner_.keeps_text()) {
            return;
        } else if (may_hold_a_picture(before)) {
            return cleaner_.left_out("a text that may hold a picture");
        }
        if (text->text.empty() && !before.empty()) return;
        if (text->text != before) chunk.content = print_png_text(*text);
        place.push_back(std::move(chunk));
    }

    /// Exif, XMP and IPTC as hexadecimal text.
    Bytes cleaned_profile(const std::string& kind, const Bytes& text) {
        const auto profile = parse_raw_profile(text);
        if (!profile) return {};
        Bytes cleaned;
        constexpr std::string_view kExifHead("Exif\0\0", 6);
        const bool headed = starts_with(*profile, kExifHead);
        const ByteView block = headed ? ByteView(*profile).subspan(kExifHead.size()) : ByteView(*profile);
        if (kind == "exif" || (kind == "APP1" && headed)) {
            cleaned = cleaner_.exif(block);
            if (headed && !cleaned.empty()) cleaned.insert(cleaned.begin(), kExifHead.begin(), kExifHead.end());
        } else if (kind == "xmp") {
            cleaned = cleaner_.xmp(*profile);
        } else if (kind == "iptc" || kind == "8bim") {
            cleaned = starts_with(*profile, "8BIM") ? cleaner_.photoshop(*profile) : cleaner_.iptc(*profile);
        } else if (kind == "icc" || kind == "icm") {
            return text;
        } else {
            cleaner_.left_out("profile " + kind);
        }
        if (cleaned.empty() || cleaned == *profile) return cleaned.empty() ? cleaned : text;
        return print_raw_profile(kind, cleaned);
    }

    std::string name_;
    MetadataCleaner cleaner_;
    PngPicture picture_;
    std::vector<PngChunk> colours_, of_form_, before_, after_;
};

}  // namespace

std::unique_ptr<StillFile> open_png(Bytes bytes, const Policy& policy) {
    return std::make_unique<PngFile>(bytes, policy);
}

}  // namespace invisiblur::still
