#pragma once
#include <span>

#include "erase/background/plate.hpp"
#include "erase/region/face_area.hpp"

namespace invisiblur {

/// How much of a plate's detail to believe, tried out where the truth is to be seen: the halos are hidden as if they were cores and filled
/// from around them with the plate and without it; the mixture of both that comes nearest to the picture is what will do for the
/// cores too, each part of which follows the halo nearest to it. Pixels that neither explains (hair, a shoulder) hardly count. Less
/// than a little confidence is none: a ghost of what stood there at another time is worse than nothing. No pixel of a core takes part.
/// In:      picture, the frame that the plate is for; areas, its faces.
/// For plates of a moving camera, where registration can fail. One of a still camera's whole shot shows the wall behind a body that the
/// trial would rather continue from the shoulders.
/// Returns: 1 everywhere where there is nothing to try it on.
/// Threads: safe.
ConfidenceMap plate_confidence(const ImageView& picture, const Plate& plate, std::span<const FaceArea> areas);

/// Tries the plate out, unless that was done, and forgets what it knows where nothing of it is believed: there it decides nothing, either.
void try_plate(const ImageView& picture, Plate& plate, std::span<const FaceArea> areas);

}  // namespace invisiblur
