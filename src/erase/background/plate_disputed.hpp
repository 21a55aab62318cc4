#pragma once
#include <span>

#include "erase/background/plate.hpp"
#include "erase/region/face_area.hpp"

namespace invisiblur {

/// Blurs a plate behind faces where references tell different things of most of what is there, and it is busier than what is to be seen around: people
/// walk there, what the majority says changes from place to place, and rags of them would stand side by side. Before a scene only
/// those that pass by dispute it. Blurred it still tells hair from what stands around. `known` stays as it is.
/// In:      picture, the plate's frame, looked at outside of the faces' cores and halos; plate, with `disputed`, which is used up; faces, in its
///          coordinates, all of the frame's.
/// Threads: safe.
void blur_disputed(const ImageView& picture, Plate& plate, std::span<const FaceArea> faces);

}  // namespace invisiblur
