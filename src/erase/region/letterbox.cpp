#include "erase/region/letterbox.hpp"

#include <algorithm>
#include <vector>

namespace invisiblur {
namespace {

/// In 8-bit steps above black: what compression leaves in a bar, and what is surely picture.
constexpr float kBlack = 10;
constexpr float kLighter = 18;
/// Narrower ones are the edge of a camera's picture.
constexpr int kLeastWidth = 4;
/// The picture is looked at so far inside the edge: it is blurred there, and rings.
constexpr int kInside = 3;
/// This part of the edge must be lighter.
constexpr double kLightPart = 0.5;

/// The picture's lightness, row by row: luma, or the largest of red, green and blue.
class Lightness {
public:
    explicit Lightness(const ImageView& image) : image_(image), row_(static_cast<std::size_t>(image.width)), other_(image.layout.rgb ? row_.size() : 0) {
        const PixelLayout& layout = image.layout;
        step_ = static_cast<float>(1 << (layout.depth() - 8));
        black_ = layout.rgb || layout.full_range ? 0 : 16 * step_;
    }

    /// The row above black, in 8-bit steps; faces count as black.
    const std::vector<float>& row(int y, std::span<const FaceArea> areas) {
        const Rect line{0, y, image_.width, y + 1};
        read_component(image_, 0, line, row_.data());
        for (int c = 1; image_.layout.rgb && c < 3; ++c) {
            read_component(image_, c, line, other_.data());
            for (std::size_t x = 0; x < row_.size(); ++x) row_[x] = std::max(row_[x], other_[x]);
        }
        for (float& v : row_) v = (v - black_) / step_;
        for (const FaceArea& area : areas) {
            if (y >= area.core.y0 && y < area.core.y1) std::fill(row_.begin() + area.core.x0, row_.begin() + area.core.x1, 0.0F);
        }
        return row_;
    }

private:
    const ImageView& image_;
    std::vector<float> row_, other_;
    float step_ = 1, black_ = 0;
};

/// The smallest rectangle around all that is not black. Its left and right sides are right to within what is too narrow for a bar.
Rect not_black(const ImageView& image, std::span<const FaceArea> areas) {
    Lightness lightness(image);
    Rect found{image.width, image.height, 0, 0};
    /// Whether there is anything in a row.
    const auto look = [&](int y) {
        const std::vector<float>& row = lightness.row(y, areas);
        const auto light = [](float v) { return v > kBlack; };
        const auto first = std::find_if(row.begin(), row.end(), light);
        if (first == row.end()) return false;
        found.x0 = std::min(found.x0, static_cast<int>(first - row.begin()));
        found.x1 = std::max(found.x1, image.width - static_cast<int>(std::find_if(row.rbegin(), row.rend(), light) - row.rbegin()));
        return true;
    };
    int y0 = 0, y1 = image.height;
    while (y0 < y1 && !look(y0)) ++y0;
    while (y1 > y0 + 1 && !look(y1 - 1)) --y1;
    // Most pictures have no letterbox, and a few rows say so.
    for (int y = y0; y < y1 && (found.x0 >= kLeastWidth || found.x1 <= image.width - kLeastWidth); ++y) look(y);
    return {found.x0, y0, found.x1, y1};
}

/// How much of the picture is light along lines that lie a little inside a rectangle's sides: left, top, right, bottom.
std::array<double, 4> light_parts(const ImageView& image, std::span<const FaceArea> areas, const Rect& r) {
    std::array<double, 4> light{}, all{};
    Lightness lightness(image);
    const auto count = [&](std::size_t side, int x, int y, float v) {
        if (std::any_of(areas.begin(), areas.end(), [&](const FaceArea& a) { return a.core.contains(x, y); })) return;
        light[side] += v > kLighter;
        all[side] += 1;
    };
    for (int y = r.y0; y < r.y1; ++y) {
        const std::vector<float>& row = lightness.row(y, areas);
        const int left = r.x0 + kInside, right = r.x1 - 1 - kInside;
        count(0, left, y, row[static_cast<std::size_t>(left)]);
        count(2, right, y, row[static_cast<std::size_t>(right)]);
        for (int x = r.x0; x < r.x1; ++x) {
            if (y == r.y0 + kInside) count(1, x, y, row[static_cast<std::size_t>(x)]);
            if (y == r.y1 - 1 - kInside) count(3, x, y, row[static_cast<std::size_t>(x)]);
        }
    }
    for (std::size_t k = 0; k < 4; ++k) light[k] = all[k] > 0 ? light[k] / all[k] : 0;
    return light;
}

/// The mean of each component over the bars, faces left out.
std::array<float, 4> colour_of(const ImageView& image, std::span<const FaceArea> areas, const Rect& picture) {
    std::array<float, 4> colour{};
    for (int c = 0; c < image.layout.component_count; ++c) {
        const Rect inside = in_component(picture, image.layout, c), all = in_component(image.bounds(), image.layout, c);
        std::vector<float> row(static_cast<std::size_t>(all.width()));
        std::vector<Rect> cores;
        for (const FaceArea& area : areas) cores.push_back(in_component(area.core, image.layout, c));
        double sum = 0, count = 0;
        for (int y = all.y0; y < all.y1; ++y) {
            read_component(image, c, {all.x0, y, all.x1, y + 1}, row.data());
            for (int x = all.x0; x < all.x1; ++x) {
                if (inside.contains(x, y)) {
                    x = inside.x1 - 1;
                    continue;
                }
                if (std::none_of(cores.begin(), cores.end(), [&](const Rect& core) { return core.contains(x, y); })) sum += row[static_cast<std::size_t>(x)], ++count;
            }
        }
        colour[static_cast<std::size_t>(c)] = count > 0 ? static_cast<float>(sum / count) : 0;
    }
    return colour;
}

}  // namespace

std::optional<Letterbox> find_letterbox(const ImageView& image, std::span<const FaceArea> areas, bool interlaced) {
    const Rect bounds = image.bounds(), found = not_black(image, areas);
    if (found.width() < 4 * kInside || found.height() < 4 * kInside) return std::nullopt;
    const std::array<int, 4> widths{found.x0, found.y0, bounds.x1 - found.x1, bounds.y1 - found.y1};
    if (std::none_of(widths.begin(), widths.end(), [](int w) { return w >= kLeastWidth; })) return std::nullopt;
    const std::array<double, 4> light = light_parts(image, areas, found);
    const auto is_bar = [&](std::size_t k) { return widths[k] >= kLeastWidth && light[k] >= kLightPart; };
    Rect picture = bounds;
    if (is_bar(0)) picture.x0 = found.x0;
    if (is_bar(1)) picture.y0 = found.y0;
    if (is_bar(2)) picture.x1 = found.x1;
    if (is_bar(3)) picture.y1 = found.y1;
    picture = on_chroma_grid(picture, image, interlaced);
    if (picture == bounds) return std::nullopt;
    return Letterbox{picture, colour_of(image, areas, picture)};
}

void ShotLetterbox::look(const ImageView& image, std::span<const FaceArea> areas, bool interlaced) {
    ++frames_;
    const std::optional<Letterbox> here = find_letterbox(image, areas, interlaced);
    if (!here) return;
    const auto known = std::ranges::find_if(seen_, [&](const Seen& seen) { return seen.letterbox->picture == here->picture; });
    if (known == seen_.end()) {
        seen_.push_back({std::make_shared<const Letterbox>(*here), 1});
    } else {
        ++known->frames;
    }
}

std::shared_ptr<const Letterbox> ShotLetterbox::found() const {
    const auto most = std::ranges::max_element(seen_, {}, &Seen::frames);
    return most != seen_.end() && 2 * most->frames > frames_ ? most->letterbox : nullptr;
}

}  // namespace invisiblur
