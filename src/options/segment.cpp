#include "options/segment.hpp"

#include <limits>
#include <stdexcept>
#include <string>

#include "options/option_text.hpp"

namespace invisiblur {
namespace {

constexpr int kMostParts = 100'000;

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw std::invalid_argument("segment: " + quoted(text) + " is neither START-END nor K/N: " + why);
}

Segment parse_part(std::string_view text, std::size_t slash) {
    const auto part = parse_number<int>(text.substr(0, slash)), parts = parse_number<int>(text.substr(slash + 1));
    if (!part || !parts) refuse(text, "K and N are whole numbers");
    if (*parts < 1 || *parts > kMostParts || *part < 1 || *part > *parts) refuse(text, "K counts from 1 to N, and N is at most 100000");
    return {std::nullopt, std::nullopt, *part, *parts};
}

std::optional<double> parse_border(std::string_view all, std::string_view text) {
    if (text.empty()) return std::nullopt;
    const auto time = parse_time(text);
    if (!time) refuse(all, quoted(text) + " is not a time; write seconds or [HH:]MM:SS[.mmm]");
    return time;
}

}  // namespace

Segment parse_segment(std::string_view text) {
    if (const auto slash = text.find('/'); slash != std::string_view::npos) return parse_part(text, slash);
    const auto dash = text.find('-');
    if (dash == std::string_view::npos || text.size() == 1) refuse(text, "write START-END, START- or -END, or 2/7 for the second of seven parts");
    Segment segment{parse_border(text, text.substr(0, dash)), parse_border(text, text.substr(dash + 1))};
    if (segment.start_s && segment.end_s && !(*segment.start_s < *segment.end_s)) refuse(text, "START must be before END");
    return segment;
}

SegmentTimes times_of(const Segment& segment, double first_s, double last_s) {
    constexpr double kAlways = std::numeric_limits<double>::infinity();
    if (segment.parts == 0) return {segment.start_s.value_or(-kAlways), segment.end_s.value_or(kAlways)};
    const auto border = [&](int n) { return first_s + (last_s - first_s) * n / segment.parts; };
    return {segment.part == 1 ? -kAlways : border(segment.part - 1), segment.part == segment.parts ? kAlways : border(segment.part)};
}

}  // namespace invisiblur
