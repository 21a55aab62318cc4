#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "invisiblur/options.hpp"

namespace invisiblur::av {

/// A small copy of a video's first video stream that every browser plays and jumps about in quickly: MP4 with H.264, frames never farther
/// than half a second from a key frame, with the first sound that MP4 and browsers know as it is. The picture lies as it is coded, and
/// the first frame's time is 0, so that clips of a source and of its result run in step.
struct PreviewClip {
    std::string source;
    std::string target;
    int longest_px = 960;  ///< most pixels of the longer side
};

/// Writes it; it appears under its name when it is complete.
/// In:     frame, is told the number of frames done.
/// Errors: std::runtime_error; Cancelled. Nothing stands under the target's name then.
void make_preview_clip(const PreviewClip& clip, const Options& options, const std::atomic<bool>& cancel,
                       const std::function<void(std::int64_t)>& frame);

}  // namespace invisiblur::av
