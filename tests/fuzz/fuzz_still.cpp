#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "still/png_animation.hpp"
#include "still/still_file.hpp"
#include "still/webp_animation.hpp"

using namespace invisiblur;

namespace {

/// All pages, as a job goes through them.
void work_on(still::Kind kind, still::Bytes bytes, const still::Policy& policy) {
    constexpr int kMostPages = 8;
    const auto file = still::open_still(kind, std::move(bytes), policy);
    const std::vector<Rect> hidden{{2, 2, 9, 7}};
    for (int page = 1; page < std::min(file->pages(), kMostPages); ++page) file->next_page(page % 2 == 0 ? std::span<const Rect>() : hidden);
    if (file->pages() <= kMostPages) static_cast<void>(file->write(hidden));
}

}  // namespace

/// Any bytes are a picture or an animation that can be written again, or an exception. The first one chooses the kind.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    still::Policy policy;
    policy.name = "input";
    policy.max_pixels = 256 * 256;
    const still::Bytes bytes(data + 1, data + size);
    try {
        switch (data[0] % 5) {
            case 0: work_on(still::Kind::jpeg, bytes, policy); break;
            case 1: work_on(still::Kind::png, bytes, policy); break;
            case 2: work_on(still::Kind::webp, bytes, policy); break;
            case 3:
                static_cast<void>(still::webp_form_of(bytes, policy));
                static_cast<void>(still::webp_as_png_animation(bytes, policy));
                break;
            default: static_cast<void>(still::flatten_png_animation(bytes, policy));
        }
    } catch (const std::exception&) {
        return 0;
    }
    return 0;
}
