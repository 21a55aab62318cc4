#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "analyser.hpp"
#include "av/progress_meter.hpp"
#include "av/reader.hpp"

namespace invisiblur::av {

/// Learns the faces, cuts and plates of all video streams; decoding and analysis each in a thread of its own.
/// In:     reader, from its beginning; options, one for each of reader.videos(); show_plates, null or told the plates of the first video's
///         shots, on the analysing thread.
///         note_packet, null or told each packet that the reader hands out, on the decoding thread.
/// Errors: as the reader and the analysis; Cancelled.
std::vector<std::shared_ptr<const Analysis>> analyse(Reader& reader, const std::vector<Options>& options, ProgressMeter& meter,
                                                     const std::atomic<bool>& cancel, const ShotPlates::Show& show_plates = nullptr,
                                                     const std::function<void(const AVPacket&)>& note_packet = nullptr);

}  // namespace invisiblur::av
