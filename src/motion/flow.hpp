#pragma once
#include "image/image_view.hpp"
#include "invisiblur/detector.hpp"

namespace invisiblur {

/// Where a box went from one picture to another.
/// Units: box in pixels of the gray pictures; confidence in [0, 1], 0 where the content could not be followed.
struct CarriedBox {
    Box box;
    float confidence = 0;
};

/// Carries a box from one gray picture to another of the same size by optical flow: Lucas-Kanade on points in the box, checked forward
/// and backward, then the median shift and scale (Median Flow, Kalal et al., 2010); where too few points hold, a template search.
/// In:   box and the shift that is expected (dx, dy), pixels; the time between the pictures may run either way.
/// Cost: the same for every size of face; only the box's surroundings are looked at.
CarriedBox carry_box(const GrayImage& from, const GrayImage& to, const Box& box, float dx, float dy);

/// How alike two boxes' contents are, whatever brightness and contrast: normalised cross-correlation in [-1, 1].
float likeness(const GrayImage& a, const Box& box_a, const GrayImage& b, const Box& box_b);

}  // namespace invisiblur
