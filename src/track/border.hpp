#pragma once
#include <cstdint>
#include <optional>

#include "track/tracklet.hpp"

namespace invisiblur {

/// Which sides of a face the picture's border cuts off, or may cut off.
struct CutSides {
    bool left = false, top = false, right = false, bottom = false;
    bool any() const { return left || top || right || bottom; }
};

/// The sides that a detector's box has at the border, or nearly so: the rest of a cut face is given smaller than it is.
CutSides cut_sides(const Box& face, const TrackerSettings& settings);

/// The whole face of which the border cuts off some sides. A detector's box says there where the sides within the picture are, and not how
/// large the face is: that is what it was, or will be, where nothing cuts it off.
/// In: whole, a box of the face's whole size, empty where that is not known; expected, where the face should be by its motion, empty likewise.
Box completed(const Box& face, const CutSides& cut, const Box& whole, const Box& expected);

/// Once a face that came in over the border is whole: gives its boxes before the size that it has now.
void complete_entry(Tracklet& tracklet, const TrackerSettings& settings);

/// What is to be covered of a face that nobody sees on its way over the border, out or in: it goes on by its own motion until its core is
/// outside.
/// Returns: none where the frame lies between the first and the last in which its place is known, or it is not on such a way then.
std::optional<Box> crossing_box(const Tracklet& tracklet, std::int64_t frame, const TrackerSettings& settings);

/// Both boxes of a face that may be in either; the first alone where they are so far apart that the other one must be wrong.
Box either(const Box& first, const Box& second);

/// The last frame in which crossing_box() has an answer; the last with a known place where it has none after that.
std::int64_t crossing_until(const Tracklet& tracklet, const TrackerSettings& settings);

}  // namespace invisiblur
