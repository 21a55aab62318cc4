#include "track/steady_box.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace invisiblur {
namespace {

/// How far a box reaches from a centre to the left, up, right and down, in pixels.
using Sides = std::array<float, 4>;

struct Centre {
    float x = 0, y = 0;
};

/// Indices [first, last] within `radius` of `at`.
struct Window {
    std::size_t first, last;
    Window(std::size_t at, std::size_t radius, std::size_t count) : first(at > radius ? at - radius : 0), last(std::min(at + radius, count - 1)) {}
    float size() const { return static_cast<float>(last - first + 1); }
};

/// The mean of the centres around; the window shrinks evenly at the ends, so that a steady motion stays where it is.
Centre smoothed_centre(std::span<const Box> boxes, std::size_t at, std::size_t radius) {
    const Window window(at, std::min({radius, at, boxes.size() - 1 - at}), boxes.size());
    Centre sum;
    for (std::size_t i = window.first; i <= window.last; ++i) {
        sum.x += boxes[i].x + boxes[i].w / 2;
        sum.y += boxes[i].y + boxes[i].h / 2;
    }
    return {sum.x / window.size(), sum.y / window.size()};
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

Box steady_box(std::span<const Box> boxes, std::size_t at, std::size_t radius) {
    std::vector<Centre> centres;
    std::vector<Sides> sides, usual, least, lasting;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const Box& b = boxes[i];
        // A centre that is smoothed less than the sides goes along with the face.
        const Centre c = centres.emplace_back(smoothed_centre(boxes, i, std::max<std::size_t>(1, radius / 4)));
        sides.push_back({c.x - b.x, c.y - b.y, b.x + b.w - c.x, b.y + b.h - c.y});
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
    const Centre c = centres[at];
    return {c.x - s[0], c.y - s[1], s[0] + s[2], s[1] + s[3]};
}

}  // namespace invisiblur
