#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "av/handles.hpp"

namespace invisiblur::av {

/// Closed captions of one frame as a message in an HEVC stream, a whole NAL unit with its start code (ITU-T H.265, D.2.36; ATSC A/53
/// part 4). x265 carries HDR10's messages, not these.
/// In: captions, triples of bytes as libav hands them out.
std::vector<std::uint8_t> caption_unit(std::span<const std::uint8_t> captions);

/// Puts a NAL unit before the first picture data of a packet with start codes.
void insert_before_picture(AVPacket& packet, std::span<const std::uint8_t> unit);

}  // namespace invisiblur::av
