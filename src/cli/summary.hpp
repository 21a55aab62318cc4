#pragma once
#include <string>

#include "invisiblur/transcode.hpp"

namespace invisiblur::cli {

/// "1 face", "2 faces".
std::string counted(std::int64_t count, const std::string& noun);

/// "a, b and c".
std::string listed(const std::vector<std::string>& words);

/// What a job did, in words, for the one line that it ends with: where the result is, who is hidden in how many frames, which places a person should look at, and what may
/// still give the person away: "clean.mkv: 3 faces hidden in 322 of 480 frames; 2 places to look at: 00:00:12.300, 00:01:40.000; sound and place are still in it; 12.3 s"
std::string summary(const TranscodeJob& job, const Report& report);

}  // namespace invisiblur::cli
