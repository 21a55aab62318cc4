#pragma once
#include "base/json_text.hpp"
#include "invisiblur/tracks.hpp"

namespace invisiblur {

/// Errors: std::invalid_argument that names the field: "tracks[2].boxes[7].w must be a number greater than 0".
Tracks tracks_from_json(const Json& json);

}  // namespace invisiblur
