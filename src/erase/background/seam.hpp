#pragma once
#include <cstdint>
#include <span>

#include "erase/background/laid_plate.hpp"

namespace invisiblur {

/// What is asked of a piece before it is laid.
struct SeamDemand {
    double most_off;              ///< the part of its edge that may be off by more than its light
    std::ptrdiff_t least_edge_px; ///< so much of its edge lies beside known scene
};

/// Fits what was made up in another frame into a plate: along its edge it must go on into the scene that is known there, apart from the light, and it takes that: the smooth
/// membrane of what both differ by along the edge, as the light changes from place to place. A camera that walks through rooms comes to places of which its motion says nothing
/// any more: what lies there by chance does not meet them.
/// In:      scene, 1 where the plate is right.
/// Returns: false where it does not meet the scene, or touches none that could tell.
bool fit_in(LaidPiece& piece, const Plate& plate, std::span<const std::uint8_t> scene, const SeamDemand& demand);

}  // namespace invisiblur
