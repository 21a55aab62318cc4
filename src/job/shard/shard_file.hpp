#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_stream.hpp"
#include "media/bitstream/nal_units.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// What a piece holds of one video stream: frames [first, end) of `total`.
struct ShardStream {
    std::string encoder;  ///< libav's name
    int codec_id = 0;
    Bytes extradata;
    std::int64_t first = 0, end = 0, total = 0;
};

/// What a run with --segment made: packets of the video streams, without a container, so that joining can put them into any as they are.
struct ShardHead {
    std::string source;   ///< as AnalysisOrigin
    std::string options;  ///< effective_options(): equal in all pieces of a result
    std::vector<ShardStream> streams;
};

/// Writes a piece.
/// Errors:  as PendingFile. Order: the constructor, add(), finish(). Threads: one thread at a time.
class ShardWriter {
public:
    ShardWriter(PendingFile& file, const ShardHead& head);
    void add(std::size_t video, const AVPacket& packet);
    /// In: frames in which something was hidden, for each stream.
    void finish(const std::vector<std::int64_t>& masked);

private:
    ByteWriter bytes_;
};

/// Reads a piece from its beginning to its end.
/// Errors:  as ByteReader. Threads: one thread at a time.
class ShardReader {
public:
    explicit ShardReader(const std::string& path);

    const ShardHead& head() const { return head_; }
    const std::string& path() const { return bytes_.path(); }

    /// The next packet of a stream; packets of others are passed over. Null at the end.
    PacketPtr next(std::size_t video);

    /// Order: after the end.
    const std::vector<std::int64_t>& masked() const { return masked_; }

private:
    PacketPtr read_packet(bool wanted);

    ByteReader bytes_;
    ShardHead head_;
    std::vector<std::int64_t> masked_;
    bool ended_ = false;
};

}  // namespace invisiblur::av
