#pragma once
#include <map>
#include <memory>
#include <vector>

#include "invisiblur/tracks.hpp"
#include "job/progress_meter.hpp"
#include "media/read/reader.hpp"
#include "media/write/frame_sink.hpp"
#include "pipeline/face_stage.hpp"

namespace invisiblur::av {

/// What the last pass counted in one video stream.
struct RenderedStream {
    std::int64_t frames = 0;
    std::int64_t frames_masked = 0;
    std::map<int, PaintedShare> painted = {};  ///< by track
};

/// The last pass: decodes, finds or looks up the faces, erases them and hands on frames and copied packets, each step in a thread of
/// its own with short queues between.
/// In:     reader, from its beginning; stages and options, one for each of reader.videos().
/// Errors: as the parts; Cancelled. The sink is not finished then.
std::vector<RenderedStream> render(Reader& reader, const std::vector<std::unique_ptr<FaceStage>>& stages, const std::vector<Options>& options,
                                   FrameSink& sink, ProgressMeter& meter, const std::atomic<bool>& cancel);

}  // namespace invisiblur::av
