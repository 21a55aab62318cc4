#pragma once
#include <string>

namespace invisiblur::av {

/// True for "scheme:rest" with a scheme that libav knows, unless a file of that very name exists.
bool is_url(const std::string& path);

/// The path of a local file, without "file:".
std::string local_path(const std::string& path);

/// True for a file that only names others: HLS, DASH, a list for libav's concat.
bool names_other_files(const std::string& path);

/// The protocols that reading `path` may use beyond itself, comma-separated. A file, or a pipe, may refer to nothing else, a remote source to
/// nothing local; `more` is added (option --protocols).
std::string allowed_protocols(const std::string& path, const std::string& more);

}  // namespace invisiblur::av
