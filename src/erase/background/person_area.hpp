#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "erase/background/plate_estimate.hpp"
#include "erase/region/face_area.hpp"

namespace invisiblur {

/// Where a face's body is: a column below it that widens downwards.
/// Units: pixels of the picture; half-open.
struct BodyColumn {
    explicit BodyColumn(const FaceArea& face) : face_(face) {}

    int top() const { return face_.core.y1 - static_cast<int>(kChin * face_.core.height()); }
    int bottom() const { return face_.core.y1 + static_cast<int>(kBody * face_.core.height()); }
    int left(int y) const { return face_.core.x0 - widened(y); }
    int right(int y) const { return face_.core.x1 + widened(y); }

    /// The whole person, head and halo included, in rectangles: for what need not be told to the pixel.
    std::vector<Rect> rects() const {
        const int neck = std::min(bottom(), top() + face_.core.height() / 2);
        return {unite(face_.core, face_.halo), {left(neck), top(), right(neck), neck}, {left(bottom()), neck, right(bottom()), bottom()}};
    }

private:
    /// From the chin on: a core's margin, as it is by default, below it is neck.
    static constexpr double kChin = 0.15;
    /// A person is seven and a half heads tall (the canon of life drawing); a core is nearly one and a half.
    static constexpr double kBody = 5;

    /// Shoulders with the arms beside them are about three cores wide; they begin a neck below the chin, hence the slope.
    int widened(int y) const { return std::clamp(y - top(), 0, face_.core.width()); }

    FaceArea face_;
};

/// 1 for the pixels of an area that most of the samples which show them (outside of cores and halos) show beside every person: scene, and not somebody's
/// body, however long it stays.
/// In: samples, their areas set.
inline std::vector<std::uint8_t> beside_persons(const Rect& area, std::span<const PlateSample> samples) {
    const auto width = static_cast<std::size_t>(area.width());
    std::vector<std::uint8_t> scene(width * static_cast<std::size_t>(area.height()));
    std::vector<int> shown(width), clear(width);
    enum : std::uint8_t { beside, body, hidden };
    std::vector<std::uint8_t> row(width);
    for (int y = area.y0; y < area.y1; ++y) {
        std::fill(shown.begin(), shown.end(), 0);
        std::fill(clear.begin(), clear.end(), 0);
        for (const PlateSample& sample : samples) {
            std::fill(row.begin(), row.end(), beside);
            const auto mark = [&](int x0, int x1, std::uint8_t as) {
                x0 = std::max(x0, area.x0), x1 = std::min(x1, area.x1);
                for (int x = x0; x < x1; ++x) row[static_cast<std::size_t>(x - area.x0)] = std::max(row[static_cast<std::size_t>(x - area.x0)], as);
            };
            for (const FaceArea& face : sample.areas) {
                const Rect whole = unite(face.core, face.halo);
                const BodyColumn column(face);
                if (face.is_head() && y >= column.top() && y < column.bottom()) mark(column.left(y), column.right(y), body);
                if (y >= whole.y0 && y < whole.y1) mark(whole.x0, whole.x1, hidden);
            }
            for (std::size_t x = 0; x < width; ++x) shown[x] += row[x] != hidden, clear[x] += row[x] == beside;
        }
        std::uint8_t* out = &scene[static_cast<std::size_t>(y - area.y0) * width];
        for (std::size_t x = 0; x < width; ++x) out[x] = 2 * clear[x] > shown[x];
    }
    return scene;
}

}  // namespace invisiblur
