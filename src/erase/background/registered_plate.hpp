#pragma once
#include <memory>
#include <span>
#include <vector>

#include "erase/background/key_background.hpp"
#include "erase/background/warped_sampler.hpp"

namespace invisiblur {

/// The plate of one frame from others: each is laid over the target, those that do not fit the ring around the faces are refused (wrong
/// registration is worse than none), and of the rest each pixel takes the robust mean of those that fit best nearby, of equally good
/// ones the nearest in time. Where these disagree more are asked, and nothing is believed that less than half of them confirm.
/// No pixel of a core takes part, not even as an interpolation's neighbour; a halo's only where it shows what is seen outside halos too.
/// In: target, its areas set; samples, nearest in time first; area on the chroma grid; reach_px, how far around the target's halos the
///     plate is wanted: farther away it is left unknown.
/// Threads: safe.
Plate estimate_registered(const PlateSample& target, std::span<const RegisteredSample> samples, const Rect& area, int reach_px);

/// The target with its halos replaced by what the samples show behind them, or closed smoothly where they show nothing.
Plate laid_over(const PlateSample& target, std::span<const RegisteredSample> samples);

/// A neighbour whose plates will do where they fit.
struct Keyed {
    std::shared_ptr<const KeyBackground> plates;  ///< null for none
    Homography to_key = {};                   ///< from the target's pixels to the key's
    std::shared_ptr<const KeyBackground> before = nullptr;  ///< the key before it, from which what is made up fades over; null for none
    Homography to_before = {};                ///< likewise
    float before_share = 0;
    MadeUpPieces pieces = {};                 ///< what was made up of the shot, for where they do not fit
    Camera::Pose pose = {};                   ///< of the target
};

/// estimate_registered() for any part of the target, made when it is asked for.
/// In: samples, nearest in time first, and the map from the target's pixels to each one's. The pictures are held as long as the source
/// lives.
std::unique_ptr<PlateSource> make_registered_plate(PlateSample target, std::vector<PlateSample> samples, std::vector<Homography> maps,
                                                   int reach_px, Keyed key = {});

}  // namespace invisiblur
