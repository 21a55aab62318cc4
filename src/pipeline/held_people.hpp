#pragma once
#include <memory>

#include "pipeline/face_stage.hpp"

namespace invisiblur {

/// The same analysis, with the tracks that begin or end at the picture's border led on outside of it for some seconds: a hand comes in before its head, and a leg goes
/// out after it. Not beyond a shot.
std::shared_ptr<const Analysis> held_over_border(const Analysis& analysis);

}  // namespace invisiblur
