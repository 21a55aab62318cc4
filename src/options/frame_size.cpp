#include "options/frame_size.hpp"

#include <cstdio>
#include <sstream>
#include <stdexcept>

namespace invisiblur {
namespace {

constexpr int kLeastSide = 16, kMostSide = 16384;  ///< of what encoders take

struct SizedStream {
    int stream = -1;  ///< -1: all
    FrameSize size;
};

SizedStream parse(const std::string& part) {
    SizedStream one;
    int end = -1;
    const char* const text = part.c_str();
    const bool named = std::sscanf(text, "%d:%dx%d%n", &one.stream, &one.size.width, &one.size.height, &end) == 3;
    if (!named) {
        one.stream = -1;
        end = -1;
        static_cast<void>(!std::sscanf(text, "%dx%d%n", &one.size.width, &one.size.height, &end));
    }
    const auto fits = [](int side) { return side >= kLeastSide && side <= kMostSide; };
    const bool whole = end == static_cast<int>(part.size()) && !part.empty();
    if (!whole || (named && one.stream < 0) || !fits(one.size.width) || !fits(one.size.height))
        throw std::invalid_argument("--size " + part + ": expects WIDTHxHEIGHT in pixels, 16 to 16384 each, such as 1280x720, or INDEX:WIDTHxHEIGHT for one stream");
    return one;
}

}  // namespace

std::optional<FrameSize> frame_size(const std::string& text, int stream) {
    std::optional<FrameSize> size;
    std::istringstream list(text);
    for (std::string part; std::getline(list, part, ',');) {
        const SizedStream one = parse(part);
        if (one.stream < 0 || one.stream == stream) size = one.size;
    }
    return size;
}

}  // namespace invisiblur
