#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "media/libav/compat.hpp"
#include "media/sound/flac_frame.hpp"
#include "media/sound/sound_decoder.hpp"
#include "media/sound/sound_track.hpp"
#include "media/sound/span_edit.hpp"

namespace invisiblur::av {
namespace {

constexpr int kLeastFlacBlock = 16;  // RFC 9639, 8.2; only a last block may be shorter
constexpr int kMostFlacBits = 24;    // that libavcodec writes

ByteView bytes_of(const AVPacket& packet) {
    return {packet.data, static_cast<std::size_t>(packet.size)};
}

bool is_pcm(AVCodecID codec) {
    return std::string_view(avcodec_get_name(codec)).starts_with("pcm_");
}

class PatchedTrack : public SoundTrack {
public:
    PatchedTrack(const AVStream& source, const SoundPlan& plan, bool strict)
        : source_(source), flac_(source.codecpar->codec_id == AV_CODEC_ID_FLAC), strict_(strict), clock_(source.time_base), edit_(plan.spans) {}

    void send(PacketPtr packet) override {
        const int samples = samples_in(*packet), rate = source_.codecpar->sample_rate;
        if (packet->size == 0 || (flac_ && samples == 0)) return keep(std::move(packet));
        const double lasts_s = static_cast<double>(samples) / rate, start_s = clock_.place(packet->pts, lasts_s);
        if (!edit_.touches(start_s, start_s + lasts_s)) return keep(std::move(packet));
        replace(*packet, *decoded(*packet, start_s));
        ready_.push_back(std::move(packet));
    }

    void finish() override {}

    void describe(AVCodecParameters& parameters) const override {
        if (flac_ && parameters.extradata) forget_flac_sums(parameters.extradata, static_cast<std::size_t>(parameters.extradata_size));
    }

    std::int64_t copied() const override { return copied_; }
    std::int64_t broken() const override { return broken_; }

private:
    void keep(PacketPtr packet) {
        copied_ += packet->size > 0;
        ready_.push_back(std::move(packet));
    }

    /// 0 for what is no FLAC frame: nobody can hear it.
    int samples_in(const AVPacket& packet) const {
        if (!flac_) return av_get_audio_frame_duration2(source_.codecpar, packet.size);
        const auto header = read_flac_header(bytes_of(packet));
        return header ? header->samples : 0;
    }

    /// The packet's sound, changed.
    FramePtr decoded(const AVPacket& packet, double start_s) {
        SoundDecoder decoder(source_, strict_);  // a packet stands alone, and few are decoded
        decoder.send(packet);
        decoder.finish();
        FramePtr all;
        while (auto sound = decoder.receive()) {
            if (all) throw std::runtime_error(fmt::format("stream {} (audio) has packets of several sounds, which cannot be changed one by one", source_.index));
            all = std::move(sound->frame);
        }
        broken_ += decoder.broken();
        if (!all) throw std::runtime_error(fmt::format("stream {} (audio) is damaged where it must be changed: leave it out with --drop audio", source_.index));
        check(av_frame_make_writable(all.get()), "cannot change sound");
        edit_.apply(*all, 0, all->nb_samples, start_s);
        return all;
    }

    CodecPtr encoder_for(const AVFrame& sound) const {
        const AVCodec* const encoder = avcodec_find_encoder(source_.codecpar->codec_id);
        CodecPtr codec = make_codec(encoder);
        codec->sample_fmt = static_cast<AVSampleFormat>(sound.format);
        codec->sample_rate = sound.sample_rate;
        codec->time_base = {1, sound.sample_rate};
        codec->bits_per_raw_sample = source_.codecpar->bits_per_raw_sample;
        check(av_channel_layout_copy(&codec->ch_layout, &sound.ch_layout), "cannot set a sound's channels");
        if (codec->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) av_channel_layout_default(&codec->ch_layout, sound.ch_layout.nb_channels);
        if (flac_) codec->frame_size = std::max(kLeastFlacBlock, sound.nb_samples);
        check(avcodec_open2(codec.get(), encoder, nullptr), fmt::format("cannot encode stream {} (audio)", source_.index));
        return codec;
    }

    /// Puts a sound in the place of what a packet held.
    void replace(AVPacket& packet, AVFrame& sound) const {
        const CodecPtr codec = encoder_for(sound);
        if (sound.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) check(av_channel_layout_copy(&sound.ch_layout, &codec->ch_layout), "cannot set a sound's channels");
        sound.pts = 0;
        check(avcodec_send_frame(codec.get(), &sound), "cannot encode sound");
        check(avcodec_send_frame(codec.get(), nullptr), "cannot encode sound");
        const PacketPtr made = make_packet();
        check(avcodec_receive_packet(codec.get(), made.get()), "cannot encode sound");
        const ByteView bytes = bytes_of(*made);
        if (flac_) return set_bytes(packet, with_number_of(bytes, bytes_of(packet)));
        if (made->size != packet.size) throw std::runtime_error(fmt::format("stream {} (audio) has packets that cannot be changed one by one: leave it out with --drop audio", source_.index));
        set_bytes(packet, {bytes.begin(), bytes.end()});
    }

    static void set_bytes(AVPacket& packet, const std::vector<std::uint8_t>& bytes) {
        BufferPtr buffer(not_null(av_buffer_allocz(bytes.size() + AV_INPUT_BUFFER_PADDING_SIZE)));
        std::ranges::copy(bytes, buffer->data);
        av_buffer_unref(&packet.buf);
        packet.buf = buffer.release();
        packet.data = packet.buf->data;
        packet.size = static_cast<int>(bytes.size());
    }

    const AVStream& source_;
    bool flac_, strict_;
    SoundClock clock_;
    SpanEdit edit_;
    std::int64_t copied_ = 0, broken_ = 0;
};

}  // namespace

std::unique_ptr<SoundTrack> make_patched_track(const AVStream& source, const SoundPlan& plan, bool strict) {
    const AVCodecParameters& par = *source.codecpar;
    const int bits = std::max(par.bits_per_raw_sample, par.bits_per_coded_sample);
    const bool flac = par.codec_id == AV_CODEC_ID_FLAC && bits <= kMostFlacBits;
    const bool stands_alone = flac || (is_pcm(par.codec_id) && av_get_exact_bits_per_sample(par.codec_id) > 0);
    if (!stands_alone || plan.voice == Voice::disguise || par.sample_rate <= 0 || !avcodec_find_encoder(par.codec_id)) return nullptr;
    return std::make_unique<PatchedTrack>(source, plan, strict);
}

}  // namespace invisiblur::av
