#pragma once
#include "job/splice/splice_codec.hpp"
#include "job/splice/spliced_stream.hpp"
#include "media/write/frame_sink.hpp"

namespace invisiblur::av {

/// Muxes video streams whose groups of pictures without a mask are the source's own packets; only the others are encoded.
class SpliceSink : public FrameSink {
public:
    /// In: scans and plans, one for each of source.videos(). Owns: borrows source and its scans.
    SpliceSink(OutputFile& file, const AVOutputFormat& container, const Reader& source, const std::vector<PacketScan>& scans,
             std::vector<CopyPlan> plans, std::vector<Cover> covers, const FileLayout& layout, const SoundPlan& sound,
               const Options& options, const Warn& warn);
    void frame(std::size_t video, FramePtr frame, bool masked) override;
    void packet(int source_stream, PacketPtr packet) override;
    void finish() override;
    const SentRecord* sent() const override { return &writer_->sent(); }

    const char* encoder_name(std::size_t video) const { return codecs_[video]->encoder_name(); }

private:
    const Reader& source_;
    std::vector<std::unique_ptr<SpliceCodec>> codecs_;
    std::vector<std::unique_ptr<SplicedStream>> streams_;
    std::unique_ptr<Writer> writer_;
};

}  // namespace invisiblur::av
