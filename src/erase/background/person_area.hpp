#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "erase/background/plate_estimate.hpp"
#include "erase/region/body_reach.hpp"
#include "erase/region/face_area.hpp"

namespace invisiblur {

/// Where a face's body is: a column below it, where its chin points to, that widens downwards.
/// Units: pixels of the picture; half-open.
class BodyColumn {
public:
    explicit BodyColumn(const FaceArea& face)
        : face_(face), height_(face.lies() ? face.core.width() : face.core.height()), width_(face.lies() ? face.core.height() : face.core.width()) {}

    /// The pixels of a row in the column: from the first on, before the second.
    std::pair<int, int> row(int y) const {
        if (!face_.lies()) {
            const int down = along(y);
            return down < begin() || down >= end() ? std::pair{0, 0} : std::pair{face_.core.x0 - widened(down), face_.core.x1 + widened(down)};
        }
        const int beside = std::max({0, face_.core.y0 - y, y + 1 - face_.core.y1});
        return beside > width_ ? std::pair{0, 0} : from_chin(begin() + beside, end());
    }

    /// The whole person, head and halo included, in rectangles: for what need not be told to the pixel.
    std::vector<Rect> rects() const {
        const int neck = std::min(end(), begin() + height_ / 2);
        return {unite(face_.core, face_.halo), piece(begin(), neck, widened(neck)), piece(neck, end(), widened(end()))};
    }

private:
    /// From the chin on: a core's margin, as it is by default, below it is neck.
    static constexpr double kChin = 0.15;
    /// A person is seven and a half heads tall (the canon of life drawing); a core is nearly one and a half.
    static constexpr double kBody = 5;

    // Along the body, from the core's side below the chin on.
    int begin() const { return -static_cast<int>(kChin * height_); }
    int end() const { return static_cast<int>(kBody * height_); }
    int along(int y) const { return face_.chin == Chin::up ? face_.core.y0 - 1 - y : y - face_.core.y1; }

    /// A stretch along the body in the picture's x or y.
    std::pair<int, int> from_chin(int first, int last) const {
        switch (face_.chin) {
            case Chin::left: return {face_.core.x0 - last, face_.core.x0 - first};
            case Chin::up: return {face_.core.y0 - last, face_.core.y0 - first};
            case Chin::right: return {face_.core.x1 + first, face_.core.x1 + last};
            case Chin::down: break;
        }
        return {face_.core.y1 + first, face_.core.y1 + last};
    }

    Rect piece(int first, int last, int wider) const {
        const auto [from, to] = from_chin(first, last);
        if (face_.lies()) return {from, face_.core.y0 - wider, to, face_.core.y1 + wider};
        return {face_.core.x0 - wider, from, face_.core.x1 + wider, to};
    }

    /// Shoulders with the arms beside them are about three cores wide; they begin a neck below the chin, hence the slope.
    int widened(int down) const { return std::clamp(down - begin(), 0, width_); }

    FaceArea face_;
    int height_, width_;  ///< of the core, as the face stands
};

/// As near_faces(), and where bodies go also in and near their columns.
inline std::vector<std::uint8_t> near_persons(const Rect& area, std::span<const FaceArea> faces, int reach_px) {
    std::vector<std::uint8_t> near = near_faces(area, faces, reach_px);
    for (const FaceArea& face : faces) {
        if (!face.hides_body()) continue;
        const BodyReach body(face);
        const Rect whole = intersect(grow(face.body, reach_px, reach_px), area);
        for (int y = whole.y0; y < whole.y1; ++y) {
            const auto [left, right] = body.row(std::clamp(y, face.body.y0, face.body.y1 - 1));
            const auto row = near.begin() + static_cast<std::ptrdiff_t>(y - area.y0) * area.width();
            const int first = std::max(whole.x0, left - reach_px), last = std::min(whole.x1, right + reach_px);
            if (left < right && first < last) std::fill(row + (first - area.x0), row + (last - area.x0), 1);
        }
    }
    return near;
}

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
                const auto [left, right] = BodyColumn(face).row(y);
                if (face.is_head()) mark(left, right, body);
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
