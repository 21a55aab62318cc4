#pragma once
#include <nlohmann/json.hpp>
#include <string_view>

#include "invisiblur/tracks.hpp"

namespace invisiblur {

using Json = nlohmann::json;

/// Reads JSON text with a bound on its depth.
/// Errors: std::invalid_argument that names line and column.
Json parse_json(std::string_view text);

/// Errors: std::invalid_argument that names the field: "tracks[2].boxes[7].w must be a number greater than 0".
Tracks tracks_from_json(const Json& json);

}  // namespace invisiblur
