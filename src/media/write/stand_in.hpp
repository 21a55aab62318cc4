#pragma once
#include <optional>

#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// The codec that stands for one that libav decodes and nobody encodes (VC-1, Sorenson, RealVideo, screen codecs, …): what players expect in
/// the container, H.264 in most, VP9 in WebM; of a source without losses FFV1 where the container takes it, else H.264, which is then
/// without losses, too. Nothing where the container has no such codec.
std::optional<AVCodecID> stand_in(AVCodecID source, const AVOutputFormat& container);

/// Whether a codec keeps all of a picture, whatever its settings.
bool is_always_lossless(AVCodecID codec);

}  // namespace invisiblur::av
