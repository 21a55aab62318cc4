#pragma once
#include <string>

#include "image/image_view.hpp"

namespace invisiblur::test {

/// Where a word stands. Units: pixels; cap_px, the height of a capital.
struct Word {
    std::string text;
    int x = 0, y = 0;  ///< the left end of its base line
    int cap_px = 16;
};

/// The room that the letters take up at most.
Rect place_of(const Word& word);

/// Writes a word in black on a white board into a picture's luma, and takes its colour away.
void write_word(const ImageView& picture, const Word& word);

}  // namespace invisiblur::test
