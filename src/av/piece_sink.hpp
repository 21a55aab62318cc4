#pragma once
#include "av/frame_sink.hpp"
#include "av/piece_file.hpp"

namespace invisiblur::av {

/// Encodes the frames of a stretch; what comes out is a piece for --join.
class PieceSink : public FrameSink {
public:
    /// In: head, to which encoders and extradata are added; the encoders, one for each stream. Owns: borrows file.
    PieceSink(PendingFile& file, PieceHead head, std::vector<std::unique_ptr<Encoder>> encoders);
    void frame(std::size_t video, FramePtr frame, bool masked) override;
    void packet(int, PacketPtr) override {}
    void finish() override;

private:
    void write_packets(std::size_t video);

    std::vector<std::unique_ptr<Encoder>> encoders_;
    std::vector<std::int64_t> sent_, masked_;  ///< frames of each stream
    std::unique_ptr<PieceWriter> writer_;
};

}  // namespace invisiblur::av
