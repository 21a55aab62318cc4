#pragma once
#include <string>
#include <vector>

#include "job/shard/shard_file.hpp"

namespace invisiblur::av {

/// Whether two encoders write streams that can follow each other: their parameter sets are the same, whatever else they say of themselves.
bool same_headers(AVCodecID codec, ByteView a, ByteView b);

/// The pieces of one result as whole streams of packets.
/// Errors:  as ShardReader; std::invalid_argument where the pieces are not all there, of another source, or not alike.
/// Threads: one thread at a time.
class JoinedShards {
public:
    /// In: source, as AnalysisOrigin.
    JoinedShards(const std::vector<std::string>& paths, const std::string& source);

    std::size_t streams() const { return videos_.size(); }
    const ShardStream& stream(std::size_t video) const { return videos_[video].pieces.front()->head().streams[video]; }

    /// Frames in which something is hidden. Order: after the stream's last packet.
    std::int64_t masked(std::size_t video) const;

    /// The next packet of a stream in the order of decoding, null at its end.
    PacketPtr next(std::size_t video);

private:
    /// Reads one stream out of all pieces.
    struct Video {
        std::vector<std::unique_ptr<ShardReader>> pieces;
        std::size_t current = 0;
        std::vector<std::int64_t> dts;  ///< of each packet, where the encoders' own do not fit together
        std::size_t read = 0;           ///< packets
    };
    static void sort_and_check(std::vector<std::unique_ptr<ShardReader>>& pieces, const std::string& source);
    static void settle_times(Video& video, std::size_t number);

    std::vector<Video> videos_;
};

}  // namespace invisiblur::av
