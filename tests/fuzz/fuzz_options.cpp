#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "invisiblur/options.hpp"

using namespace invisiblur;

/// Any text is options that survive being printed, or a std::invalid_argument.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const Options options = parse_options(text);
        const std::string printed = print_options(options);
        if (print_options(parse_options(printed)) != printed) std::abort();
        check_options(options);
    } catch (const std::invalid_argument&) {
        return 0;
    }
    return 0;
}
