#pragma once
#include <string_view>

#include "invisiblur/detector.hpp"

namespace invisiblur {

/// What --follow says: what is in this box at this time is to be followed.
/// Units: pixels of the coded picture; seconds from the file's time zero.
struct FollowMark {
    Box box;
    double time_s = 0;
};

/// Reads "X,Y,W,H@TIME".
/// Errors: std::invalid_argument with a sentence that can follow the option's name.
FollowMark parse_follow_mark(std::string_view text);

}  // namespace invisiblur
