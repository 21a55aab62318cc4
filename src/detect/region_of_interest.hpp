#pragma once
#include <optional>
#include <span>

#include "base/geometry.hpp"
#include "detect/detection_size.hpp"

namespace invisiblur {

/// A part of the picture that is enough to look at where the rest has not changed since the last look.
struct RegionOfInterest {
    Rect window;  ///< what the detector sees; its corner on the network's grid where the news fit so, to see the same as in the whole picture
    Rect news;    ///< of which the answer counts: what has changed, with all of the faces in it
};

/// In:      changed, not empty; known, the last look's faces; picture and window, what is looked at and how much of it at once. All in the
///          look's pixels.
/// Returns: none where the news, and some surroundings, are larger than the window.
std::optional<RegionOfInterest> region_of_interest(Rect changed, std::span<const Box> known, DetectionSize picture, DetectionSize window);

}  // namespace invisiblur
