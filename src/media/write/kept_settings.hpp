#pragma once
#include <string>
#include <utility>
#include <vector>

#include "media/read/reader.hpp"
#include "media/write/encoder_table.hpp"

namespace invisiblur::av {

/// An encoder's own options, in order; a later one wins.
using Settings = std::vector<std::pair<std::string, std::string>>;

/// What an encoder must be told so that its stream stays what the source's was: with transparency, a profile that players
/// rely on, HDR10's mastering display (SMPTE ST 2086) and light level (CTA-861.3) inside the video, the fields' order, the nominal frame
/// rate. Fields of `codec` that are no options are set in it; the rest is returned.
/// In: container, null for a picture beside the video.
Settings keep_settings(AVCodecContext& codec, const EncoderChoice& choice, const AVStream& source, const VideoStream& video,
                       const Options& options, const AVOutputFormat* container);

/// True where the source's encoder was told to lose nothing, as far as its headers show it (H.264's transform bypass; ITU-T H.264, 7.4.2.1.1).
bool is_lossless(const AVCodecParameters& source);

}  // namespace invisiblur::av
