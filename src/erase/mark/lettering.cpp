#include "erase/mark/lettering.hpp"

#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <cstdio>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "options/option_text.hpp"

namespace invisiblur {
namespace {

using Pattern = std::unique_ptr<FcPattern, decltype(&FcPatternDestroy)>;
using CharSet = std::unique_ptr<FcCharSet, decltype(&FcCharSetDestroy)>;
using Library = std::unique_ptr<FT_LibraryRec_, decltype(&FT_Done_FreeType)>;
using FontFace = std::unique_ptr<FT_FaceRec_, decltype(&FT_Done_Face)>;

/// "'é' (U+00E9)"
std::string named(char32_t letter, const std::string& bytes) {
    char code[16];
    std::snprintf(code, sizeof code, "U+%04X", static_cast<unsigned>(letter));
    return "'" + bytes + "' (" + code + ")";
}

struct Letter {
    char32_t code = 0;
    std::string bytes;
};

/// The letters of UTF-8 (RFC 3629).
std::vector<Letter> letters_of(const std::string& text) {
    std::vector<Letter> letters;
    const auto* at = reinterpret_cast<const FcChar8*>(text.data());
    int left = static_cast<int>(text.size());
    while (left > 0) {
        FcChar32 code = 0;
        const int length = FcUtf8ToUcs4(at, &code, left);
        if (length <= 0) throw std::invalid_argument("the label " + quoted(text) + " is not in UTF-8: give it in that encoding");
        letters.push_back({code, std::string(reinterpret_cast<const char*>(at), static_cast<std::size_t>(length))});
        at += length, left -= length;
    }
    return letters;
}

/// Blocks of Unicode from Hebrew to Khmer whose letters join, change their order or run from right to left, combining marks, and the
/// presentation forms of them.
bool needs_shaping(char32_t code) {
    return (code >= 0x0300 && code < 0x0370) || (code >= 0x0590 && code < 0x10A0) || (code >= 0x1780 && code < 0x1900) || (code >= 0xFB1D && code < 0xFE00) ||
           (code >= 0xFE70 && code < 0xFF00);
}

/// The font file that the machine prefers for these letters.
struct FontFile {
    std::string path;
    int index = 0;
};

FontFile find_font(const std::vector<Letter>& letters) {
    const Pattern wanted(FcPatternCreate(), &FcPatternDestroy);
    const CharSet set(FcCharSetCreate(), &FcCharSetDestroy);
    for (const Letter& letter : letters) FcCharSetAddChar(set.get(), letter.code);
    FcPatternAddCharSet(wanted.get(), FC_CHARSET, set.get());
    FcPatternAddString(wanted.get(), FC_FAMILY, reinterpret_cast<const FcChar8*>("sans-serif"));
    FcPatternAddInteger(wanted.get(), FC_WEIGHT, FC_WEIGHT_BOLD);  // thin strokes turn gray in small letters
    FcPatternAddBool(wanted.get(), FC_OUTLINE, FcTrue);
    FcConfigSubstitute(nullptr, wanted.get(), FcMatchPattern);
    FcDefaultSubstitute(wanted.get());
    FcResult result = FcResultNoMatch;
    const Pattern found(FcFontMatch(nullptr, wanted.get(), &result), &FcPatternDestroy);
    FcChar8* path = nullptr;
    FontFile font;
    if (!found || FcPatternGetString(found.get(), FC_FILE, 0, &path) != FcResultMatch)
        throw std::runtime_error("--mark label: this machine has no font; install one, such as the package fonts-dejavu-core, or take --mark outline");
    FcPatternGetInteger(found.get(), FC_INDEX, 0, &font.index);
    font.path = reinterpret_cast<const char*>(path);
    return font;
}

/// A text laid out from left to right, its base line at row 0.
struct Layout {
    struct Glyph {
        int x = 0, y = 0, width = 0, height = 0;
        std::vector<std::uint8_t> cover;
    };
    std::vector<Glyph> glyphs;
    int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};

Layout lay_out(FT_Face face, const std::vector<Letter>& letters) {
    Layout layout;
    FT_Pos pen = 0;  // in 64ths of a pixel
    FT_UInt before = 0;
    for (const Letter& letter : letters) {
        const FT_UInt glyph = FT_Get_Char_Index(face, letter.code);
        if (glyph == 0) throw std::invalid_argument("--mark label: no font of this machine has the letter " + named(letter.code, letter.bytes) + ": install one that has it, or write the label without it");
        if (FT_Load_Glyph(face, glyph, FT_LOAD_RENDER) != 0) throw std::runtime_error("--mark label: the font cannot draw the letter " + named(letter.code, letter.bytes));
        FT_Vector kerning{};
        if (before != 0) FT_Get_Kerning(face, before, glyph, FT_KERNING_DEFAULT, &kerning);
        pen += kerning.x;
        const FT_Bitmap& bitmap = face->glyph->bitmap;
        Layout::Glyph drawn{static_cast<int>(pen >> 6) + face->glyph->bitmap_left, -face->glyph->bitmap_top, static_cast<int>(bitmap.width), static_cast<int>(bitmap.rows), {}};
        for (int y = 0; y < drawn.height; ++y) {
            const std::uint8_t* const row = bitmap.buffer + static_cast<std::ptrdiff_t>(y) * bitmap.pitch;
            drawn.cover.insert(drawn.cover.end(), row, row + drawn.width);
        }
        layout.x0 = std::min(layout.x0, drawn.x), layout.x1 = std::max(layout.x1, drawn.x + drawn.width);
        layout.y0 = std::min(layout.y0, drawn.y), layout.y1 = std::max(layout.y1, drawn.y + drawn.height);
        layout.glyphs.push_back(std::move(drawn));
        pen += face->glyph->advance.x;
        before = glyph;
    }
    return layout;
}

TextShape shape_of(const Layout& layout) {
    TextShape shape{layout.x1 - layout.x0, layout.y1 - layout.y0, {}};
    shape.cover.resize(static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.height));
    for (const Layout::Glyph& glyph : layout.glyphs) {
        for (int y = 0; y < glyph.height; ++y) {
            for (int x = 0; x < glyph.width; ++x) {
                auto& pixel = shape.cover[static_cast<std::size_t>(glyph.y - layout.y0 + y) * static_cast<std::size_t>(shape.width) + static_cast<std::size_t>(glyph.x - layout.x0 + x)];
                pixel = std::max(pixel, glyph.cover[static_cast<std::size_t>(y) * static_cast<std::size_t>(glyph.width) + static_cast<std::size_t>(x)]);
            }
        }
    }
    return shape;
}

}  // namespace

TextShape turned_back(const TextShape& shape, int degrees) {
    TextShape turned = shape;
    for (int quarters = (360 - degrees % 360) % 360 / 90; quarters > 0; --quarters) {
        const TextShape before = turned;  // once more clockwise
        std::swap(turned.width, turned.height);
        for (std::size_t i = 0; i < turned.cover.size(); ++i) {
            const int x = static_cast<int>(i) % turned.width, y = static_cast<int>(i) / turned.width;
            turned.cover[i] = static_cast<std::uint8_t>(before.at(y, before.height - 1 - x));
        }
    }
    return turned;
}

TextShape letter(const std::string& text, int size_px) {
    static std::mutex mutex;  // fontconfig reads its configuration at the first call
    const std::lock_guard lock(mutex);
    const std::vector<Letter> letters = letters_of(text);
    for (const Letter& one : letters) {
        if (needs_shaping(one.code))
            throw std::invalid_argument("--mark label cannot write the letter " + named(one.code, one.bytes) + ", whose form depends on its neighbours: write the label in another script");
    }
    const FontFile font = find_font(letters);
    FT_Library raw_library = nullptr;
    if (FT_Init_FreeType(&raw_library) != 0) throw std::runtime_error("--mark label: FreeType cannot be set up");
    const Library library(raw_library, &FT_Done_FreeType);
    FT_Face raw_face = nullptr;
    if (FT_New_Face(library.get(), font.path.c_str(), font.index, &raw_face) != 0) throw std::runtime_error("--mark label: cannot read the font " + font.path);
    const FontFace face(raw_face, &FT_Done_Face);
    if (FT_Set_Pixel_Sizes(face.get(), 0, static_cast<FT_UInt>(size_px)) != 0) throw std::runtime_error("--mark label: the font " + font.path + " has no letters of that size");
    return shape_of(lay_out(face.get(), letters));
}

}  // namespace invisiblur
