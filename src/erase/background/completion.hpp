#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "erase/background/plate_estimate.hpp"

namespace invisiblur {

/// Completes what no frame showed of a still shot's plate, by exemplars (find_exemplars): out of known scene around it, never out of a person.
/// Each hole has its own window, so that the work depends on the holes and not on the picture.
/// In:      plate, as estimated from the samples and before fill_unknown(); what is `made_up` of it already stays and is fitted to. samples, of the shot,
///          their areas set; wanted, 1 for the plate's pixels that must be complete.
/// What is completed becomes known and made up. Where that is hopeless (a head fills the picture) it stays unknown.
/// Threads: safe; the result does not depend on their number.
void complete_plate(Plate& plate, std::span<const PlateSample> samples, std::span<const std::uint8_t> wanted);

}  // namespace invisiblur
