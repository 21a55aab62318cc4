#include "job/splice/splice_sink.hpp"

namespace invisiblur::av {

SpliceSink::SpliceSink(OutputFile& file, const AVOutputFormat& container, const Reader& source, const std::vector<PacketScan>& scans,
                   std::vector<CopyPlan> plans, std::vector<Cover> covers, const FileLayout& layout, const SoundPlan& sound,
                       const Options& options, const Warn& warn)
    : source_(source) {
    std::vector<std::unique_ptr<Encoder>> encoders;  // only to describe the streams
    std::vector<EncodedStream> described;
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const VideoStream& video = source.videos()[i];
        const AVStream& stream = *source.container().streams[video.index];
        codecs_.push_back(std::make_unique<SpliceCodec>(stream, video, scans[i].ids(), plans[i].reorder, options, container));
        encoders.push_back(codecs_.back()->make_encoder());
        described.push_back({.source = video.index, .codec = &encoders.back()->context(), .joined_extradata = &codecs_.back()->extradata()});
        const auto write = [this, index = video.index](PacketPtr packet) { writer_->write(index, std::move(packet)); };
        streams_.push_back(std::make_unique<SplicedStream>(std::move(plans[i]), *codecs_.back(), write));
    }
    writer_ = std::make_unique<Writer>(file, container, source.container(), described, std::move(covers), layout, sound, options, warn);
}

void SpliceSink::frame(std::size_t video, FramePtr frame, bool masked) {
    streams_[video]->frame(std::move(frame), masked);
}

void SpliceSink::packet(int source_stream, PacketPtr packet) {
    if (const auto video = source_.video_of(source_stream)) streams_[*video]->packet(std::move(packet));
    else writer_->write(source_stream, std::move(packet));
}

void SpliceSink::finish() {
    for (const auto& stream : streams_) stream->finish();
    writer_->finish();
}

}  // namespace invisiblur::av
