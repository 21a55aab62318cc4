#pragma once
#include <span>

#include "erase/background/warped_sampler.hpp"

namespace invisiblur {

/// Whether enough may become known behind a face: two samples see the part `least` of its core. No work goes into others.
/// Threads: safe.
bool is_seen_behind(const FaceArea& face, std::span<const RegisteredSample> samples, double least);

/// What the samples show of a part of the target, around some faces: as estimate_registered() says, before anything is judged by a face.
/// In: area, on the chroma grid; faces, in the target's pixels, its own or those that neighbouring frames have there; reach_px, how far around them.
/// Threads: safe.
Plate seen_by(std::span<const RegisteredSample> samples, const PlateSample& target, std::span<const FaceArea> faces, const Rect& area,
              int reach_px);

}  // namespace invisiblur
