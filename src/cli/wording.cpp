#include "cli/wording.hpp"

#include <cstdio>

namespace invisiblur::cli {

std::string counted(std::int64_t count, const std::string& noun, const std::string& nouns) {
    return std::to_string(count) + ' ' + (count == 1 ? noun : nouns.empty() ? noun + 's' : nouns);
}

std::string clock_text(long long seconds) {
    char text[32];
    if (seconds >= 3600) {
        std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", seconds / 3600, seconds / 60 % 60, seconds % 60);
    } else {
        std::snprintf(text, sizeof text, "%lld:%02lld", seconds / 60, seconds % 60);
    }
    return text;
}

}  // namespace invisiblur::cli
