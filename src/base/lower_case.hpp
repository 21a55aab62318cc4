#pragma once
#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

namespace invisiblur {

/// ASCII letters in lower case, as names of files, tags and headers are compared; all other bytes stay.
/// Threads: safe.
inline std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

}  // namespace invisiblur
