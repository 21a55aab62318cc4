#include "erase/mark/mark_stencil.hpp"

#include <algorithm>
#include <array>

#include "erase/fill/patch_samples.hpp"
#include "erase/fill/sample_values.hpp"

namespace invisiblur {
namespace {

constexpr std::array<std::uint8_t, 3> kLight{255, 255, 255}, kDark{0, 0, 0};

/// Each pixel gets the most that lies within `reach` of it, in a square.
std::vector<std::uint8_t> widened(const std::vector<std::uint8_t>& cover, int width, int height, int reach) {
    std::vector<std::uint8_t> rows(cover.size()), all(cover.size());
    const auto at = [width](int x, int y) { return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x); };
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (int k = std::max(0, x - reach); k <= std::min(width - 1, x + reach); ++k) rows[at(x, y)] = std::max(rows[at(x, y)], cover[at(k, y)]);
        }
    }
    for (int y = 0; y < height; ++y) {
        for (int k = std::max(0, y - reach); k <= std::min(height - 1, y + reach); ++k) {
            for (int x = 0; x < width; ++x) all[at(x, y)] = std::max(all[at(x, y)], rows[at(x, k)]);
        }
    }
    return all;
}

}  // namespace

MarkStencil::MarkStencil(const Rect& area)
    : area_(area), light_(static_cast<std::size_t>(std::max(0, area.width())) * static_cast<std::size_t>(std::max(0, area.height()))), dark_(light_.size()) {}

void MarkStencil::set(int x, int y, int light, int dark) {
    light_[at(x, y)] = static_cast<std::uint8_t>(light);
    dark_[at(x, y)] = static_cast<std::uint8_t>(dark);
}

void MarkStencil::add_edge(int reach) {
    dark_ = widened(light_, area_.width(), area_.height(), reach);
}

void MarkStencil::leave_out(const Rect& kept) {
    const Rect r = intersect(kept, area_);
    for (int y = r.y0; y < r.y1; ++y) {
        for (int x = r.x0; x < r.x1; ++x) light_[at(x, y)] = dark_[at(x, y)] = 0;
    }
}

void MarkStencil::paint(const ImageView& image, bool interlaced) const {
    if (area_.empty()) return;
    const std::array<float, 4> bright = sample_values(image.layout, kLight), black = sample_values(image.layout, kDark);
    for (int c = 0; c < image.layout.component_count; ++c) {
        const auto k = static_cast<std::size_t>(c);
        const bool alpha = is_alpha(image.layout, c);
        paint_component(image, c, interlaced, alpha ? bright[3] : bright[k], alpha ? bright[3] : black[k]);
    }
}

std::vector<float> MarkStencil::shares(const ImageView& image, int c, bool interlaced, const std::vector<std::uint8_t>& cover) const {
    const Rect where = in_component(area_, image.layout, c);
    const auto width = static_cast<std::size_t>(where.width());
    std::vector<float> sum(width * static_cast<std::size_t>(where.height())), count(sum.size());
    const bool small = image.layout.components[static_cast<std::size_t>(c)].subsampled;
    for (std::size_t i = 0; i < cover.size(); ++i) {
        const int x = static_cast<int>(i) % area_.width(), y = static_cast<int>(i) / area_.width();
        const auto add = [&](int row) {
            const std::size_t j = static_cast<std::size_t>(row) * width + static_cast<std::size_t>(x >> image.layout.log2_width(c));
            sum[j] += static_cast<float>(cover[i]) / 255, count[j] += 1;
        };
        if (small) each_chroma_row(image.layout, interlaced, y, area_.height(), add);
        else add(y);
    }
    for (std::size_t j = 0; j < sum.size(); ++j) sum[j] = count[j] > 0 ? sum[j] / count[j] : 0;
    return sum;
}

void MarkStencil::paint_component(const ImageView& image, int c, bool interlaced, float bright, float black) const {
    const Rect where = in_component(area_, image.layout, c);
    const std::vector<float> lights = shares(image, c, interlaced, light_), darks = shares(image, c, interlaced, dark_);
    std::vector<float> values(lights.size());
    read_component(image, c, where, values.data());
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] += (black - values[i]) * darks[i];
        values[i] += (bright - values[i]) * lights[i];
    }
    const int width = where.width();
    for (int y = 0; y < where.height(); ++y) {
        const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
        const auto drawn = [&](int x) { return lights[row + static_cast<std::size_t>(x)] > 0 || darks[row + static_cast<std::size_t>(x)] > 0; };
        for (int x = 0; x < width;) {
            int end = x;
            while (end < width && drawn(end)) ++end;
            if (end > x) write_component(image, c, {where.x0 + x, where.y0 + y, where.x0 + end, where.y0 + y + 1}, &values[row + static_cast<std::size_t>(x)]);
            x = end + 1;
        }
    }
}

}  // namespace invisiblur
