#pragma once
#include <atomic>
#include <vector>

#include "persons/choice.hpp"

namespace invisiblur::av {

/// The faces of the photos that --keep-person and --hide-person name.
/// In:     options, what finds a face is theirs.
/// Errors: one sentence that names the photo, where it is a film, cannot be read, shows no face or several, or one that is too small or turned away.
std::vector<PersonPhoto> read_person_photos(const Options& options, const FaceAligner& aligner, FaceDescriber& describer,
                                            const std::atomic<bool>& cancel);

}  // namespace invisiblur::av
