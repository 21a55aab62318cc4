#include "track/envelope.hpp"

#include <algorithm>
#include <cmath>

#include "geometry.hpp"

namespace invisiblur {
namespace {

// Detections jitter from look to look; a tenth of a second holds several of them.
constexpr double kRadius_s = 0.1;
// A followed box slips by about this part of its size per second since it was last detected, and by no more than the limit.
constexpr float kSlipPerSecond = 0.6F;
constexpr float kLargestSlip = 0.15F;

/// How far the frame lies from a sure detection, among the frames around it.
std::int64_t from_detection(const Trail& trail, std::int64_t frame, std::int64_t farthest) {
    const auto sure = [&](std::int64_t f) { return trail.covers(f) && trail.at(f).from == BoxSource::detector && trail.at(f).trust >= 1; };
    for (std::int64_t d = 0; d < farthest; ++d) {
        if (sure(frame - d) || sure(frame + d)) return d;
    }
    return farthest;
}

}  // namespace

std::int64_t envelope_radius(double frame_rate) {
    return std::max<std::int64_t>(1, std::llround(kRadius_s * frame_rate));
}

Box envelope(const Trail& trail, std::int64_t frame, std::int64_t last_known, double frame_rate) {
    const std::int64_t radius = envelope_radius(frame_rate);
    const std::int64_t first = std::max(trail.first, frame - radius), last = std::min({trail.last(), frame + radius, last_known});
    // Steady motion: the straight line through the centres, by least squares.
    float n = 0, st = 0, sx = 0, sy = 0, stt = 0, stx = 0, sty = 0;
    for (std::int64_t f = first; f <= last; ++f) {
        const auto t = static_cast<float>(f - frame);
        const float x = centre_x(trail.at(f).box), y = centre_y(trail.at(f).box);
        n += 1;
        st += t;
        sx += x;
        sy += y;
        stt += t * t;
        stx += t * x;
        sty += t * y;
    }
    const float spread = n * stt - st * st;
    const float vx = spread > 0 ? (n * stx - st * sx) / spread : 0, vy = spread > 0 ? (n * sty - st * sy) / spread : 0;
    Box all = trail.at(frame).box;
    for (std::int64_t f = first; f <= last; ++f) {
        const Step& step = trail.at(f);
        Box box = step.also.w > 0 ? unite(step.box, step.also) : step.box;
        box.x += vx * static_cast<float>(frame - f);
        box.y += vy * static_cast<float>(frame - f);
        all = unite(all, box);
    }
    const auto farthest = static_cast<std::int64_t>(kLargestSlip / kSlipPerSecond * frame_rate);
    const float slip = std::min(
        kLargestSlip, kSlipPerSecond * static_cast<float>(from_detection(trail, frame, farthest)) / static_cast<float>(frame_rate));
    return {all.x - slip * all.w, all.y - slip * all.h, all.w * (1 + 2 * slip), all.h * (1 + 2 * slip)};
}

}  // namespace invisiblur
