#include "job/splice/spliced_stream.hpp"

#include <stdexcept>

#include "job/splice/splice_codec.hpp"

namespace invisiblur::av {

SplicedStream::SplicedStream(CopyPlan plan, const SpliceCodec& codec, Write write) : plan_(std::move(plan)), codec_(codec), write_(std::move(write)) {}

void SplicedStream::packet(PacketPtr packet) {
    waiting_.push_back(std::move(packet));
    copy_waiting();
}

/// Packets of groups that are made anew are not needed; those of copied groups go as soon as it is their turn.
void SplicedStream::copy_waiting() {
    while (true) {
        while (!done() && current().copy && copied_ >= current().end) ++current_;
        if (done() || waiting_.empty()) return;
        if (!current().copy && copied_ >= current().end) return;
        PacketPtr packet = std::move(waiting_.front());
        waiting_.pop_front();
        const std::size_t index = copied_++;
        if (!current().copy || index < current().first || plan_.dropped[index]) continue;
        if (current().open_joint && index == current().first) packet = codec_.joint(std::move(packet));
        packet->dts = plan_.dts[index];
        if (packet->pts == AV_NOPTS_VALUE) packet->pts = packet->dts;
        write_(std::move(packet));
    }
}

void SplicedStream::frame(FramePtr frame, bool masked) {
    while (shown_ + 1 < plan_.segments.size() && frame->pts >= plan_.segments[shown_].end_pts) ++shown_;
    while (shown_ > current_ && !done() && !current().copy) end_encoding();
    if (plan_.segments.at(shown_).copy) {
        if (masked) throw std::logic_error("a picture with a face was about to be copied");
        return;
    }
    if (shown_ != current_) throw std::runtime_error("--copy-unchanged: the source has more pictures than packets; leave the option out");
    encode(std::move(frame));
}

void SplicedStream::encode(FramePtr frame) {
    if (!encoder_) encoder_ = codec_.make_encoder();
    encoder_->send(std::move(frame));
    ++sent_;
    take_encoded();
    if (sent_ == current().dts.size()) end_encoding();
}

void SplicedStream::take_encoded() {
    while (auto made = encoder_->receive()) {
        if (made_ >= current().dts.size()) throw std::runtime_error("--copy-unchanged: the encoder makes more packets than there were; leave the option out");
        PacketPtr packet = codec_.convert(std::move(*made));
        packet->dts = current().dts[made_++];
        if (packet->dts > packet->pts)
            throw std::runtime_error("--copy-unchanged: the encoder holds more pictures back than the source does; leave the option out");
        write_(std::move(packet));
    }
}

void SplicedStream::end_encoding() {
    if (encoder_) {
        encoder_->finish();
        take_encoded();
        encoder_.reset();
    }
    ++current_;
    sent_ = made_ = 0;
    copy_waiting();
}

void SplicedStream::finish() {
    if (!done() && !current().copy) end_encoding();
    if (!done()) throw std::logic_error("not all packets of the source came to be copied");
}

}  // namespace invisiblur::av
