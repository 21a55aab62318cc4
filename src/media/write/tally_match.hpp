#pragma once
#include <string>

#include "media/write/result_nature.hpp"
#include "media/write/stream_tally.hpp"

namespace invisiblur::av {

/// What a stream that was read again lacks of what was sent, as "100 packets went in, and 99 are there"; "" where it is all there.
/// Method:  packets are counted, or their bytes where the reader cuts them elsewhere; times are compared one by one in a container that keeps them.
///          Subtitles and data may have more packets than were sent: MP4 fills its gaps with empty ones.
/// In:      shift_s, by how much the container moved all streams alike.
std::string lack_of(const SentStream& sent, const StreamTally& found, const ResultNature& nature, double shift_s);

/// By how much a file's times lie behind what was sent, by its first video; 0 where the container keeps no times.
double shift_of(const StreamTally& sent, const StreamTally& found, const ResultNature& nature);

}  // namespace invisiblur::av
