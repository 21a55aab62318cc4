#pragma once
#include <vector>

#include "media/write/writer.hpp"

namespace invisiblur::av {

/// The attached pictures of a source without their faces, and files attached to a Matroska that are pictures; one without a face and without
/// thumbnails stays as it is, byte for byte.
/// Errors: as decoding and the analysis: a picture that cannot be looked at is not passed on.
std::vector<Cover> make_covers(const AVFormatContext& source, const AVOutputFormat& container, const Options& options, const Warn& warn);

}  // namespace invisiblur::av
