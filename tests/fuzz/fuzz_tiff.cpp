#include <cstdint>
#include <stdexcept>

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
        static_cast<void>(file->write({}));
    } catch (const std::exception&) {
        return 0;
    }
    return 0;
}
