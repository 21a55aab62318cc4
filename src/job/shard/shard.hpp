#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "media/read/reader.hpp"
#include "options/segment.hpp"

namespace invisiblur::av {

/// What a segment is of one video stream: it begins and ends with pictures that stand alone, so that neighbours share no frame and
/// leave none out.
/// Units: pts of the stream, half-open; INT64_MIN and INT64_MAX at the ends of the file; packets count from 0 in the order of the file.
struct Shard {
    int stream = 0;  ///< in the container
    std::int64_t first_pts = INT64_MIN, end_pts = INT64_MAX;
    std::int64_t decoded_pts = INT64_MIN;  ///< the frames of `decoded` are not earlier
    PacketRange decoded;                   ///< what must be decoded: also some frames around the segment
    std::int64_t frames = 0;               ///< of the segment, where each packet gives one

    /// Frames of the file before `decoded`, likewise.
    std::int64_t frames_before() const { return static_cast<std::int64_t>(decoded.first); }
};

/// Around a segment: how many frames before its first and after its last one must be seen.
struct Surroundings {
    double before_s = 0;  ///< seconds, or
    int before_frames = 0;
    int after_frames = 0;
};

/// Finds a segment in all video streams of a file, by reading all its packets and decoding none.
/// Method:  a border is the first picture at or after its time where decoding can begin (H.264 IDR, HEVC IRAP, MPEG-2 group, any key
///          picture of other codecs); decoding begins at one that refers to nothing before it.
/// Errors:  as Input; std::runtime_error where packets have no times; Cancelled.
std::vector<Shard> find_shards(const std::string& path, const Options& options, const Surroundings& around, const std::atomic<bool>& cancel);

/// The packets of each stream that need not be decoded.
std::vector<std::vector<PacketRange>> undecoded(const std::vector<Shard>& stretches);

}  // namespace invisiblur::av
