#pragma once
#include <array>
#include <optional>
#include <span>

#include "erase/region/face_area.hpp"

namespace invisiblur {

/// The black bars of a letterbox or a pillarbox: no part of the scene, and the scene ends there as it does at the picture's edge.
struct Letterbox {
    Rect picture;                 ///< what lies between the bars, on the chroma grid
    std::array<float, 4> colour;  ///< the bars', in samples of each component
};

/// Finds a letterbox: flat black up to a straight edge, along which most of the picture is lighter. Black that ends in any other shape is a dark
/// scene. No pixel of a core takes part.
/// In:      areas, the picture's faces.
/// Returns: none where there is no letterbox. Threads: safe.
std::optional<Letterbox> find_letterbox(const ImageView& image, std::span<const FaceArea> areas, bool interlaced);

}  // namespace invisiblur
