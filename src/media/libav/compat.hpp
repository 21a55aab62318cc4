#pragma once
#include <cstring>
#include <span>
#include <vector>

#include "media/libav/handles.hpp"

extern "C" {
#include <libavfilter/buffersrc.h>
}

// All that differs between the versions of libav, 5.1 to 8, stands here and nowhere else.

namespace invisiblur::av {

#if LIBAVFORMAT_VERSION_MAJOR >= 61
using WrittenBytes = const std::uint8_t;  ///< what an AVIOContext's write function is given
#else
using WrittenBytes = std::uint8_t;
#endif

#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
inline bool is_interlaced(const AVFrame& f) { return f.flags & AV_FRAME_FLAG_INTERLACED; }
inline void mark_interlaced(AVFrame& f) { f.flags |= AV_FRAME_FLAG_INTERLACED; }
inline bool is_top_field_first(const AVFrame& f) { return f.flags & AV_FRAME_FLAG_TOP_FIELD_FIRST; }
inline bool is_key(const AVFrame& f) { return f.flags & AV_FRAME_FLAG_KEY; }
inline void clear_key_frame(AVFrame& f) { f.flags &= ~AV_FRAME_FLAG_KEY; }
#else
inline bool is_interlaced(const AVFrame& f) { return f.interlaced_frame; }
inline void mark_interlaced(AVFrame& f) { f.interlaced_frame = 1; }
inline bool is_top_field_first(const AVFrame& f) { return f.top_field_first; }
inline bool is_key(const AVFrame& f) { return f.key_frame; }
inline void clear_key_frame(AVFrame& f) { f.key_frame = 0; }
#endif

#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
inline std::int64_t frame_duration(const AVFrame& f) { return f.duration; }
inline void set_frame_duration(AVFrame& f, std::int64_t d) { f.duration = d; }
#else
inline std::int64_t frame_duration(const AVFrame& f) { return f.pkt_duration; }
inline void set_frame_duration(AVFrame& f, std::int64_t d) { f.pkt_duration = d; }
#endif

#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
inline std::span<const AVPacketSideData> side_data(const AVStream& s) {
    return {s.codecpar->coded_side_data, static_cast<std::size_t>(s.codecpar->nb_coded_side_data)};
}
inline void drop_side_data(AVStream& s) {
    av_packet_side_data_free(&s.codecpar->coded_side_data, &s.codecpar->nb_coded_side_data);
}
inline void add_side_data(AVStream& s, const AVPacketSideData& d) {
    auto* made = not_null(av_packet_side_data_new(&s.codecpar->coded_side_data, &s.codecpar->nb_coded_side_data, d.type, d.size, 0));
    std::memcpy(made->data, d.data, d.size);
}
constexpr int kH264Baseline = AV_PROFILE_H264_BASELINE;
constexpr int kH264ConstrainedBaseline = AV_PROFILE_H264_CONSTRAINED_BASELINE;
constexpr int kH264Main = AV_PROFILE_H264_MAIN;
constexpr int kDnxhd = AV_PROFILE_DNXHD;
#else
inline std::span<const AVPacketSideData> side_data(const AVStream& s) {
    return {s.side_data, static_cast<std::size_t>(s.nb_side_data)};
}
inline void drop_side_data(AVStream&) {}  // codec parameters carry none here
inline void add_side_data(AVStream& s, const AVPacketSideData& d) {
    std::memcpy(not_null(av_stream_new_side_data(&s, d.type, d.size)), d.data, d.size);
}
constexpr int kH264Baseline = FF_PROFILE_H264_BASELINE;
constexpr int kH264ConstrainedBaseline = FF_PROFILE_H264_CONSTRAINED_BASELINE;
constexpr int kH264Main = FF_PROFILE_H264_MAIN;
constexpr int kDnxhd = FF_PROFILE_DNXHD;
#endif

/// Newer filter graphs want to know the colours before the first frame.
inline void set_colour([[maybe_unused]] AVBufferSrcParameters& source, [[maybe_unused]] const AVFrame& like) {
#if LIBAVFILTER_VERSION_MAJOR >= 10
    source.color_space = like.colorspace;
    source.color_range = like.color_range;
#endif
}

/// Matroska's muxer writes rotations and flips from 6.1 on.
constexpr bool kMatroskaTurns = LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 10, 101);

/// What a Matroska stream's timestamps lack when its muxer writes CodecDelay and does not count it in (before 6.0).
inline std::int64_t forgotten_codec_delay([[maybe_unused]] const AVStream& s) {
#if LIBAVFORMAT_VERSION_MAJOR < 60
    const AVCodecParameters& par = *s.codecpar;
    if (par.codec_id == AV_CODEC_ID_OPUS && par.sample_rate > 0) return av_rescale_q(par.initial_padding, {1, par.sample_rate}, s.time_base);
#endif
    return 0;
}

/// The pixel formats that an encoder takes; empty where it does not say.
inline std::vector<AVPixelFormat> encoder_formats(const AVCodec& codec) {
    std::vector<AVPixelFormat> formats;
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
    const void* list = nullptr;
    check(avcodec_get_supported_config(nullptr, &codec, AV_CODEC_CONFIG_PIX_FORMAT, 0, &list, nullptr), "cannot list pixel formats");
    const auto* p = static_cast<const AVPixelFormat*>(list);
#else
    const AVPixelFormat* p = codec.pix_fmts;
#endif
    for (; p && *p != AV_PIX_FMT_NONE; ++p) formats.push_back(*p);
    return formats;
}

/// The frame rates that an encoder takes; empty where any will do.
inline std::vector<AVRational> encoder_rates(const AVCodec& codec) {
    std::vector<AVRational> rates;
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
    const void* list = nullptr;
    check(avcodec_get_supported_config(nullptr, &codec, AV_CODEC_CONFIG_FRAME_RATE, 0, &list, nullptr), "cannot list frame rates");
    const auto* p = static_cast<const AVRational*>(list);
#else
    const AVRational* p = codec.supported_framerates;
#endif
    for (; p && p->num; ++p) rates.push_back(*p);
    return rates;
}

/// The sample formats that a sound encoder takes, the rates, and the layouts; empty where any will do.
struct EncoderSound {
    std::vector<AVSampleFormat> formats;
    std::vector<int> rates;
    std::vector<const AVChannelLayout*> layouts;
};
inline EncoderSound encoder_sound(const AVCodec& codec) {
    EncoderSound all;
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
    const auto list = [&](AVCodecConfig what) {
        const void* values = nullptr;
        check(avcodec_get_supported_config(nullptr, &codec, what, 0, &values, nullptr), "cannot list what a sound encoder takes");
        return values;
    };
    const auto* format = static_cast<const AVSampleFormat*>(list(AV_CODEC_CONFIG_SAMPLE_FORMAT));
    const auto* rate = static_cast<const int*>(list(AV_CODEC_CONFIG_SAMPLE_RATE));
    const auto* layout = static_cast<const AVChannelLayout*>(list(AV_CODEC_CONFIG_CHANNEL_LAYOUT));
#else
    const AVSampleFormat* format = codec.sample_fmts;
    const int* rate = codec.supported_samplerates;
    const AVChannelLayout* layout = codec.ch_layouts;
#endif
    for (; format && *format != AV_SAMPLE_FMT_NONE; ++format) all.formats.push_back(*format);
    for (; rate && *rate != 0; ++rate) all.rates.push_back(*rate);
    for (; layout && layout->nb_channels != 0; ++layout) all.layouts.push_back(layout);
    return all;
}

}  // namespace invisiblur::av
