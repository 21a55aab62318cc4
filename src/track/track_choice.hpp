#pragma once
#include "invisiblur/options.hpp"
#include "invisiblur/tracks.hpp"

namespace invisiblur {

/// Makes sure that --only-tracks, --except-tracks, --only-persons and --except-persons name what exists: a wrong number would leave a face where it is.
/// Errors: std::invalid_argument that names the option, the number and the numbers there are.
void check_chosen_tracks(const Options& options, const Tracks& tracks);

/// Whether tracks must be looked at to learn whose faces they show.
inline bool looks_for_persons(const Options& options) {
    return options.persons || !options.keep_person.empty() || !options.hide_person.empty();
}

/// Whether --only-persons or --except-persons leave a track's face visible. Whose face is unknown is hidden.
bool stays_visible(const Options& options, const Track& track);

}  // namespace invisiblur
