#pragma once
#include <memory>

#include "pipeline/face_stage.hpp"

namespace invisiblur {

/// A second pass where frames come one by one and no file is known: what a first pass learned comes from the file of options.analysis.
/// Frames are those that were analysed, all from the first on; their clock may begin elsewhere and tick otherwise.
/// Errors: std::invalid_argument where the file is none of a whole video, was made with other options or for pictures of another size;
///         push(), finish(): std::runtime_error where a frame is not the one that was analysed, or some are missing.
std::unique_ptr<FaceStage> make_analysed_stage(const Options& options, const StreamShape& shape);

}  // namespace invisiblur
