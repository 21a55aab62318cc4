#pragma once
#include <memory>
#include <string>
#include <vector>

#include "invisiblur/transcode.hpp"
#include "job/progress_meter.hpp"
#include "media/read/reader.hpp"

namespace invisiblur::av {

/// What is to be verified.
struct VerifyTask {
    std::string source;  ///< "" where it cannot be read again
    std::string result;  ///< where the bytes are now
    std::string name;    ///< of the result, for messages
};

/// Reads a finished result again, beside its source where that is possible, and searches it for faces.
/// In:     options of each video stream; streams, what was done to each.
/// Errors: as Reader; std::runtime_error where the result has not the frames that were written; Cancelled.
VerifyReport verify(const VerifyTask& task, const std::vector<Options>& options, const std::vector<StreamReport>& streams, ProgressMeter& meter,
                    const std::atomic<bool>& cancel);

}  // namespace invisiblur::av
