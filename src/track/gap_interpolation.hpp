#pragma once
#include <cstdint>

#include "track/tracklet.hpp"

namespace invisiblur {

/// A step in a gap, made of what came to it from both sides; where they disagree, a box that covers both.
/// In: u, in (0, 1), how far it lies from the earlier side; from, what the result says of itself.
Step fuse(const Step& forward, const Step& back, float u, BoxSource from);

/// Goes over the steps between the last detection before `frame` and the one at `frame`, which the tracklet has just got:
/// content is also followed backwards from there, and each box made from both sides.
/// In: previous, the frame of the detection before; changeable_from, the first frame that may still change.
void interpolate_gap(Tracklet& tracklet, std::int64_t previous, std::int64_t frame, const LumaHistory& history, std::int64_t changeable_from,
                double frame_rate);

/// Joins a later tracklet to an earlier one of the same face, which lost it before; the earlier one goes on as the whole.
/// The steps between the two detections are made from both sides, or drawn in a straight line where neither reached.
void join(Tracklet& earlier, Tracklet&& later);

/// Whether the later tracklet can be the earlier one after a gap that neither could follow: close by, of similar size, in time.
bool continues(const Tracklet& earlier, const Tracklet& later, const TrackerSettings& settings);

/// Whether a track has come to another one's place. Of what glances saw, one that is not believed may be a thing of any size around a face, and
/// in a dissolve one face lies within another.
bool same_place(const Tracklet& other, const Box& there, const Box& here, const TrackerSettings& settings);

}  // namespace invisiblur
