#pragma once
#include "image/image_view.hpp"

namespace invisiblur {

/// The smallest rectangle that holds all that differs between two small luma pictures of one scene by more than noise does: means over
/// blocks are compared, and what half of all blocks differ by is taken for noise, within limits. The smallest face that appears differs by
/// far more.
/// Returns: empty where nothing does; the whole picture where the sizes differ.
/// Threads: safe.
Rect changed_region(const GrayImage& before, const GrayImage& now);

}  // namespace invisiblur
