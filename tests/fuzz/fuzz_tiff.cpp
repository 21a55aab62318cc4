#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "still/still_file.hpp"

using namespace invisiblur;

/// Any bytes are a TIFF that can be written again, or an exception.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    still::Policy policy;
    policy.name = "input";
    policy.max_pixels = 256 * 256;
    try {
        const auto file = still::open_still(still::Kind::tiff, {data, data + size}, policy);
        const ImageView& view = file->pixels();
        if (std::int64_t{view.width} * view.height > policy.max_pixels) __builtin_trap();
        constexpr int kMostPages = 8;
        const std::vector<Rect> hidden{{2, 2, 9, 7}};
        for (int page = 1; page < std::min(file->pages(), kMostPages); ++page) file->next_page(page % 2 == 0 ? std::span<const Rect>() : hidden);
        static_cast<void>(file->write(hidden));
    } catch (const std::exception&) {
        return 0;
    }
    return 0;
}
