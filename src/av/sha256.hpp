#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace invisiblur::av {

/// SHA-256 as lower-case hexadecimal.
/// Errors: std::runtime_error where the file cannot be read.
std::string sha256_file(const std::string& path);
std::string sha256_bytes(std::span<const std::uint8_t> bytes);

}  // namespace invisiblur::av
