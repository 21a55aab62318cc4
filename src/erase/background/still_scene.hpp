#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "erase/background/plate_estimate.hpp"

namespace invisiblur {

/// What stands behind the faces of a shot whose camera stands still: what was seen of it and, where nothing ever was, what was made up once
/// and stays as long as nothing is revealed.
/// Threads: one thread at a time.
class StillScene {
public:
    /// In: complete, make up what was not seen; reach_px, so far around halos a plate is wanted.
    StillScene(bool complete, int reach_px) : complete_(complete), reach_px_(reach_px) {}

    /// The plate of an area from the samples at hand, what remains unknown closed smoothly. What their halos show of the scene while somebody sways before it
    /// (find_halo_scene) is asked for, too.
    /// In: samples, of the shot, in the order of time, their areas set; area, on the chroma grid.
    Plate plate(std::span<const PlateSample> samples, const Rect& area);

private:
    std::vector<PlateSample> looked_at(std::span<const PlateSample> samples);
    void keep(const Plate& plate);

    bool complete_;
    int reach_px_;
    std::vector<PlateSample> known_;  ///< samples whose halos were compared with earlier and later ones; without their pictures
    bool steady_ = true;  ///< the samples' light changed everywhere alike, if at all
    Plate made_;  ///< what was made up so far; its area empty for nothing
};

/// A plate that takes the place of an earlier one: what that had made up and this one has seen is faded over, slowly enough to be missed; the rest
/// is new at once.
/// Units: frames, from `start` on.
/// In:    before, the plate at the frame `start`, of the same area.
std::unique_ptr<PlateSource> make_fading_plate(Plate before, Plate plate, std::int64_t start, std::int64_t frames);

}  // namespace invisiblur
