#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "job/progress_meter.hpp"
#include "media/read/reader.hpp"
#include "pipeline/analysis_file.hpp"
#include "pipeline/face_stage.hpp"

namespace invisiblur::av {

/// A first pass that begins or ends within the file, or has help. None, or one for each video stream.
struct FirstPassExtent {
    std::vector<AnalysisStart> starts;
    std::vector<FrameRange> pts;  ///< frames that are shown at other times are passed over
};

/// Learns the faces, cuts and plates of all video streams; decoding and analysis each in a thread of its own.
/// In:     reader, from its beginning; options, one for each of reader.videos(); show_plates, null or told the plates of the first video's
///         shots, on the analysing thread.
///         note_packet, null or told each packet that the reader hands out, on the decoding thread.
/// Errors: as the reader and the analysis; Cancelled.
std::vector<std::shared_ptr<const Analysis>> analyse(Reader& reader, const std::vector<Options>& options, ProgressMeter& meter,
                                                     const std::atomic<bool>& cancel, const ShotPlates::Show& show_plates = nullptr,
                                                     const std::function<void(const AVPacket&)>& note_packet = nullptr,
                                                     const FirstPassExtent& extent = {});

}  // namespace invisiblur::av
