#pragma once
#include <string>

namespace invisiblur::av {

/// True for "scheme:rest" with a scheme that libav knows, unless a file of that very name exists.
bool is_url(const std::string& path);

/// The protocols that reading `path` may use, comma-separated. A file may refer to files only, a remote source to nothing local;
/// `more` is added (option --protocols).
std::string allowed_protocols(const std::string& path, const std::string& more);

}  // namespace invisiblur::av
