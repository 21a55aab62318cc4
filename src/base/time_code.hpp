#pragma once
#include <string>

namespace invisiblur {

/// HH:MM:SS.mmm, as players and editors show it.
std::string time_code(double time_s);

}  // namespace invisiblur
