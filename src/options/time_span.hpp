#pragma once
#include <string_view>

namespace invisiblur {

/// A stretch of a file's time.
/// Units: seconds from the file's time zero, half-open [start_s, end_s).
struct TimeSpan {
    double start_s = 0;
    double end_s = 0;
};

/// Reads "START-END", each in the notation of --region, as --mute and --beep take it.
/// Errors: std::invalid_argument that begins with `option` and says what is wrong.
TimeSpan parse_time_span(std::string_view option, std::string_view text);

}  // namespace invisiblur
