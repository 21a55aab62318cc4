#pragma once
#include <string>

#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// An encoder that writes a sound as its source has it: codec, sample format, rate, channels, bit rate.
struct SoundEncoder {
    CodecPtr codec;
    std::string instead_of;  ///< the source's codec, where nobody writes it here and another stands for it; else ""
};

/// Opens it. For a codec without an encoder, or whose encoder does not take this sound, stands what the container takes: of a source without losses
/// FLAC or plain PCM first, else AAC, Opus, AC-3, MP3, MP2, Vorbis.
/// Errors: std::runtime_error where nothing here writes a sound for the container.
SoundEncoder open_sound_encoder(const AVStream& source, const AVOutputFormat& container);

/// True where a container says of a sound's first samples that they are the encoder's and not to be heard.
bool trims_priming(const AVOutputFormat& container, AVCodecID codec);

}  // namespace invisiblur::av
