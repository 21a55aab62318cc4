#pragma once
#include "track/tracklet.hpp"

namespace invisiblur {

/// The tracklet's box at a frame, united with the mean of its neighbours' in time as they would lie now: neither a single wrong box nor
/// an average of a fast move lets the mask slip off, and jitter widens it little. A box that was only followed is widened a little,
/// and one that is a good part of the picture is steadied.
/// In: last_known, the last frame that may take part.
Box envelope(const Tracklet& tracklet, std::int64_t frame, std::int64_t last_known, const TrackerSettings& settings);

/// How far a box may have slipped off its face, this many frames from a sure detection. Units: part of the box's size, to each side.
float slip_after(std::int64_t frames, double frame_rate);

/// How many frames on each side take part, at most.
std::int64_t envelope_radius(double frame_rate);

}  // namespace invisiblur
