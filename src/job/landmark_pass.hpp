#pragma once
#include <atomic>
#include <string>
#include <vector>

#include "job/progress_meter.hpp"
#include "media/read/reader.hpp"

namespace invisiblur::av {

/// Looks at each hidden face in the source and writes down its box, its five points and where it faces.
/// In:      reader, from its beginning; tracks, of each video stream, as they were hidden.
/// Returns: for each video stream the text of a CSV file: a line for each box, with empty fields where no face is seen in it; nothing is
///          drawn between frames. Angles in degrees, points in pixels of the coded picture, times in seconds.
/// Errors:  as the reader and FacePointFinder; Cancelled.
std::vector<std::string> landmarks_of(Reader& reader, const Options& options, const std::vector<const Tracks*>& tracks, ProgressMeter& meter, const std::atomic<bool>& cancel);

}  // namespace invisiblur::av
