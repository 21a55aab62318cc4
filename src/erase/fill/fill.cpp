#include "erase/fill/fill.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "erase/fill/patch_samples.hpp"
#include "erase/fill/sample_values.hpp"
#include "erase/painted.hpp"

namespace invisiblur {
namespace {

/// Mosaic: blocks across the shorter side of a face.
constexpr int kMosaicBlocks = 6;

void average_block(PatchSamples& part, const Rect& block) {
    float sum = 0;
    int count = 0;
    const auto each = [&](auto&& function) {
        for (int y = block.y0; y < block.y1; ++y) {
            for (int x = block.x0; x < block.x1; ++x) {
                const std::size_t i = static_cast<std::size_t>(y) * part.where.width() + x;
                if (is_replaced(part.cells[i])) function(part.values[i]);
            }
        }
    };
    each([&](float v) { sum += v, ++count; });
    if (count > 0) each([&](float& v) { v = sum / static_cast<float>(count); });
}

}  // namespace

Fill parse_fill(const std::string& text) {
    if (text == "scene") return {};
    if (text == "smooth") return {Fill::Kind::smooth};
    if (text == "solid") return {Fill::Kind::solid};
    if (text == "mosaic") return {Fill::Kind::mosaic};
    const std::string prefix = "solid=";
    unsigned colour = 0;
    if (text.starts_with(prefix) && text.size() == prefix.size() + 6) {
        const char* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data() + prefix.size(), end, colour, 16);
        if (error == std::errc() && stop == end) {
            return {Fill::Kind::solid,
                    {static_cast<std::uint8_t>(colour >> 16), static_cast<std::uint8_t>(colour >> 8), static_cast<std::uint8_t>(colour)}};
        }
    }
    throw std::invalid_argument("fill must be scene, smooth, solid, solid=RRGGBB or mosaic, not '" + text + "'");
}

void fill_solid(const ImageView& image, const FillTask& task, const std::array<std::uint8_t, 3>& rgb) {
    const std::array<float, 4> colour = sample_values(image.layout, rgb);
    for (int c = 0; c < image.layout.component_count; ++c) {
        PatchSamples part(image, task, c);
        const float value = is_alpha(image.layout, c) ? colour[3] : colour[c];
        for (std::size_t i = 0; i < part.cells.size(); ++i) {
            if (is_replaced(part.cells[i])) part.values[i] = value;
        }
        part.put_back(image, c);
    }
}

void tint_unseen(const ImageView& image, const FillTask& task) {
    const std::array<float, 4> colour = sample_values(image.layout, {255, 0, 255});
    const auto row = static_cast<std::size_t>(task.patch.area.width());
    for (int c = 0; c < image.layout.component_count; ++c) {
        if (is_alpha(image.layout, c)) continue;
        PatchSamples part(image, task, c);
        const int sx = image.layout.log2_width(c), sy = image.layout.log2_height(c);
        for (std::size_t i = 0; i < part.cells.size(); ++i) {
            const std::size_t x = i % static_cast<std::size_t>(part.where.width()), y = i / static_cast<std::size_t>(part.where.width());
            if (is_replaced(part.cells[i]) && is_unseen(task.patch, task.plate, (y << sy) * row + (x << sx))) part.values[i] = (part.values[i] + colour[static_cast<std::size_t>(c)]) / 2;
        }
        part.put_back(image, c);
    }
}

void fill_mosaic(const ImageView& image, const FillTask& task) {
    const int shorter = std::min(task.patch.area.width(), task.patch.area.height());
    // The patch is about twice a face wide; blocks lie on a grid of the whole picture so that they do not swim.
    const int block = std::max(8, (shorter / 2 / kMosaicBlocks + 7) / 8 * 8);
    for (int c = 0; c < image.layout.component_count; ++c) {
        if (is_alpha(image.layout, c)) continue;
        PatchSamples part(image, task, c);
        const bool small = image.layout.components[c].subsampled;
        const int bw = small ? std::max(1, block >> image.layout.log2_chroma_width) : block;
        const int bh = small ? std::max(1, block >> image.layout.log2_chroma_height) : block;
        const Rect all{0, 0, part.where.width(), part.where.height()};
        for (int y = -(part.where.y0 % bh); y < all.y1; y += bh) {
            for (int x = -(part.where.x0 % bw); x < all.x1; x += bw) average_block(part, intersect({x, y, x + bw, y + bh}, all));
        }
        part.put_back(image, c);
    }
}

}  // namespace invisiblur
