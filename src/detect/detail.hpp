#pragma once
#include "image/image_view.hpp"

namespace invisiblur {

/// How much of the detail in one picture's place stands at the other's place: the normalised cross-correlation of both at 32 x 32 with
/// their shading taken away, which is what tells one face from another. 1 is the same detail, about 0 none of it; light, contrast, noise
/// and the loss of an encoder count for little. 0 where one of them has no detail.
/// In: places in pixels of their own picture, at least kLeastDetailPx wide and high.
double likeness(const ImageView& a, const Rect& place_a, const ImageView& b, const Rect& place_b);

inline constexpr int kLeastDetailPx = 6;

}  // namespace invisiblur
