#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/face_stage.hpp"

namespace invisiblur {

class PendingFile;

/// What an analysis must belong to.
struct AnalysisOrigin {
    std::string source;   ///< tells one file from another; empty where that is not known, and not asked
    std::string options;  ///< those that decide what is found and learned

    bool operator==(const AnalysisOrigin&) const = default;
};

/// Frames [first, end) of a video.
struct FrameRange {
    std::int64_t first = 0, end = INT64_MAX;
};

/// Writes all that a first pass learned, tracks, plates and references included, so that other runs can write what this one would.
/// In:     one analysis for each video stream.
/// Format: CborWriter's. First {"source", "options", "streams": how many}; for each stream {"detector"}, rows of the frames' pts;
///         {"width", "height", "time_base", "frames", "tracks": how many} and for each track {"id", "kind"} with rows [pts, [x, y, w, h], score, BoxSource];
///         rows of doubts [track, first pts, last pts, [x, y, w, h], why], of spans [track, first, last, starts unseen, ends unseen], of the shots' first
///         frames; then each shot as put_shot() has it.
/// Errors: as CborWriter.
void save_analyses(PendingFile& file, const AnalysisOrigin& origin, const std::vector<std::shared_ptr<const Analysis>>& analyses);

/// Reads it. Plates and references of shots without one of the frames are left out.
/// In:     ranges, none for all frames, or one for each stream, in pts.
/// Errors: as CborReader; std::invalid_argument where it belongs to another source or was made with other options.
std::vector<std::shared_ptr<const Analysis>> load_analyses(const std::string& path, const AnalysisOrigin& origin,
                                                           const std::vector<FrameRange>& ranges = {});

/// Whether a file holds one.
bool is_analysis_file(const std::string& path);

}  // namespace invisiblur
