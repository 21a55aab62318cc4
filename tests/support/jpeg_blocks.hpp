#pragma once
#include <string>

#include "invisiblur/detector.hpp"

namespace invisiblur::test {

/// How many blocks of coefficients of all components differ between two JPEG files of one size, inside and outside a box of luma pixels.
struct Blocks {
    int inside = 0, outside = 0;
};
Blocks different_blocks(const std::string& a, const std::string& b, const Box& box);

}  // namespace invisiblur::test
