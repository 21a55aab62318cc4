#pragma once
#include <atomic>
#include <string>

#include "invisiblur/transcode.hpp"

namespace invisiblur::av {

/// The output that a job's result gets: as planned, but with Matroska's ending where the source's own kind of file can neither be written nor hold
/// what stands for a codec that nobody writes. A name of another kind than the source's is the user's own wish and stays.
/// Errors: none: what cannot be opened keeps its name, and is an error later.
std::string result_name(const TranscodeJob& job, const std::atomic<bool>& cancel);

}  // namespace invisiblur::av
