#include "still/still_file.hpp"

#include <stdexcept>

namespace invisiblur::still {

std::unique_ptr<StillFile> open_still(Kind kind, Bytes bytes, const Policy& policy) {
    switch (kind) {
        case Kind::jpeg: return open_jpeg(std::move(bytes), policy);
        case Kind::png: return open_png(std::move(bytes), policy);
        case Kind::webp: return open_webp(std::move(bytes), policy);
        case Kind::tiff: return open_tiff(std::move(bytes), policy);
        case Kind::heif: return open_heif(std::move(bytes), policy);
        default: break;
    }
    throw std::runtime_error(policy.name + ": pictures of this format cannot be written: convert it to PNG, TIFF or JPEG first");
}

void StillFile::next_page(std::span<const Rect>) {
    throw std::logic_error("a picture file of one page has no next one");
}

int upright_degrees(int orientation) {
    constexpr int kDegrees[9] = {0, 0, 0, 180, 180, 90, 90, 270, 270};
    return orientation >= 1 && orientation <= 8 ? kDegrees[orientation] : 0;
}

void check_pixel_count(std::int64_t width, std::int64_t height, const Policy& policy) {
    if (width <= 0 || height <= 0) throw std::runtime_error(policy.name + ": the picture is empty");
    if (width <= policy.max_pixels / height) return;
    throw std::runtime_error(policy.name + ": the picture has " + std::to_string(width) + "x" + std::to_string(height) +
                             " pixels, more than --max-pixels " + std::to_string(policy.max_pixels) + " allows");
}

}  // namespace invisiblur::still
