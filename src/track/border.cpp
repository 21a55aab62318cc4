#include "track/border.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/geometry.hpp"
#include "track/envelope.hpp"

namespace invisiblur {
namespace {

// A box that ends within this part of its size of the border may be cut off by it, and at least within so many pixels.
constexpr float kNearBorder = 0.1F;
constexpr float kNearBorder_px = 2;
// What is left of a cut face is seen smaller than it is by this part of its size, at most.
constexpr float kSeenSmaller = 0.15F;
// Motion is measured over this part of the face's size: those of a face that is being cut off jitter
// by a tenth of it. A slow face moves less in the time.
constexpr float kMeasuredMove = 0.5F;
constexpr double kMeasuredTime_s = 1;
// Who slows down on the way out is covered as well, down to this part of the measured motion.
constexpr float kSlower = 0.7F;
// Two places that are this many times as large together are not those of one face.
constexpr float kLargestUnion = 3;
// From beside the border a way over it may take this long, from farther off this: a walk between two looks, or with a head that is turned.
constexpr float kBeside = 0.3F;
constexpr double kLongestFromBeside_s = 6;
constexpr double kLongestFromAfar_s = 0.6;

struct Span {
    float from, size;
};

/// One axis of completed().
/// In: low, high, which ends are cut off; whole, expected: of the size 0 where they are not known.
Span completed_span(Span face, bool low, bool high, float whole, Span expected) {
    const float size = std::max(face.size, whole);
    if (low == high) return {face.from + (face.size - size) / 2, size};
    const float slack = expected.size > 0 ? kSeenSmaller * size : 0;
    if (low) {
        const float end = face.from + face.size;
        return {std::clamp(expected.from + expected.size, end, end + slack) - size, size};
    }
    return {std::clamp(expected.from, face.from - slack, face.from), size};
}

/// A face's way from a frame in which its place is known, away from what is known of it. Units: pixels a frame, frames from there.
struct Way {
    Box start;
    float dx = 0, dy = 0;
    double frames = 0;  ///< until the core is outside; 0 where it does not go there, or not soon

    Box after(float n) const { return {start.x + dx * n, start.y + dy * n, start.w, start.h}; }

    /// Where it may be by then.
    Box covered_after(std::int64_t n) const { return unite(after(static_cast<float>(n)), after(kSlower * static_cast<float>(n))); }
};

/// In how many frames a face has left the picture along one axis, by `motion` pixels a frame; infinite where it does not, or not soon: a border
/// that it is not beside it has to reach first, and who goes along one border is not about to cross the picture to the next.
/// In: from, size, the face's box; margin, what the core adds on each side, in box sizes; length, the picture's; all along the axis.
double frames_out(float from, float size, float motion, float margin, int length, double frame_rate) {
    constexpr double kNever = std::numeric_limits<double>::infinity();
    if (motion == 0) return kNever;
    const float to_border = motion < 0 ? from : static_cast<float>(length) - from - size;
    const double frames = (to_border + (1 + margin) * size) / std::abs(motion) / kSlower;
    const double longest_s = to_border < kBeside * size ? kLongestFromBeside_s : kLongestFromAfar_s;
    return frames <= longest_s * frame_rate ? frames : kNever;
}

/// Sets the motion at `frame` by the steps before it (`back` = -1) or after it (1): detections, or what was followed.
/// Returns: whether there was one of them.
bool measure(Way& way, const Tracklet& tracklet, std::int64_t frame, int back, bool detections, double frame_rate) {
    const float enough = kMeasuredMove * std::sqrt(area(way.start));
    const auto longest = static_cast<std::int64_t>(kMeasuredTime_s * frame_rate);
    bool measured = false;
    for (std::int64_t n = 1; n <= longest && tracklet.covers(frame + back * n); ++n) {
        const Step& other = tracklet.at(frame + back * n);
        if (detections != (other.from == BoxSource::detector)) continue;
        const float x = centre_x(way.start) - centre_x(other.box), y = centre_y(way.start) - centre_y(other.box);
        way.dx = x / static_cast<float>(n);
        way.dy = y / static_cast<float>(n);
        measured = true;
        if (std::hypot(x, y) >= enough) break;
    }
    return measured;
}

Way way_from(const Tracklet& tracklet, std::int64_t frame, int back, const TrackerSettings& settings) {
    Way way{tracklet.at(frame).box};
    if (!measure(way, tracklet, frame, back, true, settings.frame_rate)) measure(way, tracklet, frame, back, false, settings.frame_rate);
    const Box& box = way.start;
    const double out = std::min(frames_out(box.x, box.w, way.dx, settings.core_margin, settings.width, settings.frame_rate),
                                frames_out(box.y, box.h, way.dy, settings.core_margin, settings.height, settings.frame_rate));
    if (std::isfinite(out)) way.frames = std::max(0.0, out);
    return way;
}

}  // namespace

CutSides cut_sides(const Box& face, const TrackerSettings& settings) {
    const float x = std::max(kNearBorder_px, kNearBorder * face.w), y = std::max(kNearBorder_px, kNearBorder * face.h);
    return {face.x < x, face.y < y, face.x + face.w > static_cast<float>(settings.width) - x,
            face.y + face.h > static_cast<float>(settings.height) - y};
}

Box completed(const Box& face, const CutSides& cut, const Box& whole, const Box& expected) {
    const Span x = completed_span({face.x, face.w}, cut.left, cut.right, whole.w, {expected.x, expected.w});
    const Span y = completed_span({face.y, face.h}, cut.top, cut.bottom, whole.h, {expected.y, expected.h});
    return {x.from, y.from, x.size, y.size};
}

void complete_entry(Tracklet& tracklet, const TrackerSettings& settings) {
    if (!tracklet.covers(tracklet.first_detection)) return;
    const CutSides cut = cut_sides(tracklet.at(tracklet.first_detection).box, settings);
    if (!cut.any()) return;
    for (std::int64_t f = tracklet.first; f < tracklet.last_detection; ++f) {
        Step& step = tracklet.at(f);
        step.box = completed(step.box, cut, tracklet.whole, {});
    }
}

std::optional<Box> crossing_box(const Tracklet& tracklet, std::int64_t frame, const TrackerSettings& settings) {
    std::optional<Box> cover;
    const auto go = [&](std::int64_t from, int back) {
        const std::int64_t n = std::abs(frame - from);
        if (!tracklet.covers(from)) return;
        const Way way = way_from(tracklet, from, back, settings);
        if (static_cast<double>(n) > way.frames) return;
        const Box box = grown(way.covered_after(n), slip_after(n, settings.frame_rate));
        cover = cover ? either(*cover, box) : box;
    };
    if (frame > tracklet.known_until && frame <= tracklet.shot_last) go(tracklet.known_until, -1);
    if (frame > tracklet.last_detection && tracklet.last_detection < tracklet.known_until && frame <= tracklet.shot_last) go(tracklet.last_detection, -1);
    if (frame < tracklet.known_from && frame >= tracklet.shot_first) go(tracklet.known_from, 1);
    if (frame < tracklet.first_detection && tracklet.known_from < tracklet.first_detection && frame >= tracklet.shot_first) go(tracklet.first_detection, 1);
    return cover;
}

Box either(const Box& first, const Box& second) {
    const Box both = unite(first, second);
    return area(both) <= kLargestUnion * std::max(area(first), area(second)) ? both : first;
}

std::int64_t crossing_until(const Tracklet& tracklet, const TrackerSettings& settings) {
    const auto until = [&](std::int64_t from) { return from + static_cast<std::int64_t>(way_from(tracklet, from, -1, settings).frames); };
    return std::min(tracklet.shot_last, std::max(until(tracklet.known_until), until(tracklet.last_detection)));
}

}  // namespace invisiblur
