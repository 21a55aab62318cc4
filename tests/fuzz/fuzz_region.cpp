#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "options/option_text.hpp"

using namespace invisiblur;

/// Any text is a region that survives being printed, or a std::invalid_argument.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const std::string printed = format_region(parse_region(text));
        if (format_region(parse_region(printed)) != printed) std::abort();
    } catch (const std::invalid_argument&) {
        return 0;
    }
    return 0;
}
