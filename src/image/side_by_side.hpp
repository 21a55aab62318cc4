#pragma once
#include <cstddef>
#include <functional>

namespace invisiblur {

/// Does something for each of `count` numbers from 0, side by side on OpenCV's threads: things that do not touch each other.
/// Errors: what the first one threw that threw; others may be done or not.
void side_by_side(std::size_t count, const std::function<void(std::size_t)>& each);

}  // namespace invisiblur
