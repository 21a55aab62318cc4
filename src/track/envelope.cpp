#include "track/envelope.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/geometry.hpp"
#include "track/box_smoothing.hpp"

namespace invisiblur {
namespace {

// Detections jitter from look to look; a tenth of a second holds several of them.
constexpr double kRadius_s = 0.1;
// A followed box slips by about this part of its size per second since it was last detected, and by no more than the limit.
constexpr float kSlipPerSecond = 0.6F;
constexpr float kLargestSlip = 0.15F;
// A glance measures a box less exactly than a look, by about this part of its size.
constexpr float kGlanceSlip = 0.03F;
// In a mean a box that was followed counts for this part of a detection, and one that was only guessed for next to nothing.
constexpr float kFollowedWeight = 0.3F;
constexpr float kLeastWeight = 0.01F;
// Where a patch is a good part of the picture, its pulsing is what catches the eye: its box is steadied over this time to each side. Masks of
// small faces would only grow by it.
constexpr double kSteady_s = 0.4;
// From this part of the picture's shorter side a face counts as large, and from twice as much wholly so.
constexpr float kLargePart = 0.12F;
// The area of a face's box does not change by this factor in a tenth of a second.
constexpr float kOtherSize = 2;

std::int64_t joint_radius(double frame_rate) {
    return std::max<std::int64_t>(1, std::llround(kRadius_s * frame_rate));
}

std::int64_t steady_radius(double frame_rate) {
    return std::max<std::int64_t>(1, std::llround(kSteady_s * frame_rate));
}

bool sure(const Step& step) {
    return step.from == BoxSource::detector && step.trust >= 1;
}

/// How much the box may have slipped: by how far the frame lies from a sure detection, and by what that was.
float slip_at(const Tracklet& tracklet, std::int64_t frame, double frame_rate) {
    const auto farthest = static_cast<std::int64_t>(kLargestSlip / kSlipPerSecond * frame_rate);
    const auto sure_at = [&](std::int64_t f) { return tracklet.covers(f) && sure(tracklet.at(f)); };
    const auto look_at = [&](std::int64_t f) { return sure_at(f) && !tracklet.at(f).glanced; };
    for (std::int64_t d = 0; d < farthest; ++d) {
        if (!sure_at(frame - d) && !sure_at(frame + d)) continue;
        return std::min(kLargestSlip, slip_after(d, frame_rate) + (look_at(frame - d) || look_at(frame + d) ? 0 : kGlanceSlip));
    }
    return slip_after(farthest, frame_rate);
}

/// Steady motion, in pixels a frame: the slope of the straight line through the centres, by least squares.
struct Motion {
    float x = 0, y = 0;
};

Motion steady_motion(const Tracklet& tracklet, std::int64_t first, std::int64_t last) {
    float n = 0, st = 0, sx = 0, sy = 0, stt = 0, stx = 0, sty = 0;
    for (std::int64_t f = first; f <= last; ++f) {
        const auto t = static_cast<float>(f - first);
        const float x = centre_x(tracklet.at(f).box), y = centre_y(tracklet.at(f).box);
        n += 1;
        st += t;
        sx += x;
        sy += y;
        stt += t * t;
        stx += t * x;
        sty += t * y;
    }
    const float spread = n * stt - st * st;
    return spread > 0 ? Motion{(n * stx - st * sx) / spread, (n * sty - st * sy) / spread} : Motion{};
}

/// The box at `frame` with the mean of those in [first, last] as they would lie then; detections say more than what was followed.
/// A sure box of quite another size, as in a dissolve from one face to another, is no jitter and is united whole.
Box joint_box(const Tracklet& tracklet, std::int64_t frame, std::int64_t first, std::int64_t last) {
    const Motion motion = steady_motion(tracklet, first, last);
    const Box& here = tracklet.at(frame).box;
    Box mean{0, 0, 0, 0}, others = here;
    float weights = 0;
    for (std::int64_t f = first; f <= last; ++f) {
        const Step& step = tracklet.at(f);
        Box box = step.also.w > 0 ? unite(step.box, step.also) : step.box;
        const float weight = kLeastWeight + step.trust * (step.from == BoxSource::detector ? 1 : kFollowedWeight);
        const auto away = static_cast<float>(frame - f);
        box.x += motion.x * away;
        box.y += motion.y * away;
        if (sure(step) && area(box) > kOtherSize * area(here)) others = unite(others, box);
        weights += weight;
        mean.x += weight * box.x;
        mean.y += weight * box.y;
        mean.w += weight * box.w;
        mean.h += weight * box.h;
    }
    return unite(others, Box{mean.x / weights, mean.y / weights, mean.w / weights, mean.h / weights});
}

/// The joint box, widened where it was only followed.
Box widened_box(const Tracklet& tracklet, std::int64_t frame, std::int64_t last_known, double frame_rate) {
    const std::int64_t radius = joint_radius(frame_rate);
    const std::int64_t first = std::max(tracklet.first, frame - radius), last = std::min({tracklet.last(), frame + radius, last_known});
    const Box all = joint_box(tracklet, frame, first, last);
    return grown(all, slip_at(tracklet, frame, frame_rate));
}

Box mixed(const Box& a, const Box& b, float part_of_b) {
    const auto mix = [&](float x, float y) { return x + (y - x) * part_of_b; };
    return {mix(a.x, b.x), mix(a.y, b.y), mix(a.w, b.w), mix(a.h, b.h)};
}

}  // namespace

float slip_after(std::int64_t frames, double frame_rate) {
    return std::min(kLargestSlip, kSlipPerSecond * static_cast<float>(frames) / static_cast<float>(frame_rate));
}

std::int64_t envelope_radius(double frame_rate) {
    return 2 * steady_radius(frame_rate) + joint_radius(frame_rate);
}

Box envelope(const Tracklet& tracklet, std::int64_t frame, std::int64_t last_known, const TrackerSettings& settings) {
    const double rate = settings.frame_rate;
    const Box here = widened_box(tracklet, frame, last_known, rate);
    const float part = std::min(here.w, here.h) / static_cast<float>(std::max(1, std::min(settings.width, settings.height)));
    const float large = std::clamp(part / kLargePart - 1, 0.0F, 1.0F);
    if (large <= 0) return here;
    const std::int64_t radius = steady_radius(rate);
    const std::int64_t first = std::max(tracklet.first, frame - 2 * radius), last = std::min({tracklet.last(), frame + 2 * radius, last_known});
    std::vector<Box> around;
    for (std::int64_t f = first; f <= last; ++f) around.push_back(widened_box(tracklet, f, last_known, rate));
    return mixed(here, smooth_box(around, static_cast<std::size_t>(frame - first), static_cast<std::size_t>(radius)), large);
}

}  // namespace invisiblur
