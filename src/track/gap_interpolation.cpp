#include "track/gap_interpolation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/geometry.hpp"
#include "track/association.hpp"

namespace invisiblur {
namespace {

// One whose area is so many times as large is another one.
constexpr float kOtherSize = 4;

// Boxes from the two sides that overlap this much agree; their mean is better than either.
constexpr float kAgree = 0.4F;
// A box from both sides that disagree covers both, unless they are so far apart that one must be wrong.
constexpr float kLargestUnion = 4;
// A box that overlaps the place midway between two detections this much is as good as both ways.
constexpr float kMidway = 0.7F;
// A gap between two looks of the detector is usual; a longer one is a bridge, and is reported as one.
constexpr double kUsualGap_s = 0.21;
// A face that nobody saw for longer than this may be anybody's.
constexpr double kLongestLink_s = 1.2;
// Between the ends of a gap a face moves at most by its own size, and by this part of it in each frame more.
constexpr float kLinkReach = 0.5F;
constexpr double kLinkReachPerSecond = 2;
constexpr float kLinkRatio = 1.6F;

Box mix(const Box& a, const Box& b, float part_b) {
    const float part_a = 1 - part_b;
    return {a.x * part_a + b.x * part_b, a.y * part_a + b.y * part_b, a.w * part_a + b.w * part_b, a.h * part_a + b.h * part_b};
}

float size_of(const Box& b) {
    return std::sqrt(std::max(1.0F, b.w * b.h));
}

}  // namespace

Step fuse(const Step& forward, const Step& back, float u, BoxSource from) {
    const float weight_f = (1 - u) * forward.trust, weight_b = u * back.trust;
    const float part_b = weight_b / std::max(1e-3F, weight_f + weight_b);
    Step step{mix(forward.box, back.box, part_b), 0, from, std::max(forward.trust, back.trust), {}};
    if (iou(forward.box, back.box) >= kAgree) return step;
    const Box both = unite(forward.box, back.box);
    if (area(both) <= kLargestUnion * std::max(area(forward.box), area(back.box))) step.box = both;
    return step;
}

namespace {

/// Whether the one step between two sure detections lies midway between them, where both would say that it is: the way back adds nothing.
bool agrees_with_ends(const Tracklet& tracklet, std::int64_t previous) {
    if (!tracklet.covers(previous)) return false;
    const Step &a = tracklet.at(previous), &b = tracklet.at(previous + 2);
    return (a.glanced || b.glanced) && a.trust >= 1 && b.trust >= 1 && iou(tracklet.at(previous + 1).box, mix(a.box, b.box, 0.5F)) >= kMidway;
}

/// Of text nobody knows when it gave way to what stood there at the next look: a subtitle to a longer one. Both go until then. What stands where it stood did
/// not move in between, whatever moves behind it.
/// In: start, end, what the two looks saw.
Step between(const Tracklet& tracklet, const Step& before, const Step& after, float u, BoxSource from, const Box& start, const Box& end) {
    Step step = fuse(before, after, u, from);
    if (!tracklet.text) return step;
    step.also = unite(before.box, after.box);
    if (iou(start, end) > 0) step.also = unite(step.also, unite(start, end));
    return step;
}

}  // namespace

void interpolate_gap(Tracklet& tracklet, std::int64_t previous, std::int64_t frame, const LumaHistory& history, std::int64_t changeable_from,
                double frame_rate) {
    const std::int64_t gap = frame - previous;
    const BoxSource from = static_cast<double>(gap) > kUsualGap_s * frame_rate ? BoxSource::bridge : BoxSource::flow;
    Step back = tracklet.at(frame);
    if (gap == 2 && agrees_with_ends(tracklet, previous)) return;
    const Box end = back.box, start = tracklet.covers(previous) ? tracklet.at(previous).box : end;
    float dx = -tracklet.velocity_x, dy = -tracklet.velocity_y;
    for (std::int64_t f = frame - 1; f > previous && f >= changeable_from && f >= history.begin() && f >= tracklet.first; --f) {
        const CarriedBox there = history.carry(f + 1, f, back.box, dx, dy);
        dx = centre_x(there.box) - centre_x(back.box);
        dy = centre_y(there.box) - centre_y(back.box);
        back = {there.box, 0, from, std::max(0.05F, std::min(back.trust, there.confidence)), {}};
        tracklet.at(f) = between(tracklet, tracklet.at(f), back, static_cast<float>(f - previous) / static_cast<float>(gap), from, start, end);
    }
}

void join(Tracklet& earlier, Tracklet&& later) {
    const std::int64_t a = earlier.last_detection, b = later.first_detection;
    const Step start = earlier.at(a), end = later.at(b);
    std::deque<Step> steps;
    for (std::int64_t f = a + 1; f < b; ++f) {
        const float u = static_cast<float>(f - a) / static_cast<float>(b - a);
        const bool has_a = earlier.covers(f), has_b = later.covers(f);
        if (has_a && has_b)
            steps.push_back(between(earlier, earlier.at(f), later.at(f), u, BoxSource::bridge, start.box, end.box));
        else if (has_a)
            steps.push_back(earlier.at(f));
        else if (has_b)
            steps.push_back(later.at(f));
        else
            steps.push_back({mix(start.box, end.box, u), 0, BoxSource::bridge, 0.1F, {}});
    }
    for (Step& step : steps) step.from = BoxSource::bridge;
    while (earlier.last() > a) earlier.steps.pop_back();
    earlier.steps.insert(earlier.steps.end(), steps.begin(), steps.end());
    earlier.steps.insert(earlier.steps.end(), later.steps.begin() + static_cast<std::ptrdiff_t>(b - later.first), later.steps.end());
    earlier.last_detection = later.last_detection;
    earlier.known_until = later.known_until;
    if (later.whole.w > 0) earlier.whole = later.whole;
    earlier.portrait = later.portrait;
    earlier.evident_until = later.evident_until;
    earlier.detections += later.detections;
    earlier.looks += later.looks;
    earlier.evidence += later.evidence;
    earlier.sure_glances += later.sure_glances;
    earlier.best_score = std::max(earlier.best_score, later.best_score);
    earlier.best_glance = std::max(earlier.best_glance, later.best_glance);
    earlier.last_look = std::max(earlier.last_look, later.last_look);
    earlier.largest = std::max(earlier.largest, later.largest);
    earlier.velocity_x = later.velocity_x;
    earlier.velocity_y = later.velocity_y;
    earlier.unsupported = later.unsupported;
    earlier.alive = later.alive;
}

bool continues(const Tracklet& earlier, const Tracklet& later, const TrackerSettings& settings) {
    if (earlier.alive || earlier.shot != later.shot || earlier.last() >= later.first || earlier.last_detection >= later.first_detection)
        return false;
    const double gap_s = static_cast<double>(later.first_detection - earlier.last_detection) / settings.frame_rate;
    if (gap_s > kLongestLink_s + settings.hold_s) return false;
    const Box &a = earlier.steps.back().box, &b = later.steps.front().box;
    const float size = std::max(size_of(a), size_of(b)), ratio = size / std::min(size_of(a), size_of(b));
    const double blind_s = static_cast<double>(later.first - earlier.last()) / settings.frame_rate;
    const float reach = size * (kLinkReach + static_cast<float>(kLinkReachPerSecond * blind_s));
    return ratio <= kLinkRatio && std::hypot(centre_x(a) - centre_x(b), centre_y(a) - centre_y(b)) <= reach;
}

bool same_place(const Tracklet& other, const Box& there, const Box& here, const TrackerSettings& settings) {
    if (other.best_glance <= 0) return same_face(there, here);
    const bool alike = std::max(area(there), area(here)) < kOtherSize * std::min(area(there), area(here));
    return other.believed(settings) && alike ? same_face(there, here) : iou(there, here) > kSameFaceIou;
}

}  // namespace invisiblur
