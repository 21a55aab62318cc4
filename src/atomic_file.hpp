#pragma once
#include <string>
#include <string_view>

namespace invisiblur {

/// Writes a whole file beside its name and renames it, so that a reader sees the old file or the new one and nothing between.
/// Errors:  std::runtime_error that names the file and the reason; what stood under the name is untouched then.
/// Threads: safe.
void write_file_atomically(const std::string& path, std::string_view content);

/// Makes sure that write_file_atomically could begin now, before hours of work depend on it.
/// Errors: std::runtime_error that names the file and the reason.
void check_file_is_writable(const std::string& path);

}  // namespace invisiblur
