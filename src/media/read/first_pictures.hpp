#pragma once
#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "media/libav/handles.hpp"
#include "invisiblur/options.hpp"

namespace invisiblur::av {

/// Looks through a file for the first picture of each of these video streams, however late it comes.
/// In:      streams, by index in the container.
/// Returns: pictures by stream; a stream that holds none is not among them.
/// Errors:  as Input and VideoDecoder; Cancelled.
std::map<int, FramePtr> find_first_pictures(const std::string& path, const std::vector<int>& streams, const Options& options,
                                            const std::atomic<bool>& cancel);

}  // namespace invisiblur::av
