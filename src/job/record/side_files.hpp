#pragma once
#include <cstddef>
#include <string>

#include "invisiblur/transcode.hpp"

namespace invisiblur {

/// Makes sure that nothing which a job writes beside its result (report, tracks, plate) takes the place of the input, of the result, of
/// a file that the job reads, or of another one of them, whatever names they go by: links and "./" included.
/// Errors: std::invalid_argument that names the option and the file.
void check_side_files(const TranscodeJob& job);

/// The tracks file of the n-th video stream: the given name for the first, "name.2.json" for the second.
std::string tracks_path(const std::string& path, std::size_t video);

}  // namespace invisiblur
