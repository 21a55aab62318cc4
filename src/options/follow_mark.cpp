#include "options/follow_mark.hpp"

#include <stdexcept>
#include <string>

#include "options/option_text.hpp"

namespace invisiblur {
namespace {

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
    throw std::invalid_argument(quoted(text) + " is not X,Y,W,H@TIME: " + std::string(why));
}

/// The box as --region has it.
Box parse_box(std::string_view all, std::string_view text) {
    try {
        return parse_region(text).box;
    } catch (const std::invalid_argument&) {
        refuse(all, "X, Y, W and H are four numbers, and W and H greater than 0");
    }
}

}  // namespace

FollowMark parse_follow_mark(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos) refuse(text, "it lacks the time at which the box holds what is to be followed");
    const auto time = parse_time(text.substr(at + 1));
    if (!time) refuse(text, quoted(text.substr(at + 1)) + " is not a time; write seconds or [HH:]MM:SS[.mmm]");
    return {parse_box(text, text.substr(0, at)), *time};
}

}  // namespace invisiblur
