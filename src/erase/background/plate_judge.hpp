#pragma once
#include <cstdint>
#include <span>

#include "erase/background/plate.hpp"
#include "erase/background/plate_fragments.hpp"
#include "erase/region/face_area.hpp"

namespace invisiblur {

/// Judges what others showed of a part of a frame by that frame's own faces: pieces are dropped (drop_fragments), the rest is tried out
/// (try_plate), what is left is blurred where it is disputed (blur_disputed) and closed smoothly. Its confidence is set, unless nothing is left: then it is unknown.
/// In:      picture, the frame; faces, its own, or those that are hidden in it; wanted, 1 for the plate's pixels that count; least, as drop_fragments.
/// Threads: safe.
void judge_plate(const ImageView& picture, Plate& plate, std::span<const FaceArea> faces, std::span<const std::uint8_t> wanted, double least = kLeastOfCore);

}  // namespace invisiblur
