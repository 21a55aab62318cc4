#pragma once
#include "pipeline/face_stage.hpp"

namespace invisiblur {

/// Refuses what --hide people cannot do well: the camera moves, or nothing is known of what is behind, in a shot in which somebody is hidden.
/// Errors:  std::runtime_error that says when; none where people are not to be hidden.
/// Threads: safe.
void check_still_camera(const Options& options, const Analysis& analysis);

/// Refuses people where frames are written before all of them were seen: nobody knows by then whether the camera stands still.
/// Errors:  std::invalid_argument.
void refuse_people_unseen(const Options& options);

}  // namespace invisiblur
