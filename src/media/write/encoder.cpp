#include "media/write/encoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <mutex>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fault_point.hpp"
#include "media/bitstream/hevc_captions.hpp"
#include "media/bitstream/theora_repeat.hpp"
#include "media/libav/compat.hpp"
#include "media/libav/pixel_layout.hpp"
#include "media/write/kept_settings.hpp"
#include "media/write/palette.hpp"
#include "media/write/stand_in.hpp"

extern "C" {
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
}

namespace invisiblur::av {
namespace {

constexpr AVRational kUnknownRate = {25, 1};

AVRational nearest_rate(const AVCodec& codec, AVRational rate) {
    if (rate.num <= 0 || rate.den <= 0) rate = kUnknownRate;
    const std::vector<AVRational> rates = encoder_rates(codec);
    AVRational best = rate;
    double distance = -1;
    for (const AVRational offered : rates) {
        const double d = std::abs(av_q2d(offered) - av_q2d(rate));
        if (distance >= 0 && d >= distance) continue;
        best = offered;
        distance = d;
    }
    av_reduce(&best.num, &best.den, best.num, best.den, 65535);  // MPEG-4 counts in 16 bits
    return best;
}

bool is_any(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_rgb(int format) {
    return av_pix_fmt_desc_get(static_cast<AVPixelFormat>(format))->flags & AV_PIX_FMT_FLAG_RGB;
}

bool is_interlaced_order(AVFieldOrder order) {
    return order != AV_FIELD_UNKNOWN && order != AV_FIELD_PROGRESSIVE;
}

/// VP8 knows one matrix, and libav's decoder says so of each; a container that says otherwise is believed.
AVColorSpace matrix_of(const AVFrame& frame, const AVStream& source) {
    const bool told = source.codecpar->codec_id == AV_CODEC_ID_VP8 && source.codecpar->color_space != AVCOL_SPC_UNSPECIFIED;
    return told ? source.codecpar->color_space : frame.colorspace;
}

/// "2.5M", "800k" or "1000000" in bits a second.
std::int64_t parse_rate(const std::string& text) {
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    const std::string_view unit = end;
    const double factor = unit.empty() ? 1 : is_any(unit, {"k", "K"}) ? 1e3 : is_any(unit, {"m", "M"}) ? 1e6 : unit == "G" ? 1e9 : 0;
    const double bits = number * factor;
    if (!(bits >= 1000 && bits <= 1e11))
        throw std::invalid_argument(fmt::format("-b:v {}: expects bits a second, 1000 to 100G, such as 800k or 4M", text));
    return std::llround(bits);
}

/// "key=value:key=value".
std::vector<std::pair<std::string, std::string>> pairs_of(const std::string& text) {
    std::vector<std::pair<std::string, std::string>> pairs;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, ':');) {
        const auto equals = part.find('=');
        pairs.emplace_back(part.substr(0, equals), part.substr(equals + 1));
    }
    return pairs;
}

/// What x264 and x265 do not know they complain about on standard error, past libav.
void check_preset(const std::string& encoder, const std::string& preset) {
    constexpr const char* kPresets = "ultrafast, superfast, veryfast, faster, fast, medium, slow, slower, veryslow or placebo";
    if (!is_any(encoder, {"libx264", "libx264rgb", "libx265"})) return;
    if (is_any(preset, {"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow", "placebo"})) return;
    throw std::invalid_argument(fmt::format("--preset {}: the encoder {} takes {}", preset, encoder, kPresets));
}

/// An encoder that cannot be closed stays as long as the program runs, and in reach, so that it is no leak to who looks for one.
void keep_open(CodecPtr codec) {
    static std::mutex mutex;
    static auto& kept = *new std::vector<CodecPtr>();
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(codec));
}

}  // namespace

Encoder::Encoder(const EncoderChoice& choice, const AVStream& source, const VideoStream& video, const Options& options,
                 const AVOutputFormat* container)
    : name_(choice.codec->name), without_captions_(!options.words.empty()), codec_(make_codec(choice.codec)) {
    log_.listen(*codec_);
    if (!choice.instead_of.empty())
        losses_.push_back(fmt::format("stream {} becomes {}, since nobody writes {}", source.index, avcodec_get_name(choice.codec->id), choice.instead_of));
    if (!choice.loss.empty()) losses_.push_back("the encoder " + name_ + " lacks the source's pixel format: " + choice.loss);
    describe_picture(choice, source, video);
    describe_fields(source, video);
    set_clock(choice, video, container);
    set_quality(choice, source, video, options);
    for (const auto& [key, value] : keep_settings(*codec_, choice, source, video, options, container)) set(key, value, "settings");
    if (container && container->flags & AVFMT_GLOBALHEADER) codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    if (video.live) set_low_delay(video);
    set_options(options);
    fail(avcodec_open2(codec_.get(), choice.codec, nullptr), "cannot open the encoder " + name_);
}

Encoder::~Encoder() {
    // SVT-AV1 waits for ever when it is closed before the end of a stream that it was told of; a stream without a frame has no end.
    if (!codec_ || name_ != "libsvtav1" || drained_) return;
    if (sent_ == 0) {
        keep_open(std::move(codec_));
        return;
    }
    if (avcodec_send_frame(codec_.get(), nullptr) < 0) return;
    const PacketPtr packet(av_packet_alloc());
    while (packet && avcodec_receive_packet(codec_.get(), packet.get()) >= 0) av_packet_unref(packet.get());
}

void Encoder::fail(int code, const std::string& what) const {
    const std::string reason = log_.last();
    check(code, reason.empty() ? what : what + " (" + reason + ")");
}

void Encoder::describe_picture(const EncoderChoice& choice, const AVStream& source, const VideoStream& video) {
    const AVFrame& first = *video.first;
    codec_->width = first.width;
    codec_->height = first.height;
    codec_->pix_fmt = choice.format;
    codec_->sample_aspect_ratio = source.sample_aspect_ratio.num ? source.sample_aspect_ratio : first.sample_aspect_ratio;
    if (video.filtered) codec_->sample_aspect_ratio = video.sample_aspect;
    codec_->color_range = first.color_range;
    codec_->color_primaries = first.color_primaries;
    codec_->color_trc = first.color_trc;
    codec_->colorspace = matrix_of(first, source);
    codec_->chroma_sample_location = first.chroma_location;
    const std::string from = format_name(first.format), to = format_name(choice.format);
    if (from.starts_with("yuvj") || to.starts_with("yuvj")) codec_->color_range = AVCOL_RANGE_JPEG;
    const bool from_rgb = is_rgb(first.format), to_rgb = is_rgb(choice.format);
    if (from_rgb && !to_rgb) codec_->colorspace = static_cast<AVColorSpace>(yuv_colour_of(first).matrix);
    if (from_rgb && !to_rgb && !to.starts_with("yuvj")) codec_->color_range = AVCOL_RANGE_MPEG;
    if (to_rgb && !from_rgb) codec_->colorspace = AVCOL_SPC_RGB;
    const YuvColour colour{to_rgb ? yuv_colour_of(first).matrix : static_cast<int>(codec_->colorspace), codec_->color_range == AVCOL_RANGE_JPEG};
    const AVPixelFormat wanted = choice.format == AV_PIX_FMT_PAL8 ? AV_PIX_FMT_BGRA : choice.format;
    if (wanted != first.format && without_range(static_cast<AVPixelFormat>(first.format)) != wanted)
        converter_ = std::make_unique<FormatConverter>(wanted, colour);
    if (codec_->color_range != AVCOL_RANGE_JPEG && is_any(name_, {"mjpeg", "ljpeg"})) codec_->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;
}

void Encoder::describe_fields(const AVStream& source, const VideoStream& video) {
    const AVFrame& first = *video.first;
    codec_->field_order = video.filtered ? AV_FIELD_PROGRESSIVE : source.codecpar->field_order;
    if (source.codecpar->codec_id == AV_CODEC_ID_HEVC) return;  // its fields are pictures of their own
    if (!is_interlaced_order(codec_->field_order) && is_interlaced(first))
        codec_->field_order = is_top_field_first(first) ? AV_FIELD_TT : AV_FIELD_BB;
    const bool can = is_any(name_, {"libx264", "mpeg2video", "mpeg4", "prores_ks", "dnxhd"});
    if (is_interlaced_order(codec_->field_order) && can) codec_->flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
}

void Encoder::set_clock(const EncoderChoice& choice, const VideoStream& video, const AVOutputFormat* container) {
    const bool timeless = container && container->flags & AVFMT_NOTIMESTAMPS;  // such as a raw stream, whose headers tell the rate
    const bool counts = choice.row.clock == Clock::frames || timeless;
    codec_->framerate = nearest_rate(*choice.codec, video.frame_rate);
    codec_->time_base = counts ? av_inv_q(codec_->framerate) : video.time_base;
    const std::int64_t usual = std::max<std::int64_t>(1, av_rescale_q(1, av_inv_q(codec_->framerate), video.time_base));
    times_.emplace(counts, usual);
}

void Encoder::set_quality(const EncoderChoice& choice, const AVStream& source, const VideoStream& video, const Options& options) {
    for (const auto& [key, value] : pairs_of(choice.row.settings)) set(key, value, "settings");
    if (!options.bit_rate.empty()) {
        codec_->bit_rate = parse_rate(options.bit_rate);
        if (options.crf >= 0) throw std::invalid_argument("--crf and -b:v contradict each other: give one of them");
        return;
    }
    const bool lossless = is_lossless(*source.codecpar) || (!choice.instead_of.empty() && is_always_lossless(source.codecpar->codec_id));
    if (options.crf < 0 && is_any(name_, {"libx264", "libx264rgb"}) && lossless) return set("qp", "0", "settings");
    // A field has half the lines, and what they show differs more from line to line.
    constexpr double kFieldsCost = 2.5;
    const bool fields = name_ == "libx265" && is_interlaced(*video.first);
    const double value = options.crf >= 0 ? options.crf : usual_quality(choice) - (fields ? kFieldsCost : 0);
    if (value < 0) return;
    if (choice.row.quality == Quality::none && options.crf >= 0)
        throw std::invalid_argument(fmt::format("--crf: the encoder {} has no quality to set", name_));
    if (choice.row.quality == Quality::crf) set("crf", fmt::format("{}", value), "--crf");
    if (choice.row.quality == Quality::qscale) {
        codec_->flags |= AV_CODEC_FLAG_QSCALE;
        codec_->global_quality = static_cast<int>(std::lround(value * FF_QP2LAMBDA));
    }
    // VP8 takes its crf only below a ceiling; VP9 and AV1 want none.
    codec_->bit_rate = name_ == "libvpx" ? std::max<std::int64_t>(4'000'000, std::int64_t(codec_->width) * codec_->height * 16) : 0;
}

/// Of a live source: no picture waits for later ones, the encoder leaves the processor to what finds faces, and who comes later need not wait
/// long for a picture that stands alone.
void Encoder::set_low_delay(const VideoStream& video) {
    constexpr double kKeyEvery_s = 2;  // as streaming services ask for
    codec_->max_b_frames = 0;
    codec_->flags |= AV_CODEC_FLAG_LOW_DELAY;
    codec_->gop_size = std::max(1, static_cast<int>(std::lround(av_q2d(nearest_rate(*codec_->codec, video.frame_rate)) * kKeyEvery_s)));
    if (is_any(name_, {"libx264", "libx264rgb", "libx265"})) {
        set("preset", "veryfast", "settings");
        set("tune", "zerolatency", "settings");
    }
    if (is_any(name_, {"libvpx", "libvpx-vp9"})) {
        set("deadline", "realtime", "settings");
        set("cpu-used", "8", "settings");
        set("lag-in-frames", "0", "settings");
    }
}

void Encoder::set_options(const Options& options) {
    codec_->thread_count = options.threads;
    if (!options.preset.empty()) check_preset(name_, options.preset);
    if (!options.preset.empty()) set("preset", options.preset, "--preset");
    for (const std::string& option : options.encoder_options) {
        const auto equals = option.find('=');
        if (equals == std::string::npos || equals == 0) throw std::invalid_argument("--encoder-opt " + option + ": expects KEY=VALUE");
        const std::string key = option.substr(0, equals);
        set(key, option.substr(equals + 1), "--encoder-opt");
    }
}

void Encoder::set(const std::string& key, const std::string& value, const std::string& option) {
    std::string& told = told_[key];
    told = key.ends_with("-params") && !told.empty() ? told + ":" + value : value;  // a list of the encoder's own, to which more is added
    const int code = av_opt_set(codec_.get(), key.c_str(), told.c_str(), AV_OPT_SEARCH_CHILDREN);
    if (code == AVERROR_OPTION_NOT_FOUND)
        throw std::invalid_argument(fmt::format("{}: the encoder {} has no option \"{}\"", option, name_, key));
    if (code < 0) throw std::invalid_argument(fmt::format("{}: the encoder {} does not take {}={}", option, name_, key, value));
}

void Encoder::send(FramePtr frame) {
    if (without_captions_) av_frame_remove_side_data(frame.get(), AV_FRAME_DATA_A53_CC);
    if (converter_) frame = converter_->convert(*frame);
    if (codec_->pix_fmt == AV_PIX_FMT_PAL8) frame = to_palette(*frame);
    if (frame->format != codec_->pix_fmt) frame->format = codec_->pix_fmt;  // yuvj420p and yuv420p differ in name only
    frame->pict_type = AV_PICTURE_TYPE_NONE;  // the encoder decides anew
    clear_key_frame(*frame);
    frame->quality = 0;
    frame->pts = times_->add(frame->pts, frame_duration(*frame));
    set_frame_duration(*frame, 0);  // it would count in the wrong unit
    const AVFrameSideData* captions = name_ == "libx265" ? av_frame_get_side_data(frame.get(), AV_FRAME_DATA_A53_CC) : nullptr;
    if (captions) captions_[frame->pts] = caption_unit({captions->data, captions->size});
    const bool fault = fault_at("encode", sent_);
    fail(fault ? AVERROR_EXTERNAL : avcodec_send_frame(codec_.get(), frame.get()), "cannot encode with " + name_);
    ++sent_;
}

void Encoder::finish() {
    fail(avcodec_send_frame(codec_.get(), nullptr), "cannot finish encoding with " + name_);
}

/// libtheora has no byte for a picture that is like the one before.
void Encoder::repeat_picture(AVPacket& packet) const {
    const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(codec_->pix_fmt);
    const Bytes bytes = theora_repeat(codec_->width, codec_->height, format.log2_chroma_w, format.log2_chroma_h);
    const PacketPtr times = make_packet();
    check(av_packet_copy_props(times.get(), &packet), "cannot copy a packet's times");
    av_packet_unref(&packet);
    check(av_new_packet(&packet, static_cast<int>(bytes.size())), "cannot allocate a packet");
    check(av_packet_copy_props(&packet, times.get()), "cannot copy a packet's times");
    std::ranges::copy(bytes, packet.data);
    packet.flags &= ~AV_PKT_FLAG_KEY;
}

/// Some write pictures that are not shown beside them, none fewer.
void Encoder::check_count() const {
    if (received_ >= sent_) return;
    throw std::runtime_error(fmt::format("the encoder {} was given {} pictures and returned {}: choose another with -c:v", name_, sent_, received_));
}

std::optional<PacketPtr> Encoder::receive() {
    PacketPtr packet = make_packet();
    const int code = avcodec_receive_packet(codec_.get(), packet.get());
    if (code == AVERROR_EOF) {
        drained_ = true;
        check_count();
    }
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return std::nullopt;
    fail(code, "cannot encode with " + name_);
    if (fault_at("lose encoded", received_ + 1)) return receive();
    ++received_;
    if (packet->size == 0 && codec_->codec_id == AV_CODEC_ID_THEORA) repeat_picture(*packet);
    if (const auto captions = captions_.find(packet->pts); captions != captions_.end()) {
        insert_before_picture(*packet, captions->second);
        captions_.erase(captions);
    }
    times_->restore(*packet);
    return packet;
}

}  // namespace invisiblur::av
