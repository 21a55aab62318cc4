#include "media/write/encoder_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "media/libav/compat.hpp"
#include "media/libav/pixel_layout.hpp"
#include "media/write/container.hpp"
#include "media/write/stand_in.hpp"

extern "C" {
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
}

namespace invisiblur::av {
namespace {

constexpr std::array kTable = {
    EncoderRow{AV_CODEC_ID_H264, "libx264", Quality::crf, 12},
    EncoderRow{AV_CODEC_ID_H264, "libx264rgb", Quality::crf, 10},
    EncoderRow{AV_CODEC_ID_HEVC, "libx265", Quality::crf, 13, Clock::source, "x265-params=log-level=error"},
    EncoderRow{AV_CODEC_ID_AV1, "libsvtav1", Quality::crf, 16, Clock::frames, "preset=8"},
    EncoderRow{AV_CODEC_ID_AV1, "libaom-av1", Quality::crf, 14, Clock::source, "cpu-used=6:row-mt=1"},
    EncoderRow{AV_CODEC_ID_VP9, "libvpx-vp9", Quality::crf, 14, Clock::source, "row-mt=1:deadline=good:cpu-used=3"},
    EncoderRow{AV_CODEC_ID_VP8, "libvpx", Quality::crf, 6, Clock::source, "deadline=good:cpu-used=3"},
    EncoderRow{AV_CODEC_ID_MPEG4, "mpeg4", Quality::qscale, 2, Clock::frames},
    EncoderRow{AV_CODEC_ID_MPEG2VIDEO, "mpeg2video", Quality::qscale, 2, Clock::frames},
    EncoderRow{AV_CODEC_ID_MPEG1VIDEO, "mpeg1video", Quality::qscale, 2, Clock::frames},
    EncoderRow{AV_CODEC_ID_MSMPEG4V2, "msmpeg4v2", Quality::qscale, 2, Clock::frames},
    EncoderRow{AV_CODEC_ID_MSMPEG4V3, "msmpeg4", Quality::qscale, 2, Clock::frames},
    EncoderRow{AV_CODEC_ID_WMV1, "wmv1", Quality::qscale, 2, Clock::frames},
    EncoderRow{AV_CODEC_ID_WMV2, "wmv2", Quality::qscale, 2, Clock::frames},
    EncoderRow{AV_CODEC_ID_FLV1, "flv", Quality::qscale, 2, Clock::frames},
    EncoderRow{AV_CODEC_ID_H263, "h263", Quality::qscale, 2, Clock::frames},
    EncoderRow{AV_CODEC_ID_H263P, "h263p", Quality::qscale, 2, Clock::frames},
    EncoderRow{AV_CODEC_ID_THEORA, "libtheora", Quality::qscale, 10, Clock::frames},
    EncoderRow{AV_CODEC_ID_MJPEG, "mjpeg", Quality::qscale, 2},
    EncoderRow{AV_CODEC_ID_DVVIDEO, "dvvideo", Quality::none, 0, Clock::frames},
    EncoderRow{AV_CODEC_ID_PRORES, "prores_ks", Quality::none, 0, Clock::frames},
    EncoderRow{AV_CODEC_ID_DNXHD, "dnxhd", Quality::none, 0, Clock::frames},
    EncoderRow{AV_CODEC_ID_JPEG2000, "jpeg2000", Quality::none, 0, Clock::source, "pred=1"},
    EncoderRow{AV_CODEC_ID_FFV1, "ffv1", Quality::none, 0, Clock::source, "level=3:slicecrc=1"},
    EncoderRow{AV_CODEC_ID_HUFFYUV, "huffyuv"},
    EncoderRow{AV_CODEC_ID_FFVHUFF, "ffvhuff"},
    EncoderRow{AV_CODEC_ID_UTVIDEO, "utvideo"},
    EncoderRow{AV_CODEC_ID_MAGICYUV, "magicyuv"},
    EncoderRow{AV_CODEC_ID_LJPEG, "ljpeg"},
    EncoderRow{AV_CODEC_ID_QTRLE, "qtrle"},
    EncoderRow{AV_CODEC_ID_RAWVIDEO, "rawvideo"},
    EncoderRow{AV_CODEC_ID_CFHD, "cfhd"},
    EncoderRow{AV_CODEC_ID_SNOW, "snow", Quality::qscale, 2, Clock::frames},
    EncoderRow{AV_CODEC_ID_GIF, "gif", Quality::none, 0, Clock::source, "gifflags=offsetting"},
    EncoderRow{AV_CODEC_ID_PNG, "png"},
    EncoderRow{AV_CODEC_ID_APNG, "apng"},
    EncoderRow{AV_CODEC_ID_BMP, "bmp"},
    EncoderRow{AV_CODEC_ID_TIFF, "tiff"},
    EncoderRow{AV_CODEC_ID_TARGA, "targa"},
    EncoderRow{AV_CODEC_ID_QOI, "qoi"},
    EncoderRow{AV_CODEC_ID_WEBP, "libwebp", Quality::none, 0, Clock::source, "quality=95"},
    EncoderRow{AV_CODEC_ID_PPM, "ppm"},
    EncoderRow{AV_CODEC_ID_PGM, "pgm"},
    EncoderRow{AV_CODEC_ID_DPX, "dpx"},
};

struct Fit {
    AVPixelFormat format = AV_PIX_FMT_NONE;
    int loss = 0;
};

/// Whether an encoder takes a format at a size.
bool fits(const AVCodec& codec, AVPixelFormat format, const FrameSize& size) {
    const std::string_view name = codec.name;
    if (name != "libx264" && name != "libx265") return true;
    const AVPixFmtDescriptor& d = *av_pix_fmt_desc_get(format);
    return size.width % (1 << d.log2_chroma_w) == 0 && size.height % (1 << d.log2_chroma_h) == 0;
}

Fit best_format(const AVCodec& codec, AVPixelFormat from, const FrameSize& size) {
    std::vector<AVPixelFormat> formats = encoder_formats(codec);
    std::erase_if(formats, [&](AVPixelFormat format) { return !fits(codec, format, size); });
    if (formats.empty()) return {from, 0};
    for (const AVPixelFormat same : {from, without_range(from)})
        for (const AVPixelFormat format : formats)
            if (format == same) return {format, 0};
    if (codec.id == AV_CODEC_ID_GIF) return {AV_PIX_FMT_PAL8, 0};  // see to_palette()
    formats.push_back(AV_PIX_FMT_NONE);
    Fit fit;
    const bool alpha = av_pix_fmt_desc_get(from)->flags & AV_PIX_FMT_FLAG_ALPHA;
    fit.format = avcodec_find_best_pix_fmt_of_list(formats.data(), from, alpha, &fit.loss);
    return fit;
}

std::string loss_text(AVPixelFormat from, const Fit& fit) {
    if (fit.loss == 0) return "";
    std::string what;
    const auto add = [&](int flag, const char* name) {
        if (fit.loss & flag) what += (what.empty() ? "" : ", ") + std::string(name);
    };
    add(FF_LOSS_RESOLUTION, "colour resolution");
    add(FF_LOSS_DEPTH, "bit depth");
    add(FF_LOSS_COLORSPACE, "exact colour space");
    add(FF_LOSS_ALPHA, "transparency");
    add(FF_LOSS_COLORQUANT, "colours");
    add(FF_LOSS_CHROMA, "colour");
    return fmt::format("{} becomes {} (lost: {})", format_name(from), format_name(fit.format), what);
}

bool holds(const AVOutputFormat* container, AVCodecID codec) {
    return !container || takes_codec(*container, codec);
}

std::string working_names(const AVOutputFormat* container) {
    std::string names;
    for (const EncoderRow& row : kTable) {
        if (!avcodec_find_encoder_by_name(row.name)) continue;
        const bool transport = container && std::string_view(container->name) == "mpegts";  // libav keeps no list of it
        if (container && !(transport ? takes_codec(*container, row.codec) : avformat_query_codec(container, row.codec, FF_COMPLIANCE_NORMAL) == 1)) continue;
        names += (names.empty() ? "" : ", ") + std::string(row.name);
    }
    return names.empty() ? "no codec that this program writes" : names;
}

std::string advice(const AVOutputFormat* container) {
    return fmt::format("choose one with -c:v; {} takes {}", container ? container->name : "the container", working_names(container));
}

/// H.263 knows five sizes, others are of its second version. libav's CineForm encoder writes pictures of odd heights that no decoder reads.
bool writes_size(AVCodecID codec, const FrameSize& size) {
    constexpr std::array<std::array<int, 2>, 5> kH263 = {{{128, 96}, {176, 144}, {352, 288}, {704, 576}, {1408, 1152}}};
    if (codec == AV_CODEC_ID_H263) return std::ranges::find(kH263, std::array{size.width, size.height}) != kH263.end();
    return codec != AV_CODEC_ID_CFHD || size.height % 2 == 0;
}

std::vector<EncoderRow> rows_for(AVCodecID codec) {
    std::vector<EncoderRow> rows;
    for (const EncoderRow& row : kTable)
        if (row.codec == codec && avcodec_find_encoder_by_name(row.name)) rows.push_back(row);
    return rows;
}

/// Any encoder that libav knows will do, even one that the table does not have.
std::vector<EncoderRow> rows_named(const std::string& name) {
    for (const EncoderRow& row : kTable)
        if (name == row.name && avcodec_find_encoder_by_name(row.name)) return {row};
    const AVCodec* codec = avcodec_find_encoder_by_name(name.c_str());
    if (codec && codec->type == AVMEDIA_TYPE_VIDEO) {
        const auto finds = [&](const char* key) {
            return codec->priv_class && av_opt_find(const_cast<AVClass**>(&codec->priv_class), key, nullptr, 0, AV_OPT_SEARCH_FAKE_OBJ);
        };
        if (finds("crf")) return {EncoderRow{codec->id, codec->name, Quality::crf, -1}};
        return {EncoderRow{codec->id, codec->name, Quality::qscale, 2}};
    }
    const AVCodecDescriptor* descriptor = avcodec_descriptor_get_by_name(name.c_str());
    if (descriptor) return rows_for(descriptor->id);
    return {};
}

/// Raw pictures as a container has them: AVI begins with blue, QuickTime with the high byte.
AVPixelFormat raw_format(AVPixelFormat format, const AVOutputFormat* container) {
    const std::string_view name = container ? container->name : "";
    if (name == "avi" && format == AV_PIX_FMT_RGB24) return AV_PIX_FMT_BGR24;
    if (name == "avi" && format == AV_PIX_FMT_RGBA) return AV_PIX_FMT_BGRA;
    if (name == "mov" && (format == AV_PIX_FMT_BGRA || format == AV_PIX_FMT_RGBA)) return AV_PIX_FMT_ARGB;
    if (name == "mov" && (format == AV_PIX_FMT_RGB48LE || format == AV_PIX_FMT_RGBA64LE || format == AV_PIX_FMT_GRAY16LE)) return av_pix_fmt_swap_endianness(format);
    return format;
}

EncoderChoice choose_row(const std::vector<EncoderRow>& rows, AVPixelFormat format, const FrameSize& size) {
    std::optional<EncoderChoice> chosen;
    int best_loss = 0;
    for (const EncoderRow& row : rows) {
        const AVCodec* codec = avcodec_find_encoder_by_name(row.name);
        const Fit fit = best_format(*codec, format, size);
        if (chosen && fit.loss >= best_loss) continue;
        chosen = EncoderChoice{row, codec, fit.format, loss_text(format, fit), ""};
        best_loss = fit.loss;
    }
    return *chosen;
}

std::optional<EncoderChoice> choose_stand_in(AVCodecID source, AVPixelFormat format, const FrameSize& size, const AVOutputFormat* container) {
    if (!container) container = av_guess_format("matroska", nullptr, nullptr);
    const auto codec = stand_in(source, *container);
    const std::vector<EncoderRow> rows = codec ? rows_for(*codec) : std::vector<EncoderRow>{};
    if (rows.empty()) return std::nullopt;
    EncoderChoice choice = choose_row(rows, format, size);
    choice.instead_of = avcodec_get_name(source) + std::string(has_encoder(source) ? " of this size" : "");
    return choice;
}

}  // namespace

std::span<const EncoderRow> encoder_table() {
    return kTable;
}

bool has_encoder(AVCodecID codec) {
    return !rows_for(codec).empty();
}

double usual_quality(const EncoderChoice& choice) {
    const EncoderRow& row = choice.row;
    const bool rgb = av_pix_fmt_desc_get(choice.format)->flags & AV_PIX_FMT_FLAG_RGB;
    // Red and blue count as chroma for x265, and get as much less care.
    return rgb && row.codec == AV_CODEC_ID_HEVC ? row.value - 7 : row.value;
}

EncoderChoice choose_encoder(const std::string& name, AVCodecID source, AVPixelFormat format, const FrameSize& size, const AVOutputFormat* container) {
    if (name == "copy") throw std::invalid_argument("-c:v copy would keep the faces: name an encoder or leave it out");
    const bool takes_frames = container && container->video_codec == AV_CODEC_ID_WRAPPED_AVFRAME;  // Y4M's muxer
    const std::vector<EncoderRow> rows = !name.empty() ? rows_named(name) : takes_frames ? rows_named("wrapped_avframe") : rows_for(source);
    if (rows.empty() && !name.empty())
        throw std::invalid_argument(fmt::format("-c:v {}: there is no such video encoder; {}", name, advice(container)));
    const bool own = name.empty() && (rows.empty() || !writes_size(source, size));
    if (own) {
        if (const auto choice = choose_stand_in(source, format, size, container)) return *choice;
    }
    if (rows.empty()) throw std::runtime_error(fmt::format("there is no encoder for {}: {}", avcodec_get_name(source), advice(container)));
    if (!holds(container, rows.front().codec))
        throw std::runtime_error(
            fmt::format("{} cannot hold {}: {}", container->name, avcodec_get_name(rows.front().codec), advice(container)));
    EncoderChoice choice = choose_row(rows, format, size);
    if (choice.row.codec == AV_CODEC_ID_RAWVIDEO) choice.format = raw_format(choice.format, container);
    return choice;
}

}  // namespace invisiblur::av
