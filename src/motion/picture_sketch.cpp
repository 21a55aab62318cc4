#include "motion/picture_sketch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace invisiblur {
namespace {

constexpr int kCellsAcross = 48;
// A picture with less deviation than this (8-bit steps) shows nothing: black, white, the end of a fade.
constexpr float kFlat = 3;
// A fast pan moves the picture by up to this part of its width in one frame.
constexpr int kShiftX = kCellsAcross / 4;
constexpr int kShiftY = 5;
// Fewer cells in common than this part say nothing.
constexpr float kLeastShared = 0.04F;
// The bars of a letterbox are no brighter (8-bit steps; video's black is 16).
constexpr float kBlack = 20;
// A shift that leaves fewer cells to compare than this part of the unshifted ones fits by chance.
constexpr double kLeastOfUnshifted = 0.6;

struct Sums {
    double n = 0, a = 0, b = 0, aa = 0, bb = 0, ab = 0;
    void add(double x, double y) {
        n += 1;
        a += x;
        b += y;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    /// Correlation, which no change of exposure alters.
    float correlation() const {
        const double va = aa - a * a / n, vb = bb - b * b / n;
        return va <= 0 || vb <= 0 ? 0.0F : static_cast<float>((ab - a * b / n) / std::sqrt(va * vb));
    }
};

/// The cells between the bars that both have: they would make any two pictures alike.
Rect between_bars(const PictureSketch& before, const PictureSketch& after) {
    Rect inner{0, 0, before.width, before.height};
    const auto is_bar = [&](const Rect& line) {
        for (int y = line.y0; y < line.y1; ++y) {
            for (int x = line.x0; x < line.x1; ++x) {
                const std::size_t i = static_cast<std::size_t>(y) * static_cast<std::size_t>(before.width) + static_cast<std::size_t>(x);
                if (before.cells[i] < 0 || before.cells[i] > kBlack || after.cells[i] < 0 || after.cells[i] > kBlack) return false;
            }
        }
        return true;
    };
    while (!inner.empty() && is_bar({inner.x0, inner.y0, inner.x0 + 1, inner.y1})) ++inner.x0;
    while (!inner.empty() && is_bar({inner.x1 - 1, inner.y0, inner.x1, inner.y1})) --inner.x1;
    while (!inner.empty() && is_bar({inner.x0, inner.y0, inner.x1, inner.y0 + 1})) ++inner.y0;
    while (!inner.empty() && is_bar({inner.x0, inner.y1 - 1, inner.x1, inner.y1})) --inner.y1;
    return inner;
}

}  // namespace

PictureSketch sketch_of(const GrayImage& luma, std::span<const Rect> cores) {
    PictureSketch s;
    const int cell = std::max(1, (luma.width + kCellsAcross - 1) / kCellsAcross);
    s.width = std::max(1, luma.width / cell);
    s.height = std::max(1, luma.height / cell);
    s.cells.resize(static_cast<std::size_t>(s.width) * s.height);
    for (int cy = 0; cy < s.height; ++cy) {
        for (int cx = 0; cx < s.width; ++cx) {
            const Rect area = intersect(Rect{cx * cell, cy * cell, (cx + 1) * cell, (cy + 1) * cell}, Rect{0, 0, luma.width, luma.height});
            const bool hidden = std::any_of(cores.begin(), cores.end(), [&](const Rect& core) { return overlap(core, area); });
            int sum = 0;
            for (int y = area.y0; y < area.y1 && !hidden; ++y) {
                for (int x = area.x0; x < area.x1; ++x) sum += luma.pixels[static_cast<std::size_t>(y) * luma.width + x];
            }
            s.cells[static_cast<std::size_t>(cy) * s.width + cx] =
                hidden || area.empty() ? -1.0F : static_cast<float>(sum) / static_cast<float>(area.width() * area.height());
        }
    }
    return s;
}

float PictureSketch::contrast() const {
    Sums sums;
    for (const float v : cells) {
        if (v >= 0) sums.add(v, v);
    }
    return sums.n < 1 ? 0.0F : static_cast<float>(std::sqrt(std::max(0.0, sums.aa / sums.n - sums.a * sums.a / (sums.n * sums.n))));
}

bool PictureSketch::is_flat() const {
    return contrast() < kFlat;
}

float scene_difference(const PictureSketch& before, const PictureSketch& after, float recognised) {
    const Rect inner = between_bars(before, after);
    double least = std::max(8.0, static_cast<double>(kLeastShared) * inner.width() * inner.height());
    float best = -2;
    // Shifts from small to large: most pictures hardly move, and the search may stop where the scene is recognised.
    for (int reach = 0; reach <= kShiftX; ++reach) {
        for (int dy = -std::min(reach, kShiftY); dy <= std::min(reach, kShiftY); ++dy) {
            for (int dx = -reach; dx <= reach; ++dx) {
                if (std::abs(dx) != reach && std::abs(dy) != reach) continue;
                Sums sums;
                for (int y = inner.y0 + std::max(0, dy); y < inner.y1 + std::min(0, dy); ++y) {
                    for (int x = inner.x0 + std::max(0, dx); x < inner.x1 + std::min(0, dx); ++x) {
                        const float a = before.cells[static_cast<std::size_t>(y - dy) * before.width + (x - dx)];
                        const float b = after.cells[static_cast<std::size_t>(y) * before.width + x];
                        if (a >= 0 && b >= 0) sums.add(a, b);
                    }
                }
                if (reach == 0) least = std::max(least, kLeastOfUnshifted * sums.n);
                if (sums.n >= least) best = std::max(best, sums.correlation());
            }
        }
        if (best >= 1 - recognised) break;
    }
    return best < -1 ? 0.0F : 1 - best;  // nothing to compare: no cut is claimed
}

}  // namespace invisiblur
