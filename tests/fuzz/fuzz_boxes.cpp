#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "job/exchange/box_formats.hpp"

using namespace invisiblur;

/// Any text, in the format that its first byte chooses, is boxes that survive being printed and read again, or a std::invalid_argument.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    constexpr BoxFormat kFormats[] = {BoxFormat::cvat, BoxFormat::mot, BoxFormat::coco};
    const BoxFormat format = kFormats[data[0] % 3];
    const std::vector<std::int64_t> pts{0, 40, 80, 120, 160, 200, 240, 280};
    const FilmFacts film{"a.mp4", "", 64, 48, 1, 1000, 25, pts};
    Tracks tracks;
    try {
        tracks = parse_boxes({reinterpret_cast<const char*>(data) + 1, size - 1}, format, film);
    } catch (const std::invalid_argument&) {
        return 0;
    }
    const std::string printed = print_boxes(tracks, format, film).text;
    if (print_boxes(parse_boxes(printed, format, film), format, film).text != printed) std::abort();
    return 0;
}
