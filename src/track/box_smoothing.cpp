#include "track/box_smoothing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace invisiblur {
namespace {

/// How far a box reaches from a centre to the left, up, right and down, in pixels.
using Sides = std::array<float, 4>;

/// A centre that is off its smoothed way by less than this part of the box's size trembles, by more than twice that it moves.
constexpr float kTremble = 0.02F;

/// Indices [first, last] within `radius` of `at`.
struct Window {
    std::size_t first, last;
    Window(std::size_t at, std::size_t radius, std::size_t count) : first(at > radius ? at - radius : 0), last(std::min(at + radius, count - 1)) {}
    float size() const { return static_cast<float>(last - first + 1); }
};

/// The mean around `at`; the window shrinks evenly at the ends, so that a steady motion stays where it is.
float smoothed(std::span<const float> values, std::size_t at, std::size_t radius) {
    const Window window(at, std::min({radius, at, values.size() - 1 - at}), values.size());
    float sum = 0;
    for (std::size_t i = window.first; i <= window.last; ++i) sum += values[i];
    return sum / window.size();
}

/// Centres along one axis, smoothed over `radius` where the face trembles, and over much less where it moves.
/// In: sizes, of the boxes along the axis.
std::vector<float> smoothed_centres(std::span<const float> centres, std::span<const float> sizes, std::size_t radius) {
    std::vector<float> calm, quick, moves;
    for (std::size_t i = 0; i < centres.size(); ++i) {
        calm.push_back(smoothed(centres, i, radius));
        quick.push_back(smoothed(centres, i, std::max<std::size_t>(1, radius / 4)));
        moves.push_back(std::clamp(std::abs(quick[i] - calm[i]) / (kTremble * std::max(1.0F, sizes[i])) - 1, 0.0F, 1.0F));
    }
    for (std::size_t i = 0; i < centres.size(); ++i) calm[i] += (quick[i] - calm[i]) * smoothed(moves, i, radius / 2);
    return calm;
}

Sides mean_of(std::span<const Sides> sides, const Window& window) {
    Sides mean{};
    for (std::size_t i = window.first; i <= window.last; ++i) {
        for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += sides[i][k] / window.size();
    }
    return mean;
}

Sides largest_of(std::span<const Sides> sides, const Window& window) {
    Sides most = sides[window.first];
    for (std::size_t i = window.first; i <= window.last; ++i) {
        for (std::size_t k = 0; k < most.size(); ++k) most[k] = std::max(most[k], sides[i][k]);
    }
    return most;
}

}  // namespace

Box smooth_box(std::span<const Box> boxes, std::size_t at, std::size_t radius) {
    std::vector<float> x, y, widths, heights;
    for (const Box& b : boxes) x.push_back(b.x + b.w / 2), y.push_back(b.y + b.h / 2), widths.push_back(b.w), heights.push_back(b.h);
    x = smoothed_centres(x, widths, radius), y = smoothed_centres(y, heights, radius);
    std::vector<Sides> sides, usual, least, lasting;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const Box& b = boxes[i];
        sides.push_back({x[i] - b.x, y[i] - b.y, b.x + b.w - x[i], b.y + b.h - y[i]});
    }
    const auto window = [&](std::size_t i) { return Window(i, radius, boxes.size()); };
    for (std::size_t i = 0; i < boxes.size(); ++i) usual.push_back(mean_of(sides, window(i)));
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        Sides& own = least.emplace_back(sides[i]);
        for (std::size_t k = 0; k < own.size(); ++k) {
            // What sticks out farther than jitter does is a fast turn or another size, and covered whole.
            const float jitter = kSteadyJitter * (k % 2 == 0 ? boxes[i].w : boxes[i].h), beyond = own[k] - usual[i][k];
            own[k] -= std::clamp(2 * jitter - beyond, 0.0F, jitter);
        }
    }
    for (std::size_t i = 0; i < boxes.size(); ++i) lasting.push_back(largest_of(least, window(i)));
    const Sides kept = mean_of(lasting, window(at));
    Sides s;
    for (std::size_t k = 0; k < s.size(); ++k) s[k] = std::max(usual[at][k], kept[k]);
    return {x[at] - s[0], y[at] - s[1], s[0] + s[2], s[1] + s[3]};
}

}  // namespace invisiblur
