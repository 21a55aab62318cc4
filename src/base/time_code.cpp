#include "base/time_code.hpp"

#include <cmath>
#include <cstdint>
#include <cstdio>

namespace invisiblur {

std::string time_code(double time_s) {
    const std::int64_t ms = std::llround(std::abs(time_s) * 1000);
    char text[48];
    std::snprintf(text, sizeof text, "%s%02lld:%02lld:%02lld.%03lld", time_s < 0 && ms > 0 ? "-" : "", static_cast<long long>(ms / 3'600'000),
                  static_cast<long long>(ms / 60'000 % 60), static_cast<long long>(ms / 1000 % 60), static_cast<long long>(ms % 1000));
    return text;
}

}  // namespace invisiblur
