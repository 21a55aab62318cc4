#pragma once
#include <algorithm>

#include "track/face_area.hpp"

namespace invisiblur {

/// Of a halo's depth, below the chin and beside it: what is there is neck, collar and shoulders, which stay. Half a depth is enough for a soft edge
/// (soften_halo).
inline constexpr float kAtChin = 0.5F;

/// How far a pixel lies from a core's side below the chin, inward. Units: pixels.
inline int above_chin_side(const FaceArea& face, int x, int y) {
    switch (face.chin) {
        case Chin::left: return x + 1 - face.core.x0;
        case Chin::up: return y + 1 - face.core.y0;
        case Chin::right: return face.core.x1 - x;
        case Chin::down: break;
    }
    return face.core.y1 - y;
}

/// How much of its depth a halo has beside a pixel of the face's axis: it narrows from the chin down.
inline float halo_part(const FaceArea& face, int x, int y) {
    /// The chin lies so high in a core, in parts of its height, with the margin that it has by default.
    constexpr float kChinPart = 0.15F;
    const float chin_px = kChinPart * static_cast<float>(face.lies() ? face.core.width() : face.core.height());
    return chin_px > 0 ? std::clamp(static_cast<float>(above_chin_side(face, x, y)) / chin_px, kAtChin, 1.0F) : 1.0F;
}

}  // namespace invisiblur
