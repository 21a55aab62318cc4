#pragma once
#include <doctest/doctest.h>

#include <fstream>
#include <stdexcept>
#include <string>

#include "support/process.hpp"

namespace invisiblur::test {

/// Reads a file again and again, each time with another of its bits flipped, and looks that each time it is refused with a sentence.
/// In: read, given the name of the changed file, which stands beside it. Returns: how many bits there are.
template <class Read>
std::size_t check_flipped_bits(const std::string& path, const std::string& sentence, Read read) {
    const std::string whole = content_of(path), changed = path + ".changed";
    std::ofstream(changed, std::ios::binary) << whole;
    std::fstream file(changed, std::ios::binary | std::ios::in | std::ios::out);
    const auto put = [&](std::size_t at, char byte) { file.seekp(static_cast<std::streamoff>(at)).put(byte).flush(); };
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        put(bit / 8, static_cast<char>(whole[bit / 8] ^ (1 << bit % 8)));
        std::string said = "nothing";
        try {
            read(changed);
        } catch (const std::exception& error) {
            said = error.what();
        }
        if (said != changed + sentence) FAIL_CHECK("bit " << bit << " of " << 8 * whole.size() << ": " << said);
        put(bit / 8, whole[bit / 8]);
    }
    CHECK_NOTHROW(read(changed));
    return 8 * whole.size();
}

}  // namespace invisiblur::test
