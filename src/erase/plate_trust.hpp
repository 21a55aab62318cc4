#pragma once
#include <span>

#include "erase/face_area.hpp"
#include "erase/plate.hpp"

namespace invisiblur {

/// How much of a plate's detail to believe, tried out where the truth is to be seen: the halos are hidden as if they were cores and filled
/// from around them with the plate and without it; the mixture of both that comes nearest to the picture is what will do for the
/// cores too. Pixels that neither explains (hair, a shoulder) hardly count. No pixel of a core takes part.
/// In:      picture, the frame that the plate is for; areas, its faces.
/// Returns: in [0, 1]; 1 where there is nothing to try it on.
/// Threads: safe.
float plate_trust(const ImageView& picture, const Plate& plate, std::span<const FaceArea> areas);

}  // namespace invisiblur
