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

/// Makes what a decoded frame says of its colours (ITU-T H.273) safe to read.
inline void forget_unknown_colours(AVFrame& frame) {
    forget_unknown(frame.color_range, AVCOL_RANGE_NB, AVCOL_RANGE_UNSPECIFIED);
    forget_unknown(frame.color_primaries, AVCOL_PRI_NB, AVCOL_PRI_UNSPECIFIED);
    forget_unknown(frame.color_trc, AVCOL_TRC_NB, AVCOL_TRC_UNSPECIFIED);
    forget_unknown(frame.colorspace, AVCOL_SPC_NB, AVCOL_SPC_UNSPECIFIED);
    forget_unknown(frame.chroma_location, AVCHROMA_LOC_NB, AVCHROMA_LOC_UNSPECIFIED);
}

/// Likewise what a container says of a stream's.
inline void forget_unknown_colours(AVCodecParameters& par) {
    forget_unknown(par.color_range, AVCOL_RANGE_NB, AVCOL_RANGE_UNSPECIFIED);
    forget_unknown(par.color_primaries, AVCOL_PRI_NB, AVCOL_PRI_UNSPECIFIED);
    forget_unknown(par.color_trc, AVCOL_TRC_NB, AVCOL_TRC_UNSPECIFIED);
    forget_unknown(par.color_space, AVCOL_SPC_NB, AVCOL_SPC_UNSPECIFIED);
    forget_unknown(par.chroma_location, AVCHROMA_LOC_NB, AVCHROMA_LOC_UNSPECIFIED);
}

}  // namespace invisiblur::av
