#pragma once
#include <string>
#include <vector>

#include "media/write/stream_tally.hpp"

namespace invisiblur::av {

/// Decodes the first pictures of a video and its last group, whose packets it is given as they are read, and compares what comes out with what was encoded.
/// Order:   add() for each packet, then finish().
/// Threads: one thread at a time.
class GroupCheck {
public:
    /// In:   pictures, how each video of the file was encoded: which of them this is does not count, since streams may stand in another order;
    ///       threads, for the last group, 0 for all.
    /// Owns: copies what it needs of the stream.
    GroupCheck(const AVStream& stream, std::vector<EncodedPicture> pictures, int threads);

    void add(const AVPacket& packet);

    /// What is wrong, as "its first picture is 640x360, and 640x480 were encoded"; "" where nothing is.
    std::string finish();

private:
    std::string look_at(const AVFrame& frame, const char* which) const;
    void look_for_first(const AVPacket* packet);
    std::string decode_last() const;

    std::vector<EncodedPicture> pictures_;
    int threads_;
    ParametersPtr parameters_;
    CodecPtr first_;              ///< null when it has done its work
    std::string lack_;
    int tried_ = 0;               ///< packets, for the first picture
    std::vector<PacketPtr> last_;  ///< the group that is read now
    std::int64_t last_bytes_ = 0;
};

}  // namespace invisiblur::av
