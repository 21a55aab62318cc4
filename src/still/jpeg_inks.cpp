#include "still/jpeg_inks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "still/hidden_rows.hpp"
#include "still/layouts.hpp"

namespace invisiblur::still {
namespace {

std::uint8_t rounded(float value) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 255.0F)));
}

/// JFIF's way from YCbCr to RGB, and back.
std::array<float, 3> rgb_of(float y, float cb, float cr) {
    cb -= 128, cr -= 128;
    return {y + 1.402F * cr, y - 0.344136F * cb - 0.714136F * cr, y + 1.772F * cb};
}

std::array<float, 3> ycc_of(float r, float g, float b) {
    const float y = 0.299F * r + 0.587F * g + 0.114F * b;
    return {y, (b - y) / 1.772F + 128, (r - y) / 1.402F + 128};
}

}  // namespace

void JpegInks::read_row(const ImageView& planes, int y, std::uint8_t* rgb) const {
    const auto width = static_cast<std::size_t>(planes.width);
    std::vector<float> inks(4 * width), light(3 * width);
    std::array<const std::uint8_t*, 4> rows{};
    for (int c = 0; c < 4; ++c) rows[static_cast<std::size_t>(c)] = component<std::uint8_t>(planes, c).at(0, y >> planes.layout.log2_height(c));
    const int across = planes.layout.log2_width(1);
    for (std::size_t x = 0; x < width; ++x) {
        std::array<float, 4> stored{};
        for (std::size_t c = 0; c < 4; ++c) stored[c] = static_cast<float>(rows[c][c == 1 || c == 2 ? x >> across : x]);
        if (ycck_) {
            const auto left = rgb_of(stored[0], stored[1], stored[2]);
            for (std::size_t c = 0; c < 3; ++c) stored[c] = 255 - std::clamp(left[c], 0.0F, 255.0F);
        }
        for (std::size_t c = 0; c < 4; ++c) inks[4 * x + c] = (inverted_ ? 255 - stored[c] : stored[c]) / 255;
    }
    colours_->to_rgb(inks, light);
    std::ranges::transform(light, rgb, [](float value) { return rounded(255 * value); });
}

OwnedImage JpegInks::rgb(const ImageView& planes) const {
    OwnedImage image(packed_rgb_layout(8, false), planes.width, planes.height);
    for (int y = 0; y < planes.height; ++y) read_row(planes, y, image.view().data[0] + y * image.view().stride_bytes[0]);
    return image;
}

/// What a pixel of this colour is in each plane.
std::array<std::uint8_t, 4> JpegInks::coded(const std::uint8_t* rgb) const {
    const std::array<float, 3> light{static_cast<float>(rgb[0]) / 255, static_cast<float>(rgb[1]) / 255, static_cast<float>(rgb[2]) / 255};
    std::array<float, 4> inks{};
    colours_->from_rgb(light, inks);
    for (float& ink : inks) ink = inverted_ ? 255 - 255 * ink : 255 * ink;
    if (ycck_) std::ranges::copy(ycc_of(255 - inks[0], 255 - inks[1], 255 - inks[2]), inks.begin());
    return {rounded(inks[0]), rounded(inks[1]), rounded(inks[2]), rounded(inks[3])};
}

void JpegInks::put_changes(const ImageView& rgb, std::span<const Rect> hidden, const ImageView& planes) const {
    const auto width = static_cast<std::size_t>(rgb.width);
    const int across = planes.layout.log2_width(1), down = planes.layout.log2_height(1);
    std::vector<std::uint8_t> before(3 * width), all(width);
    // Of each sample of chroma in a row of them: the sums of both, and of how many pixels.
    std::vector<std::array<int, 3>> sums((width >> across) + 1);
    for (int y = 0; y < rgb.height; ++y) {
        const std::uint8_t* after = rgb.data[0] + y * rgb.stride_bytes[0];
        read_row(planes, y, before.data());
        mark_hidden(hidden, y, all);
        for (std::size_t x = 0; x < width; ++x) {
            if (!all[x] && std::equal(after + 3 * x, after + 3 * x + 3, &before[3 * x])) continue;
            const auto value = coded(after + 3 * x);
            *component<std::uint8_t>(planes, 0).at(static_cast<int>(x), y) = value[0];
            *component<std::uint8_t>(planes, 3).at(static_cast<int>(x), y) = value[3];
            std::array<int, 3>& sum = sums[x >> across];
            sum[0] += value[1], sum[1] += value[2], ++sum[2];
        }
        if ((y + 1) % (1 << down) != 0 && y + 1 < rgb.height) continue;
        // The rows above of this one's chroma were compared with it as it was: only now it may change.
        for (std::size_t x = 0; x < sums.size(); ++x) {
            const auto [cb, cr, count] = sums[x];
            if (count == 0) continue;
            *component<std::uint8_t>(planes, 1).at(static_cast<int>(x), y >> down) = static_cast<std::uint8_t>((cb + count / 2) / count);
            *component<std::uint8_t>(planes, 2).at(static_cast<int>(x), y >> down) = static_cast<std::uint8_t>((cr + count / 2) / count);
        }
        std::ranges::fill(sums, std::array<int, 3>{});
    }
}

}  // namespace invisiblur::still
