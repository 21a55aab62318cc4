#pragma once
#include <cstdint>
#include <string>

namespace invisiblur::cli {

/// "1 face", "2 faces"; nouns, where they are not the noun with an s.
std::string counted(std::int64_t count, const std::string& noun, const std::string& nouns = "");

/// "0:05", "1:02:03". Units: whole seconds.
std::string clock_text(long long seconds);

}  // namespace invisiblur::cli
