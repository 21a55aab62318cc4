#pragma once
#include "job/shard/shard_file.hpp"
#include "media/write/frame_sink.hpp"

namespace invisiblur::av {

/// Encodes the frames of a stretch; what comes out is a piece for --join.
class ShardSink : public FrameSink {
public:
    /// In: head, to which encoders and extradata are added; the encoders, one for each stream. Owns: borrows file.
    ShardSink(PendingFile& file, ShardHead head, std::vector<std::unique_ptr<Encoder>> encoders);
    void frame(std::size_t video, FramePtr frame, bool masked) override;
    void packet(int, PacketPtr) override {}
    void finish() override;

private:
    void write_packets(std::size_t video);

    std::vector<std::unique_ptr<Encoder>> encoders_;
    std::vector<std::int64_t> sent_, masked_;  ///< frames of each stream
    std::unique_ptr<ShardWriter> writer_;
};

}  // namespace invisiblur::av
