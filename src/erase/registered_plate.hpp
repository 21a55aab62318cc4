#pragma once
#include <span>
#include <vector>

#include "erase/plate_estimate.hpp"
#include "track/camera.hpp"

namespace invisiblur {

/// A frame that may show what another one hides.
struct RegisteredSample {
    const PlateSample* sample = nullptr;
    Homography from_target;  ///< from the target frame's pixels to this one's
};

/// The plate of one frame from others of a moving camera: each is laid over the target, those that do not fit the ring around the
/// faces are refused (wrong registration is worse than none), and of the rest each pixel takes the robust mean of the nearest in time.
/// No pixel of a core or a halo of any frame takes part, not even as an interpolation's neighbour.
/// In: target, its areas set; samples, nearest in time first; area on the chroma grid; reach_px, how far around the target's halos the
///     plate is wanted: farther away it is left unknown.
/// Threads: safe.
Plate estimate_registered(const PlateSample& target, std::span<const RegisteredSample> samples, const Rect& area, int reach_px);

/// The same for any part of the target, made when it is asked for.
/// In: samples, nearest in time first, and the map from the target's pixels to each one's. The pictures are held as long as the source
/// lives.
std::unique_ptr<PlateSource> make_registered_plate(PlateSample target, std::vector<PlateSample> samples, std::vector<Homography> maps,
                                                   int reach_px);

}  // namespace invisiblur
