#pragma once
#include <vector>

#include "invisiblur/detector.hpp"

namespace invisiblur {

/// A line as one look shows it.
/// Units: height_px, across the line, however it is tilted, in pixels of the picture that was looked at.
struct TextLine {
    Face face;
    float height_px = 0;
};

/// A line up to this height counts without a second look: at half its size its letters are too small to be found surely.
inline constexpr float kSmallText_px = 20;

/// The lines to believe. The network knows letters up to a few dozen pixels; where it is shown larger things, it takes a car, a face or a whole dark
/// picture for one letter, and misses parts of true ones. In a picture half as large it errs differently, and sees true ones well. So what is
/// large in the first look counts where the second one agrees, what is very large where it is sure of it, and what it finds in addition where
/// the third one agrees.
/// In: looks, the lines of a picture, of the same at half its size, and so on, each in its own pixels.
/// Returns: lines in the pixels of the first.
std::vector<TextLine> agreed_lines(const std::vector<std::vector<TextLine>>& looks);

/// Whether a line is so large, in the first look's pixels, that two looks may agree and be wrong.
bool needs_more_looks(const TextLine& line);

/// The score with which a look's lines cover half of a box; 0 where they do not.
float score_over(std::vector<TextLine> look, const Box& box);

/// Takes out the lines that need more looks and that these do not bear out. A car is like a letter in pictures of some sizes, and a letter in all: their mean
/// score parts the two where no single one does.
/// In: more, what looks at the picture in other sizes show, in the pixels of the first.
void keep_borne_out(std::vector<TextLine>& lines, const std::vector<std::vector<TextLine>>& more);

/// A box in a picture that is so many times as large.
Box scaled(const Box& box, float by);

}  // namespace invisiblur
