#pragma once
#include <nlohmann/json.hpp>
#include <string_view>

namespace invisiblur {

using Json = nlohmann::json;

/// Reads JSON text with a bound on its depth.
/// Errors: std::invalid_argument that names line and column.
Json parse_json(std::string_view text);

}  // namespace invisiblur
