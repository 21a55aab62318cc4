#pragma once
#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// How a kind of container keeps what it is given, as far as that can be seen when it is read again.
struct ResultNature {
    /// How it keeps packets.
    enum class Packets {
        kept,  ///< each with its bounds
        cut,   ///< as one run of bytes, which a parser cuts when it is read
    };
    /// How it keeps times.
    enum class Clock {
        exact,    ///< each as it is, within a tick
        wraps,    ///< the same, in 33 bits of 90 kHz; what has none of its own is counted on from the one before
        counted,  ///< not at all: pictures follow each other at one pace, or at paces that are rounded each for itself
    };
    /// What tells where the pictures stand.
    enum class Index {
        none,     ///< nothing; who jumps searches
        samples,  ///< a list of all packets
        cues,     ///< a list of key pictures, as Matroska has it
        nut,      ///< a list of some places
        asf,      ///< ASF's simple index, with an entry a second
        mxf,      ///< MXF's index tables
    };
    const AVInputFormat* reader = nullptr;  ///< null where libav does not read it
    Packets packets = Packets::kept;
    Clock clock = Clock::counted;
    Index index = Index::none;
    bool jumps = false;   ///< libav finds each key picture by the index
    bool probed = false;  ///< what it is shows only in what it holds
    double delay_s = 0;   ///< by which all times may lie later than they were sent
};

ResultNature nature_of(const AVOutputFormat& container);

}  // namespace invisiblur::av
