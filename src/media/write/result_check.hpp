#pragma once
#include <atomic>
#include <string>
#include <vector>

#include "media/write/stream_tally.hpp"

namespace invisiblur::av {

/// A file that has been written and has no name yet.
struct WrittenFile {
    std::string path;  ///< where it stands
    std::string name;  ///< what it will be called
};

/// Reads a finished file again and holds it against what its muxer was given: its length, the streams, their packets and times, the first pictures
/// and the last group decoded, and the list of places by which players jump.
/// Method:  all packets are read, of which only the first and the last pictures are decoded. What a container does not keep is not compared: AVI and
///          raw streams know no times of their own, MPEG's streams are cut into packets anew by who reads them. A kind of file that libav writes and
///          does not read is only measured.
/// In:      threads, for decoding; 0 for all. damaged_source: where it is true, copied streams may be read in other pieces than they were written in,
///          since what is broken in them misleads whoever looks for beginnings, and MXF loses a picture of which the sound is missing.
/// Out:     what differs and is no fault, as sentences: the above, and sound behind MXF's last picture, for which that has no place.
/// Errors:  std::runtime_error that says what of which stream is missing; Cancelled.
/// Threads: safe.
std::vector<std::string> check_result(const WrittenFile& file, const SentRecord& sent, int threads, const std::atomic<bool>& cancel, bool damaged_source = false);

}  // namespace invisiblur::av
