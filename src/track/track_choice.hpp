#pragma once
#include "invisiblur/options.hpp"
#include "invisiblur/tracks.hpp"

namespace invisiblur {

/// Makes sure that --only-tracks and --except-tracks name tracks that exist: a wrong number would leave a face where it is.
/// Errors: std::invalid_argument that names the option, the id and the ids there are.
void check_chosen_tracks(const Options& options, const Tracks& tracks);

}  // namespace invisiblur
