#include "media/sound/sound_decoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "media/sound/sound_frame.hpp"

namespace invisiblur::av {

SoundClock::SoundClock(AVRational time_base) : time_base_(time_base), tolerance_s_(std::max(1.5 * av_q2d(time_base), 0.0005)) {}  // half of the coarsest tick in use, 1 ms

double SoundClock::place(std::int64_t pts, double lasts_s) {
    double time_s = next_s_.value_or(0);
    if (pts != AV_NOPTS_VALUE) {
        const double own_s = static_cast<double>(pts) * av_q2d(time_base_);
        if (!next_s_ || std::abs(own_s - *next_s_) > tolerance_s_) time_s = own_s;
    }
    next_s_ = time_s + lasts_s;
    return time_s;
}

SoundDecoder::SoundDecoder(const AVStream& source, bool strict) : stream_(source.index), strict_(strict), time_base_(source.time_base), clock_(source.time_base) {
    const AVCodec* const decoder = avcodec_find_decoder(source.codecpar->codec_id);
    if (!decoder)
        throw std::runtime_error(fmt::format("stream {} (audio, {}) cannot be changed, since nothing here reads it: leave it out with --drop audio", stream_,
                                             avcodec_get_name(source.codecpar->codec_id)));
    codec_ = make_codec(decoder);
    check(avcodec_parameters_to_context(codec_.get(), source.codecpar), "cannot set up a sound's decoder");
    codec_->pkt_timebase = time_base_;
    codec_->thread_count = 1;
    check(avcodec_open2(codec_.get(), decoder, nullptr), fmt::format("cannot decode stream {} (audio)", stream_));
}

void SoundDecoder::send(const AVPacket& packet) {
    if (packet.size == 0) return;
    const int code = avcodec_send_packet(codec_.get(), &packet);
    if (code == AVERROR(ENOMEM)) check(code, "cannot decode sound");
    if (code < 0) add_silence(packet);
    else drain();
}

void SoundDecoder::finish() {
    static_cast<void>(avcodec_send_packet(codec_.get(), nullptr));
    drain();
}

void SoundDecoder::drain() {
    for (;;) {
        FramePtr frame = make_frame();
        const int code = avcodec_receive_frame(codec_.get(), frame.get());
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
        if (code == AVERROR(ENOMEM)) check(code, "cannot decode sound");
        if (code < 0) {
            if (strict_) throw std::runtime_error(fmt::format("stream {} (audio) is damaged, and --strict refuses that", stream_));
            ++broken_;
            return;  // the clock shows the gap
        }
        const std::int64_t pts = frame->best_effort_timestamp;
        add(std::move(frame), pts);
    }
}

void SoundDecoder::add(FramePtr frame, std::int64_t pts) {
    if (rate_ == 0) rate_ = frame->sample_rate;
    // Containers that do not tell which channels PCM has; a converter takes them for the usual ones, and then nothing else for the same.
    if (frame->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) av_channel_layout_default(&frame->ch_layout, frame->ch_layout.nb_channels);
    const std::int64_t count = av_rescale(frame->nb_samples, rate_, frame->sample_rate);
    if (pts == AV_NOPTS_VALUE) pts = next_pts_;
    next_pts_ = pts + av_rescale_q(count, {1, rate_}, time_base_);
    last_count_ = frame->nb_samples;
    const double start_s = clock_.place(pts, static_cast<double>(count) / rate_);
    ready_.push_back({std::move(frame), samples_, pts, start_s});
    samples_ += count;
}

void SoundDecoder::add_silence(const AVPacket& packet) {
    if (strict_) throw std::runtime_error(fmt::format("stream {} (audio) is damaged, and --strict refuses that", stream_));
    ++broken_;
    const std::int64_t told = codec_->sample_rate > 0 ? av_rescale_q(packet.duration, time_base_, {1, codec_->sample_rate}) : 0;
    const std::int64_t count = last_count_ > 0 ? last_count_ : told;
    if (count <= 0 || codec_->sample_fmt == AV_SAMPLE_FMT_NONE || codec_->ch_layout.nb_channels <= 0) return;
    const auto samples = static_cast<int>(std::min<std::int64_t>(count, codec_->sample_rate));
    add(make_silence(codec_->sample_fmt, codec_->ch_layout, codec_->sample_rate, samples), packet.pts);
}

std::optional<DecodedSound> SoundDecoder::receive() {
    if (ready_.empty()) return std::nullopt;
    DecodedSound sound = std::move(ready_.front());
    ready_.pop_front();
    return sound;
}

}  // namespace invisiblur::av
