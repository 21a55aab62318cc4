#pragma once
#include <algorithm>

#include "track/face_area.hpp"

namespace invisiblur {

/// Of a halo's depth, below the chin and beside it: what is there is neck, collar and shoulders, which stay. Half a depth is enough for a soft edge
/// (soften_halo).
inline constexpr float kAtChin = 0.5F;

/// How much of its depth a halo has at a row: it narrows from the chin down.
inline float halo_part(const FaceArea& face, int y) {
    /// The chin lies so high in a core, in parts of its height, with the margin that it has by default.
    constexpr float kChinPart = 0.15F;
    const float chin_px = kChinPart * static_cast<float>(face.core.height());
    return chin_px > 0 ? std::clamp(static_cast<float>(face.core.y1 - y) / chin_px, kAtChin, 1.0F) : 1.0F;
}

}  // namespace invisiblur
