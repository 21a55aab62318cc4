#pragma once
#include <span>

#include "erase/background/plate.hpp"
#include "image/summed_area.hpp"

namespace invisiblur {

/// How much of any rectangle of a plate is known, among the pixels that count.
/// Units: pixels of the plate, its area's upper left corner being (0, 0).
class KnownShare {
public:
    /// In: wanted, 1 for the pixels that count, as many as the plate's; empty for all.
    KnownShare(const Plate& plate, std::span<const std::uint8_t> wanted)
        : bounds_{0, 0, plate.area.width(), plate.area.height()},
          known_(of(plate)),
          counts_(bounds_.x1, bounds_.y1, [&](std::size_t i) { return wanted.empty() || wanted[i] != 0; }) {}

    /// After the plate has forgotten something.
    void count_again(const Plate& plate) { known_ = of(plate); }

    bool at_least(double share, const Rect& r) const { return known_.sum(r) >= share * counts_.sum(r); }

    /// Whether most of the square around a pixel is known. Units: reach_px to each side of it.
    bool mostly_known(int x, int y, int reach_px) const {
        constexpr double kMostly = 0.75;
        return at_least(kMostly, intersect(grow(Rect{x, y, x + 1, y + 1}, reach_px, reach_px), bounds_));
    }

private:
    SummedArea of(const Plate& plate) const {
        return {bounds_.x1, bounds_.y1, [&](std::size_t i) { return plate.known[i]; }};
    }

    Rect bounds_;
    SummedArea known_, counts_;
};

}  // namespace invisiblur
