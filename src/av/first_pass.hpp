#pragma once
#include <memory>
#include <vector>

#include "analyser.hpp"
#include "av/progress_meter.hpp"
#include "av/reader.hpp"

namespace invisiblur::av {

/// Learns the faces, cuts and plates of all video streams; decoding and analysis each in a thread of its own.
/// In:     reader, from its beginning; options, one for each of reader.videos().
/// Errors: as the reader and the analysis; Cancelled.
std::vector<std::shared_ptr<const Analysis>> analyse(Reader& reader, const std::vector<Options>& options, ProgressMeter& meter,
                                                     const std::atomic<bool>& cancel);

}  // namespace invisiblur::av
