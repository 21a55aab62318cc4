#pragma once
#include <memory>

#include "pipeline/analysis_file.hpp"
#include "pipeline/face_stage.hpp"

namespace invisiblur {

/// A second pass over a stretch of a video: the stage gets the frames around it too, and gives those of the stretch.
/// In:     wanted, the frames that come out; seen, the first frame and the end of those that go in. Frames before `seen` are passed over.
/// Errors: push() and finish(): std::runtime_error where the frames are not those that were analysed.
std::unique_ptr<FaceStage> make_shard_stage(const Options& options, const StreamShape& shape, std::shared_ptr<const Analysis> analysis,
                                              const FrameRange& wanted, const FrameRange& seen);

}  // namespace invisiblur
