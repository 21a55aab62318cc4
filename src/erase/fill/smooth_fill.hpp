#pragma once
#include "erase/fill/fill.hpp"

namespace invisiblur {

/// out = plate + M(border): M is the membrane of picture - plate through the pixels around the mask (Poisson blending in membrane form:
/// Farbman et al. 2009, Georgiev 2005). It takes up light changes and hides the seam; where no plate is known it alone fills.
/// Noise as around the mask is added where the fill lacks it, and no value is rounded without a dither (not with exact_plate).
void fill_smooth(const ImageView& image, const FillTask& task);

}  // namespace invisiblur
