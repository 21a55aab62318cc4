#include "media/sound/sound_encoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "media/libav/compat.hpp"
#include "media/write/container.hpp"

namespace invisiblur::av {
namespace {

constexpr std::array kLossless = {AV_CODEC_ID_FLAC, AV_CODEC_ID_ALAC, AV_CODEC_ID_PCM_S24LE, AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_PCM_S16BE};
constexpr std::array kLossy = {AV_CODEC_ID_AAC, AV_CODEC_ID_OPUS, AV_CODEC_ID_AC3, AV_CODEC_ID_MP3, AV_CODEC_ID_MP2, AV_CODEC_ID_VORBIS};

// A channel's usual rates: at which most listeners hear no loss in AAC and its like, and at which speech stays good.
constexpr std::int64_t kGood_bps = 96'000;
constexpr std::int64_t kLeast_bps = 64'000;

// AAC's profiles that store half the band and how to guess the other (ISO/IEC 14496-3); nobody here writes them, and all of the band needs twice as much.
constexpr int kHeAac = 4, kHeAac2 = 28;

bool is_lossless(AVCodecID codec) {
    const AVCodecDescriptor* const about = avcodec_descriptor_get(codec);
    return about && (about->props & AV_CODEC_PROP_LOSSLESS) && !(about->props & AV_CODEC_PROP_LOSSY);
}

/// The source's own first.
std::vector<AVCodecID> candidates(AVCodecID source) {
    std::vector<AVCodecID> all{source};
    if (is_lossless(source)) all.insert(all.end(), kLossless.begin(), kLossless.end());
    all.insert(all.end(), kLossy.begin(), kLossy.end());
    if (!is_lossless(source)) all.insert(all.end(), kLossless.begin(), kLossless.end());
    return all;
}

/// The same, or the nearest that loses nothing, or the first.
AVSampleFormat format_like(AVSampleFormat source, const std::vector<AVSampleFormat>& taken) {
    const auto has = [&](AVSampleFormat format) { return std::ranges::find(taken, format) != taken.end(); };
    if (taken.empty() || has(source)) return source;
    const AVSampleFormat packed = av_get_packed_sample_fmt(source);
    for (const AVSampleFormat format : {packed, av_get_planar_sample_fmt(source)})
        if (has(format)) return format;
    const auto wider = std::ranges::find_if(taken, [&](AVSampleFormat f) { return av_get_bytes_per_sample(f) >= av_get_bytes_per_sample(source); });
    return wider == taken.end() ? taken.front() : *wider;
}

int rate_like(int source, std::vector<int> taken) {
    if (taken.empty()) return source;
    std::ranges::sort(taken);
    const auto place = std::ranges::lower_bound(taken, source);
    return place == taken.end() ? taken.back() : *place;
}

/// The same channels, or as many, or the most that are no more.
void set_layout(AVCodecContext& codec, const AVChannelLayout& source, const std::vector<const AVChannelLayout*>& taken) {
    const AVChannelLayout* best = nullptr;
    for (const AVChannelLayout* layout : taken) {
        if (av_channel_layout_compare(layout, &source) == 0) best = layout;
        if (best && av_channel_layout_compare(best, &source) == 0) break;
        const bool fits = layout->nb_channels <= source.nb_channels;
        if (!best || (fits && layout->nb_channels > best->nb_channels)) best = layout;
    }
    const bool named = source.order != AV_CHANNEL_ORDER_UNSPEC;
    if (best) check(av_channel_layout_copy(&codec.ch_layout, best), "cannot set a sound's channels");
    else if (named) check(av_channel_layout_copy(&codec.ch_layout, &source), "cannot set a sound's channels");
    else av_channel_layout_default(&codec.ch_layout, source.nb_channels);
}

std::int64_t bit_rate_like(const AVCodecParameters& source, AVCodecID codec) {
    if (is_lossless(codec)) return 0;
    const int channels = source.ch_layout.nb_channels;
    if (source.bit_rate <= 0 || is_lossless(source.codec_id)) return kGood_bps * channels;
    if (codec != source.codec_id) return std::max(source.bit_rate, kLeast_bps * channels);
    const bool half = codec == AV_CODEC_ID_AAC && (source.profile == kHeAac || source.profile == kHeAac2);
    return half ? 2 * source.bit_rate : source.bit_rate;
}

/// Null where it does not take this sound.
CodecPtr try_encoder(const AVCodec& encoder, const AVCodecParameters& source, const AVOutputFormat& container) {
    CodecPtr codec = make_codec(&encoder);
    const EncoderSound taken = encoder_sound(encoder);
    codec->sample_fmt = format_like(static_cast<AVSampleFormat>(source.format), taken.formats);
    codec->sample_rate = rate_like(source.sample_rate, taken.rates);
    set_layout(*codec, source.ch_layout, taken.layouts);
    codec->time_base = {1, codec->sample_rate};
    codec->bit_rate = bit_rate_like(source, encoder.id);
    codec->bits_per_raw_sample = source.bits_per_raw_sample > 0 ? source.bits_per_raw_sample : source.bits_per_coded_sample;
    codec->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;  // DTS and TrueHD have no other encoders
    if (container.flags & AVFMT_GLOBALHEADER) codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    return avcodec_open2(codec.get(), &encoder, nullptr) < 0 ? nullptr : std::move(codec);
}

}  // namespace

SoundEncoder open_sound_encoder(const AVStream& source, const AVOutputFormat& container) {
    const AVCodecParameters& par = *source.codecpar;
    if (par.sample_rate <= 0 || par.ch_layout.nb_channels <= 0 || par.format < 0)
        throw std::runtime_error(fmt::format("stream {} (audio, {}) does not tell its samples, so that they cannot be changed: leave it out with --drop audio", source.index,
                                             avcodec_get_name(par.codec_id)));
    for (const AVCodecID id : candidates(par.codec_id)) {
        const AVCodec* const encoder = avcodec_find_encoder(id);
        if (!encoder || !takes_codec(container, id)) continue;
        if (CodecPtr codec = try_encoder(*encoder, par, container)) return {std::move(codec), id == par.codec_id ? "" : avcodec_get_name(par.codec_id)};
    }
    throw std::runtime_error(fmt::format("stream {} (audio, {}) cannot be changed: nothing here writes a sound for {}; name another container with --format, or leave it out with --drop audio",
                                         source.index, avcodec_get_name(par.codec_id), container.name));
}

bool trims_priming(const AVOutputFormat& container, AVCodecID codec) {
    constexpr std::array<std::string_view, 5> kOgg = {"ogg", "oga", "ogv", "opus", "spx"};
    if (is_matroska(container)) return codec == AV_CODEC_ID_OPUS;  // readers differ about the CodecDelay of others
    return is_mov_family(container) || std::ranges::find(kOgg, container.name) != kOgg.end();
}

}  // namespace invisiblur::av
