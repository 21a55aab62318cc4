#pragma once
#include <atomic>
#include <cstdint>
#include <string>

#include "invisiblur/options.hpp"

namespace invisiblur::av {

/// What a person wants to know of a video before anything is done to it; of its first video stream.
/// Units: pixels of the coded picture; degrees clockwise to turn it upright; seconds, frames a second, 0 where unknown;
///        start_s is the first frame's time; frames is an estimate.
struct VideoFacts {
    int width = 0;
    int height = 0;
    int rotation_degrees = 0;
    double frame_rate = 0;
    double start_s = 0;
    double duration_s = 0;
    std::int64_t frames = 0;
    std::string codec;
    bool sound = false;
};

/// Opens a file that somebody sent and decodes its first frame.
/// Errors: std::runtime_error that says why it is no video that can be read. A playlist is none: it could name other files of this machine.
VideoFacts read_video_facts(const std::string& path, const Options& options, const std::atomic<bool>& cancel);

}  // namespace invisiblur::av
