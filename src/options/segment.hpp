#pragma once
#include <optional>
#include <string_view>

namespace invisiblur {

/// A stretch of a long file, as --segment names it: by time, or as one of equal parts.
/// Units: seconds from the file's time zero, half-open [start_s, end_s), without them from the beginning or to the end; part in
///        [1, parts], 0 where times are given.
struct Segment {
    std::optional<double> start_s;
    std::optional<double> end_s;
    int part = 0;
    int parts = 0;
};

/// Reads "START-END" (either may be left out, each in the notation of --region) or "K/N".
/// Errors: std::invalid_argument that says what is wrong.
Segment parse_segment(std::string_view text);

/// The times of a segment of a stream that is shown from first_s to last_s.
struct SegmentTimes {
    double start_s, end_s;
};
SegmentTimes times_of(const Segment& segment, double first_s, double last_s);

}  // namespace invisiblur
