#pragma once
#include "invisiblur/anonymizer.hpp"
#include "track/tracker.hpp"

namespace invisiblur {

/// How sure the tracker must be, after options.sensitivity and options.min_score.
/// Errors: std::invalid_argument for a sensitivity that is none of cautious, normal, strict.
TrackerSettings settings_for(const Options& options, const StreamShape& shape, int horizon_frames);

}  // namespace invisiblur
