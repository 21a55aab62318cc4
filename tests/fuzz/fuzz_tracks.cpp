#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "invisiblur/tracks.hpp"

using namespace invisiblur;

/// Any text is tracks that survive being printed, or a std::invalid_argument.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const std::string printed = print_tracks(parse_tracks(text));
        if (print_tracks(parse_tracks(printed)) != printed) std::abort();
    } catch (const std::invalid_argument&) {
        return 0;
    }
    return 0;
}
