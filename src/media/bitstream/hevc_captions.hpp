#pragma once
#include "media/bitstream/nal_units.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// Closed captions of one frame as a message in an HEVC stream, a whole NAL unit with its start code (ITU-T H.265, D.2.36; ATSC A/53
/// part 4). x265 carries HDR10's messages, not these.
/// In: captions, triples of bytes as libav hands them out.
Bytes caption_unit(ByteView captions);

/// Puts a NAL unit before the first picture data of a packet with start codes.
void insert_before_picture(AVPacket& packet, ByteView unit);

}  // namespace invisiblur::av
