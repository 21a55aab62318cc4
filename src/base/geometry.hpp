#pragma once
#include <algorithm>
#include <cmath>

#include "invisiblur/detector.hpp"

namespace invisiblur {

/// A rectangle of whole pixels, half-open: [x0, x1) x [y0, y1).
struct Rect {
    int x0 = 0, y0 = 0, x1 = 0, y1 = 0;

    int width() const { return x1 - x0; }
    int height() const { return y1 - y0; }
    bool empty() const { return x1 <= x0 || y1 <= y0; }
    bool contains(int x, int y) const { return x >= x0 && x < x1 && y >= y0 && y < y1; }
    bool operator==(const Rect&) const = default;
};

inline Rect intersect(const Rect& a, const Rect& b) {
    return {std::max(a.x0, b.x0), std::max(a.y0, b.y0), std::min(a.x1, b.x1), std::min(a.y1, b.y1)};
}

inline bool overlap(const Rect& a, const Rect& b) {
    return !intersect(a, b).empty();
}

/// The smallest rectangle that holds both; an empty one counts for nothing.
inline Rect unite(const Rect& a, const Rect& b) {
    if (a.empty()) return b;
    if (b.empty()) return a;
    return {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
}

inline Rect grow(const Rect& r, int x, int y) {
    return {r.x0 - x, r.y0 - y, r.x1 + x, r.y1 + y};
}

inline Rect moved(const Rect& r, int dx, int dy) {
    return {r.x0 + dx, r.y0 + dy, r.x1 + dx, r.y1 + dy};
}

/// The part of a rectangle that lies in an area, in the area's own pixels.
inline Rect within(const Rect& r, const Rect& area) {
    const Rect shared = intersect(r, area);
    return shared.empty() ? Rect{} : moved(shared, -area.x0, -area.y0);
}

/// The blocks of factor x factor pixels that a rectangle of a picture touches; no negative coordinates.
inline Rect in_blocks(const Rect& r, int factor) {
    return {r.x0 / factor, r.y0 / factor, (r.x1 + factor - 1) / factor, (r.y1 + factor - 1) / factor};
}

inline float area(const Box& b) {
    return std::max(0.0F, b.w) * std::max(0.0F, b.h);
}

inline Box intersect(const Box& a, const Box& b) {
    const float x0 = std::max(a.x, b.x), y0 = std::max(a.y, b.y);
    return {x0, y0, std::min(a.x + a.w, b.x + b.w) - x0, std::min(a.y + a.h, b.y + b.h) - y0};
}

inline Box unite(const Box& a, const Box& b) {
    const float x0 = std::min(a.x, b.x), y0 = std::min(a.y, b.y);
    return {x0, y0, std::max(a.x + a.w, b.x + b.w) - x0, std::max(a.y + a.h, b.y + b.h) - y0};
}

/// A box that reaches farther by a part of its size on each side.
inline Box grown(const Box& b, float by) {
    return {b.x - by * b.w, b.y - by * b.h, b.w * (1 + 2 * by), b.h * (1 + 2 * by)};
}

/// Whether a box lies off the border of a picture by more than a margin to each side.
inline bool off_border(const Box& b, int width, int height, float margin_x, float margin_y) {
    return b.x > margin_x && b.y > margin_y && b.x + b.w < static_cast<float>(width) - margin_x && b.y + b.h < static_cast<float>(height) - margin_y;
}

/// Intersection over union, in [0, 1].
inline float iou(const Box& a, const Box& b) {
    const Box i = intersect(a, b);
    const float shared = i.w > 0 && i.h > 0 ? i.w * i.h : 0;
    const float all = area(a) + area(b) - shared;
    return all > 0 ? shared / all : 0;
}

/// The whole pixels that a box touches; coordinates are held within +-2^20 first.
inline Rect outer_rect(const Box& b) {
    const auto low = [](float v) { return static_cast<int>(std::floor(std::clamp(v, -1048576.0F, 1048576.0F))); };
    const auto high = [](float v) { return static_cast<int>(std::ceil(std::clamp(v, -1048576.0F, 1048576.0F))); };
    return {low(b.x), low(b.y), high(b.x + b.w), high(b.y + b.h)};
}

}  // namespace invisiblur
