#pragma once
#include <string>
#include <vector>

#include "media/read/reader.hpp"
#include "media/write/encoder.hpp"

namespace invisiblur::av {

/// What the result will lack because its container or its encoder cannot hold it: streams, covers, rotation, chapters, exact times,
/// closed captions, moving HDR metadata. One sentence each, known before any work is done.
/// In: encoders, one for each of the source's videos.
std::vector<std::string> find_losses(const Reader& source, const AVOutputFormat& container,
                                     const std::vector<std::unique_ptr<Encoder>>& encoders, const Options& options);

}  // namespace invisiblur::av
