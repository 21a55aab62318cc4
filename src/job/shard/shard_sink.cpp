#include "job/shard/shard_sink.hpp"

namespace invisiblur::av {

ShardSink::ShardSink(PendingFile& file, ShardHead head, std::vector<std::unique_ptr<Encoder>> encoders)
    : encoders_(std::move(encoders)), sent_(encoders_.size()), masked_(encoders_.size()) {
    for (std::size_t i = 0; i < encoders_.size(); ++i) {
        const AVCodecContext& codec = encoders_[i]->context();
        ShardStream& stream = head.streams.at(i);
        stream.encoder = codec.codec->name;
        stream.codec_id = codec.codec_id;
        stream.extradata.assign(codec.extradata, codec.extradata + codec.extradata_size);
    }
    writer_ = std::make_unique<ShardWriter>(file, head);
}

void ShardSink::frame(std::size_t video, FramePtr frame, bool masked) {
    ++sent_[video];
    masked_[video] += masked;
    encoders_[video]->send(std::move(frame));
    write_packets(video);
}

void ShardSink::finish() {
    for (std::size_t i = 0; i < encoders_.size(); ++i) {
        if (sent_[i] == 0) continue;
        encoders_[i]->finish();
        write_packets(i);
    }
    writer_->finish(masked_);
}

void ShardSink::write_packets(std::size_t video) {
    while (auto packet = encoders_[video]->receive()) writer_->add(video, **packet);
}

}  // namespace invisiblur::av
