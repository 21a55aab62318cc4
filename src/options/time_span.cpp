#include "options/time_span.hpp"

#include <stdexcept>
#include <string>

#include "options/option_text.hpp"

namespace invisiblur {
namespace {

[[noreturn]] void refuse(std::string_view option, std::string_view text, const std::string& why) {
    throw std::invalid_argument(std::string(option) + ": " + quoted(text) + " is not START-END: " + why);
}

double parse_border(std::string_view option, std::string_view all, std::string_view text) {
    if (const auto time = parse_time(text)) return *time;
    refuse(option, all, quoted(text) + " is not a time; write seconds or [HH:]MM:SS[.mmm]");
}

}  // namespace

TimeSpan parse_time_span(std::string_view option, std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) refuse(option, text, "write two times with '-' between them");
    const TimeSpan span{parse_border(option, text, text.substr(0, dash)), parse_border(option, text, text.substr(dash + 1))};
    if (!(span.start_s < span.end_s)) refuse(option, text, "START must be before END");
    return span;
}

}  // namespace invisiblur
