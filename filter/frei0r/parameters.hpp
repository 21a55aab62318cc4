#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace invisiblur::frei0r {

/// One parameter of the plugin. All are texts: frei0r's numbers go from 0 to 1 in most hosts, and an empty text can be the default.
struct Parameter {
    std::string name;
    std::string explanation;
    std::string value;  ///< by default
};

/// The parameters in their order, which is part of the interface: ffmpeg knows them by it alone. First come those that only frei0r
/// hosts need (input, lookahead, rate), then the options of the library's table.
const std::vector<Parameter>& parameters();

/// The place of a parameter.
std::size_t index_of(std::string_view name);

/// The values as the library's options: "name=value:name=value". An empty value is the default.
/// In:     values, one for each of parameters().
/// Errors: std::invalid_argument for what cannot work in a frei0r host.
std::string option_text(const std::vector<std::string>& values);

/// Frames a second of the host's video.
/// Errors: std::invalid_argument where that is no number from 1 to 1000.
double rate_of(const std::vector<std::string>& values);

}  // namespace invisiblur::frei0r
