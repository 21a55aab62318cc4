#include <algorithm>
#include <deque>
#include <vector>

#include "media/sound/sound_decoder.hpp"
#include "media/sound/sound_encoder.hpp"
#include "media/sound/sound_frame.hpp"
#include "media/sound/sound_track.hpp"
#include "media/sound/span_edit.hpp"

extern "C" {
#include <libavutil/audio_fifo.h>
#include <libswresample/swresample.h>
}

namespace invisiblur::av {
namespace {

using FifoPtr = std::unique_ptr<AVAudioFifo, Free<av_audio_fifo_free>>;
using ResamplerPtr = std::unique_ptr<SwrContext, FreeAddress<swr_free>>;

constexpr int kAnySize = 1024;  ///< samples of a packet, for encoders that take any number

/// Turns sounds into one sample format, rate and layout.
class SampleConverter {
public:
    SampleConverter(AVSampleFormat format, const AVCodecContext& codec) : format_(format), codec_(codec) {}

    /// Null drains. What comes may have no samples.
    FramePtr convert(const AVFrame* frame) {
        FramePtr made = make_sound(format_, codec_.ch_layout, codec_.sample_rate, 0);
        if (frame && !resampler_) resampler_.reset(not_null(swr_alloc()));
        if (!resampler_) return made;
        check(swr_convert_frame(resampler_.get(), made.get(), frame), "cannot convert sound");
        return made;
    }

    /// True where what came before must be drained first: a sound that changes in mid-stream.
    bool must_drain(const AVFrame& frame) {
        const bool same = rate_ == 0 || (rate_ == frame.sample_rate && source_format_ == frame.format && channels_ == frame.ch_layout.nb_channels);
        rate_ = frame.sample_rate, source_format_ = frame.format, channels_ = frame.ch_layout.nb_channels;
        return !same;
    }
    void restart() { resampler_.reset(); }

private:
    AVSampleFormat format_;
    const AVCodecContext& codec_;
    ResamplerPtr resampler_;
    int rate_ = 0, source_format_ = -1, channels_ = 0;
};

/// What the source's clock says of its samples.
class SourceTimes {
public:
    explicit SourceTimes(AVRational time_base) : time_base_(time_base) {}

    void note(const DecodedSound& sound, int rate) {
        rate_ = rate;
        runs_.push_back({sound.index, sound.pts, sound.start_s});
    }

    bool empty() const { return runs_.empty(); }

    /// In: index, rising from call to call. What lies before it is forgotten.
    std::int64_t pts_at(std::int64_t index) {
        while (runs_.size() > 1 && runs_[1].index <= index) runs_.pop_front();
        const Run& run = run_at(index);
        return run.pts + av_rescale_q(index - run.index, {1, rate_}, time_base_);
    }

    double time_at(std::int64_t index) const {
        const Run& run = run_at(index);
        return run.start_s + static_cast<double>(index - run.index) / rate_;
    }

    /// Where the run of samples ends in which one lies, or `end`.
    std::int64_t run_end(std::int64_t index, std::int64_t end) const {
        const auto next = std::ranges::upper_bound(runs_, index, {}, &Run::index);
        return next == runs_.end() ? end : std::min(end, next->index);
    }

private:
    struct Run {
        std::int64_t index, pts;
        double start_s;
    };

    const Run& run_at(std::int64_t index) const {
        const auto next = std::ranges::upper_bound(runs_, index, {}, &Run::index);
        return next == runs_.begin() ? runs_.front() : *std::prev(next);
    }

    AVRational time_base_;
    int rate_ = 1;
    std::deque<Run> runs_;
};

class EncodedTrack : public SoundTrack {
public:
    EncodedTrack(const AVStream& source, const AVOutputFormat& container, const SoundPlan& plan, const VoiceShape& shape, bool strict)
        : time_base_(source.time_base), encoder_(open_sound_encoder(source, container)), codec_(*encoder_.codec), decoder_(source, strict), edit_(plan.spans),
          disguised_(plan.voice == Voice::disguise), trims_(trims_priming(container, codec_.codec_id)), to_float_(AV_SAMPLE_FMT_FLTP, codec_), to_encoder_(codec_.sample_fmt, codec_),
          times_(source.time_base), packet_samples_(codec_.frame_size > 0 ? codec_.frame_size : kAnySize) {
        fifo_.reset(not_null(av_audio_fifo_alloc(codec_.sample_fmt, codec_.ch_layout.nb_channels, 2 * packet_samples_)));
        for (int i = 0; i < codec_.ch_layout.nb_channels && disguised_; ++i) voices_.emplace_back(codec_.sample_rate, shape);
        if (!trims_ && codec_.frame_size > 0) lead_ = (packet_samples_ - codec_.initial_padding % packet_samples_) % packet_samples_;
        if (lead_ > 0) add_lead();
    }

    void send(PacketPtr packet) override {
        decoder_.send(*packet);
        take_decoded();
    }

    void finish() override {
        decoder_.finish();
        take_decoded();
        if (disguised_) {
            voice(*to_float_.convert(nullptr));
            for (VoiceDisguise& one : voices_) one.finish();
            take_voices();
        }
        store(*to_encoder_.convert(nullptr));
        encode(true);
        if (times_.empty()) return;  // nothing was heard
        check(avcodec_send_frame(&codec_, nullptr), "cannot finish a sound");
        take_packets();
    }

    void describe(AVCodecParameters& parameters) const override {
        const bool unnamed = parameters.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC && parameters.ch_layout.nb_channels == codec_.ch_layout.nb_channels;
        check(avcodec_parameters_from_context(&parameters, &codec_), "cannot describe a sound");
        if (unnamed) parameters.ch_layout = {.order = AV_CHANNEL_ORDER_UNSPEC, .nb_channels = codec_.ch_layout.nb_channels};  // no more than the source says of them
        if (!trims_) parameters.initial_padding = 0;
    }

    std::string instead_of() const override { return encoder_.instead_of; }
    std::int64_t broken() const override { return decoder_.broken(); }

private:
    /// So much silence that what the encoder puts before the first sample fills whole packets.
    void add_lead() {
        const FramePtr silence = make_silence(codec_.sample_fmt, codec_.ch_layout, codec_.sample_rate, lead_);
        check(av_audio_fifo_write(fifo_.get(), reinterpret_cast<void**>(silence->extended_data), lead_), "cannot store sound");
    }

    void take_decoded() {
        while (auto sound = decoder_.receive()) {
            times_.note(*sound, decoder_.rate());
            AVFrame& frame = *sound->frame;
            check(av_frame_make_writable(&frame), "cannot change sound");
            edit_.apply(frame, 0, frame.nb_samples, sound->start_s);
            SampleConverter& first = disguised_ ? to_float_ : to_encoder_;
            if (first.must_drain(frame)) {
                hand_on(*first.convert(nullptr));
                first.restart();
            }
            hand_on(*first.convert(&frame));
        }
        encode(false);
    }

    void hand_on(const AVFrame& sound) { disguised_ ? voice(sound) : store(sound); }

    void voice(const AVFrame& sound) {
        if (sound.nb_samples == 0) return;
        for (std::size_t i = 0; i < voices_.size(); ++i)
            voices_[i].push({reinterpret_cast<const float*>(sound.extended_data[i]), static_cast<std::size_t>(sound.nb_samples)});
        take_voices();
    }

    /// What was silenced before gets its tone, and what neighbours spread into it goes.
    void take_voices() {
        std::vector<std::vector<float>> channels;
        for (VoiceDisguise& one : voices_) channels.push_back(one.pop());
        if (channels.empty() || channels[0].empty()) return;
        const auto count = static_cast<int>(channels[0].size());
        const FramePtr frame = make_sound(AV_SAMPLE_FMT_FLTP, codec_.ch_layout, codec_.sample_rate, count);
        for (std::size_t i = 0; i < channels.size(); ++i) std::ranges::copy(channels[i], reinterpret_cast<float*>(frame->extended_data[i]));
        for (std::int64_t done = 0; done < count;) {
            const std::int64_t first = in_source(voiced_ + done), end = times_.run_end(first, in_source(voiced_ + count));
            const std::int64_t run = std::clamp<std::int64_t>(av_rescale(end, codec_.sample_rate, decoder_.rate()) - voiced_ - done, 1, count - done);
            edit_.apply(*frame, static_cast<int>(done), static_cast<int>(done + run), times_.time_at(first));
            done += run;
        }
        voiced_ += count;
        store(*to_encoder_.convert(frame.get()));
    }

    /// From the encoder's samples to the source's.
    std::int64_t in_source(std::int64_t index) const { return av_rescale(index, decoder_.rate(), codec_.sample_rate); }

    void store(const AVFrame& sound) {
        if (sound.nb_samples > 0) check(av_audio_fifo_write(fifo_.get(), reinterpret_cast<void**>(sound.extended_data), sound.nb_samples), "cannot store sound");
    }

    void encode(bool last) {
        while (av_audio_fifo_size(fifo_.get()) >= (last ? 1 : packet_samples_)) {
            const int count = std::min(av_audio_fifo_size(fifo_.get()), packet_samples_);
            const FramePtr frame = make_sound(codec_.sample_fmt, codec_.ch_layout, codec_.sample_rate, count);
            check(av_audio_fifo_read(fifo_.get(), reinterpret_cast<void**>(frame->extended_data), count), "cannot read sound");
            frame->pts = encoded_;
            encoded_ += count;
            check(avcodec_send_frame(&codec_, frame.get()), "cannot encode sound");
            take_packets();
        }
    }

    void take_packets() {
        for (;;) {
            PacketPtr packet = make_packet();
            const int code = avcodec_receive_packet(&codec_, packet.get());
            if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
            check(code, "cannot encode sound");
            const std::int64_t end = encoded_ - lead_;
            const std::int64_t index = packet->pts == AV_NOPTS_VALUE ? end : packet->pts - lead_;
            if (packet->size > 0 && (index >= end || (!trims_ && index < 0))) continue;
            packet->pts = packet->dts = times_.pts_at(in_source(index));
            packet->duration = av_rescale_q(packet->duration, {1, codec_.sample_rate}, time_base_);
            packet->flags |= AV_PKT_FLAG_KEY;
            ready_.push_back(std::move(packet));
        }
    }

    AVRational time_base_;
    SoundEncoder encoder_;
    AVCodecContext& codec_;
    SoundDecoder decoder_;
    SpanEdit edit_;
    bool disguised_;
    bool trims_;  ///< the container tells what an encoder put before the first sample
    SampleConverter to_float_, to_encoder_;
    SourceTimes times_;
    int packet_samples_;
    int lead_ = 0;
    FifoPtr fifo_;
    std::vector<VoiceDisguise> voices_;
    std::int64_t voiced_ = 0;   ///< samples that came out of the disguise
    std::int64_t encoded_ = 0;  ///< samples that went into the encoder, with the lead
};

}  // namespace

std::unique_ptr<SoundTrack> make_encoded_track(const AVStream& source, const AVOutputFormat& container, const SoundPlan& plan, const VoiceShape& shape, bool strict) {
    return std::make_unique<EncodedTrack>(source, container, plan, shape, strict);
}

}  // namespace invisiblur::av
