#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace invisiblur {

/// How much of each pixel a written text covers, 0 to 255, row by row; no rows or columns around it.
struct TextShape {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> cover;

    int at(int x, int y) const { return cover[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)]; }
};

/// As it must stand in a picture that is shown turned clockwise by `degrees`, a multiple of 90, to be read upright there.
TextShape turned_back(const TextShape& shape, int degrees);

/// Draws the shape of a text with a font of the machine's, found by fontconfig and drawn by FreeType: the sans-serif one that the machine
/// prefers, as long as it has all letters of the text.
/// In:      text, UTF-8, one line; size_px, of the letters from the lowest to the highest (the em).
/// Errors:  std::invalid_argument that names the letter where no font has it, or where it belongs to a script whose letters take their forms
///          and order from their neighbours (Arabic, Hebrew, those of India and South-East Asia), which needs more than this; and where the
///          text is not UTF-8. std::runtime_error where the machine has no font.
/// Threads: safe.
TextShape letter(const std::string& text, int size_px);

}  // namespace invisiblur
