#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "erase/background/plate.hpp"
#include "motion/camera.hpp"

namespace invisiblur {

/// A rectangle as it lies in another frame, rounded outward; empty where it lies nowhere near.
Rect carried_rect(const Rect& rect, const Homography& map);

/// How one plate comes to lie on another: by a map, and by how much brighter it is there.
struct Laying {
    Homography from_target;  ///< from the pixels of the target's frame to those of the source's
    float light = 0;         ///< added to luma
};

/// Lays one component of a plate over another plate's whole area, bilinearly; up to a sample beyond its edge the edge goes on, farther away nothing
/// is written.
void lay_component(const Plate& from, int c, const Laying& laying, Plate& to);

/// A pixel of the target becomes known where all that it is mixed from is, and made up where any of that was.
/// In:      closed, 1 for the source's pixels that are known or were closed smoothly; wanted, 1 for the target's that count.
/// Returns: whether what is closed reaches over all that is wanted.
bool lay_known(const Plate& from, const std::vector<std::uint8_t>& closed, const Homography& from_target, std::span<const std::uint8_t> wanted, Plate& to);

/// What a piece of a scene shows where it comes to lie on a plate.
struct LaidPiece {
    Plate plate;                      ///< of the other one's area; `known` where the piece shows anything
    std::vector<std::uint8_t> which;  ///< 1 for what is to be taken of it
};

/// Lays what a plate has made up on what another one does not know, where wanted. None where it shows nothing of that.
std::optional<LaidPiece> lay_made_up(const Plate& from, const Laying& laying, std::span<const std::uint8_t> wanted, const Plate& to);

}  // namespace invisiblur
