#pragma once
#include <cstring>

extern "C" {
#include <libavcodec/codec_par.h>
#include <libavutil/frame.h>
}

namespace invisiblur::av {

/// Sets one tag to `untold` where it is none that this libav knows: demuxers and decoders pass on what a broken file says, and such a value is no enumerator.
template <class Tag>
void forget_unknown(Tag& tag, Tag count, Tag untold) {
    unsigned value = 0;
    static_assert(sizeof value == sizeof tag);
    std::memcpy(&value, &tag, sizeof value);  // it must not be looked at as a Tag
    if (value >= static_cast<unsigned>(count)) tag = untold;
}

/// In: space, that of `tagged`: its name differs.
template <class Tagged>
void forget_unknown_tags(Tagged& tagged, AVColorSpace& space) {
    forget_unknown(tagged.color_range, AVCOL_RANGE_NB, AVCOL_RANGE_UNSPECIFIED);
    forget_unknown(tagged.color_primaries, AVCOL_PRI_NB, AVCOL_PRI_UNSPECIFIED);
    forget_unknown(tagged.color_trc, AVCOL_TRC_NB, AVCOL_TRC_UNSPECIFIED);
    forget_unknown(tagged.chroma_location, AVCHROMA_LOC_NB, AVCHROMA_LOC_UNSPECIFIED);
    forget_unknown(space, AVCOL_SPC_NB, AVCOL_SPC_UNSPECIFIED);
}

/// Makes what a decoded frame says of its colours (ITU-T H.273) safe to read.
inline void forget_unknown_colours(AVFrame& frame) {
    forget_unknown_tags(frame, frame.colorspace);
}

/// Likewise what a container says of a stream's.
inline void forget_unknown_colours(AVCodecParameters& par) {
    forget_unknown_tags(par, par.color_space);
}

}  // namespace invisiblur::av
