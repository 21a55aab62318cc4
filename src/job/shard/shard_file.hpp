#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media/bitstream/nal_units.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur {
class CborReader;
class CborValue;
class CborWriter;
class PendingFile;
}  // namespace invisiblur

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

/// Writes a piece, packet by packet.
/// Format:  CborWriter's. First {"source", "options", "streams": [{"encoder", "codec_id", "first", "end", "total"}]}, then each stream's extradata as a payload.
///          For each packet [stream, pts, dts, duration, flags, [type of side data, …]], its data as a payload and each side data as one more.
///          Last {"masked": [frames of each stream]}.
/// Errors:  as CborWriter. Order: the constructor, add(), finish(). Threads: one thread at a time.
class ShardWriter {
public:
    /// Owns: borrows file.
    ShardWriter(PendingFile& file, const ShardHead& head);
    ~ShardWriter();
    void add(std::size_t video, const AVPacket& packet);
    /// In: frames in which something was hidden, for each stream.
    void finish(const std::vector<std::int64_t>& masked);

private:
    std::unique_ptr<CborWriter> file_;
};

/// Reads a piece from its beginning to its end.
/// Errors:  as CborReader. Threads: one thread at a time.
class ShardReader {
public:
    explicit ShardReader(const std::string& path);
    ~ShardReader();

    const ShardHead& head() const { return head_; }
    const std::string& path() const;

    /// The next packet of a stream; packets of others are passed over. Null at the end.
    PacketPtr next(std::size_t video);

    /// Back to the first packet.
    void restart();

    /// Frames in which something was hidden, for each stream. Order: after the end.
    const std::vector<std::int64_t>& masked() const { return masked_; }

private:
    PacketPtr read_data(const std::vector<AVPacketSideDataType>& sides);
    void read_end(const CborValue& masked);

    std::unique_ptr<CborReader> file_;
    std::uint64_t packets_ = 0;  ///< where they begin
    ShardHead head_;
    std::vector<std::int64_t> masked_;
    bool ended_ = false;
};

}  // namespace invisiblur::av
