#pragma once
#include "motion/flow.hpp"

namespace invisiblur {

/// Looks for what one gray picture shows in a box near a place of another: normalised cross-correlation over shifts and three scales, to
/// a part of a pixel.
/// In:      near, where and how large it should be; reach, how far its centre may lie from there, in sizes of the box.
/// Returns: the best place with the shape of `near`, and its correlation as the confidence; 0 where there is nothing to compare.
/// Cost:    the same for every size of box: both are brought to one size first.
/// Threads: safe.
CarriedBox find_content(const GrayImage& reference, const Box& there, const GrayImage& now, const Box& near, float reach);

}  // namespace invisiblur
