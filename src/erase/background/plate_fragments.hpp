#pragma once
#include <span>

#include "erase/background/plate.hpp"
#include "erase/region/face_area.hpp"

namespace invisiblur {

/// So much of a core must be known, or the plate is of no use behind that face: plates of moving crowds show up to 0.7, those of a scene
/// that was seen nearly all.
constexpr double kLeastOfCore = 0.8;
/// Where the rest is made up to fit, much less is of use; what would show less is not worth the work.
constexpr double kLeastToComplete = 0.15;

/// Takes back what is known behind a face where it is a patchwork: pixels in whose surroundings, as wide as a feature of that face, much
/// is unknown; and all of its core and halo where less than `least` of the core is left. Pieces of a scene with a smooth fill between them
/// look worse than the smooth fill alone, and the outline of a head with pieces in it is taken for a face again.
/// In:      plate, before fill_unknown(); wanted, 1 for the pixels that count, as many as the plate's, or empty for all; faces, of the frame.
///          What one face loses another one keeps, where both lie on each other and the other's core is known.
/// Returns: whether anything was taken back.
/// Threads: safe.
bool drop_fragments(Plate& plate, std::span<const std::uint8_t> wanted, std::span<const FaceArea> faces, double least = kLeastOfCore);

}  // namespace invisiblur
