#include "job/splice/splice_codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "media/libav/compat.hpp"
#include "media/libav/pixel_layout.hpp"

namespace invisiblur::av {
namespace {

/// What two encoders' pictures in one stream need.
enum class Joint {
    none,            ///< cannot be done
    parameter_sets,  ///< each its own, told apart by numbers
    alone,           ///< key pictures carry all that is needed
    same_header,     ///< the stream's one header must be the same for both
};

struct JointRow {
    AVCodecID codec;
    Joint joint;
};

constexpr auto kJoints = std::to_array<JointRow>({
    {AV_CODEC_ID_H264, Joint::parameter_sets}, {AV_CODEC_ID_HEVC, Joint::parameter_sets}, {AV_CODEC_ID_MPEG1VIDEO, Joint::alone},
    {AV_CODEC_ID_MPEG2VIDEO, Joint::alone},    {AV_CODEC_ID_VP8, Joint::alone},           {AV_CODEC_ID_VP9, Joint::alone},
    {AV_CODEC_ID_MJPEG, Joint::alone},         {AV_CODEC_ID_PRORES, Joint::alone},        {AV_CODEC_ID_DNXHD, Joint::alone},
    {AV_CODEC_ID_DVVIDEO, Joint::alone},       {AV_CODEC_ID_JPEG2000, Joint::alone},      {AV_CODEC_ID_PNG, Joint::alone},
    {AV_CODEC_ID_RAWVIDEO, Joint::alone},      {AV_CODEC_ID_CFHD, Joint::alone},          {AV_CODEC_ID_LJPEG, Joint::same_header},
    {AV_CODEC_ID_FFV1, Joint::same_header},    {AV_CODEC_ID_HUFFYUV, Joint::same_header}, {AV_CODEC_ID_FFVHUFF, Joint::same_header},
    {AV_CODEC_ID_UTVIDEO, Joint::same_header}, {AV_CODEC_ID_MAGICYUV, Joint::same_header},
});

constexpr const char* kAdvice = "leave --copy-unchanged out";

Joint joint_of(AVCodecID codec) {
    const auto row = std::find_if(kJoints.begin(), kJoints.end(), [&](const JointRow& r) { return r.codec == codec; });
    return row != kJoints.end() ? row->joint : Joint::none;
}

bool same_bytes(ByteView a, ByteView b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

bool is_any(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string obstacle(const AVStream& source, const AVCodecContext& encoder, const AVOutputFormat& container) {
    const AVCodecParameters& par = *source.codecpar;
    const std::string codec = avcodec_get_name(par.codec_id), encoder_name = encoder.codec->name;
    const Joint joint = joint_of(par.codec_id);
    if (encoder.codec_id != par.codec_id) return fmt::format("the source is {} and what is encoded anew {}", codec, avcodec_get_name(encoder.codec_id));
    if (joint == Joint::none) return fmt::format("{} has one header for the whole stream, which another encoder's pictures do not fit", codec);
    if (joint == Joint::parameter_sets && !is_any(encoder_name, {"libx264", "libx264rgb", "libx265"}))
        return fmt::format("{} does not let its parameter sets be numbered beside the source's, as libx264 and libx265 do", encoder_name);
    if (av_dict_get(source.metadata, "alpha_mode", nullptr, 0)) return codec + " with transparency keeps it in a second stream";
    if (std::string_view(container.name) == "avi" && par.video_delay > 0) return "AVI does not say when each picture is shown, and B-frames come in another order";
    const bool same_header = same_bytes(byte_view(par.extradata, par.extradata_size), byte_view(encoder.extradata, encoder.extradata_size));
    if (joint == Joint::same_header && !same_header)
        return fmt::format("the stream's {} header is not the one that {} makes, and there can be one only", codec, encoder_name);
    return "";
}

/// Adds to an encoder's own list of settings, which replaces what was set before.
void add_parameters(Options& options, const std::string& key, const std::string& more) {
    std::string list = more;
    for (const std::string& option : options.encoder_options)
        if (option.starts_with(key + "=")) list = option.substr(key.size() + 1) + ":" + more;
    options.encoder_options.push_back(key + "=" + list);
}

}  // namespace

void check_spliceable(const AVStream& source, const VideoStream& video, const AVCodecContext& encoder, const AVOutputFormat& container) {
    std::string why = obstacle(source, encoder, container);
    const AVPixelFormat before = without_range(static_cast<AVPixelFormat>(video.first->format)), after = without_range(encoder.pix_fmt);
    if (why.empty() && before != after)
        why = fmt::format("the source's pixel format is {} and the encoder's {}", format_name(before), format_name(after));
    if (!why.empty()) throw std::runtime_error(fmt::format("--copy-unchanged cannot join stream {}: {}; {}", source.index, why, kAdvice));
}

SpliceCodec::SpliceCodec(const AVStream& source, const VideoStream& video, const ParameterSetIds& ids, int reorder, const Options& options,
                     const AVOutputFormat& container)
    : source_(source),
      video_(video),
      container_(container),
      codec_(source.codecpar->codec_id),
      choice_(choose_encoder(options.video_codec, codec_, static_cast<AVPixelFormat>(video.first->format), {video.first->width, video.first->height}, &container)),
      options_(options),
      has_nal_units_(joint_of(codec_) == Joint::parameter_sets) {
    const ByteView before = byte_view(source.codecpar->extradata, source.codecpar->extradata_size);
    extradata_.assign(before.begin(), before.end());
    adapt_options(ids, reorder);
    if (!has_nal_units_) return;
    length_size_ = nal_length_size(codec_, before);
    const Encoder trial(choice_, source_, video_, options_, &container_);
    sets_ = sets_of(trial.context());
    extradata_ = add_to_extradata(codec_, before, sets_);
}

void SpliceCodec::adapt_options(const ParameterSetIds& ids, int reorder) {
    std::vector<std::string>& more = options_.encoder_options;
    const bool mpeg = codec_ == AV_CODEC_ID_MPEG1VIDEO || codec_ == AV_CODEC_ID_MPEG2VIDEO;
    if (reorder == 0 && (has_nal_units_ || mpeg)) more.emplace_back("bf=0");
    if (codec_ == AV_CODEC_ID_VP8) more.emplace_back("auto-alt-ref=0");
    if (has_nal_units_) more.emplace_back("flags=+global_header");
    if (codec_ == AV_CODEC_ID_H264) {
        if (reorder == 1) more.emplace_back("b-pyramid=none");
        if (source_.codecpar->profile == kH264Main) more.emplace_back("profile=main");
        add_parameters(options_, "x264-params", fmt::format("sps-id={}:stitchable=1:open-gop=0", free_h264_number(ids)));
    }
    if (codec_ == AV_CODEC_ID_HEVC) {
        numbers_ = HevcNumbers::besides(ids);
        add_parameters(options_, "x265-params", reorder == 0 ? "bframes=0:open-gop=0" : reorder == 1 ? "b-pyramid=0:open-gop=0" : "open-gop=0");
    }
}

std::vector<Bytes> SpliceCodec::sets_of(const AVCodecContext& encoder) const {
    std::vector<Bytes> sets;
    for (const ByteView unit : split_nal_units(byte_view(encoder.extradata, encoder.extradata_size), 0))
        if (nal_kind(codec_, unit) == NalKind::parameter_set) sets.push_back(renumbered(unit));
    if (sets.empty()) throw std::runtime_error(fmt::format("the encoder {} shows no parameter sets; {}", encoder.codec->name, kAdvice));
    return sets;
}

Bytes SpliceCodec::renumbered(ByteView unit) const {
    return codec_ == AV_CODEC_ID_HEVC ? numbers_.apply(unit) : Bytes(unit.begin(), unit.end());
}

std::unique_ptr<Encoder> SpliceCodec::make_encoder() const {
    auto encoder = std::make_unique<Encoder>(choice_, source_, video_, options_, &container_);
    if (has_nal_units_ && sets_of(encoder->context()) != sets_)
        throw std::runtime_error(fmt::format("the encoder {} changes its parameter sets from one part to the next; {}", encoder_name(), kAdvice));
    return encoder;
}

PacketPtr SpliceCodec::convert(PacketPtr packet) const {
    if (!has_nal_units_) return packet;
    Bytes data;
    const bool key = packet->flags & AV_PKT_FLAG_KEY;
    if (length_size_ == 0 && key)  // streams that can be joined in midway repeat their parameter sets
        for (const Bytes& set : sets_) append_nal_unit(data, set, 0);
    for (const ByteView unit : split_nal_units(byte_view(packet->data, packet->size), 0)) {
        if (nal_kind(codec_, unit) != NalKind::parameter_set) append_nal_unit(data, renumbered(unit), length_size_);
    }
    PacketPtr made = make_packet();
    check(av_new_packet(made.get(), static_cast<int>(data.size())), "cannot allocate a packet");
    std::memcpy(made->data, data.data(), data.size());
    check(av_packet_copy_props(made.get(), packet.get()), "cannot copy a packet's properties");
    return made;
}

PacketPtr SpliceCodec::joint(PacketPtr packet) const {
    if (codec_ != AV_CODEC_ID_HEVC) return packet;
    check(av_packet_make_writable(packet.get()), "cannot copy a packet");
    for (const ByteView unit : split_nal_units(byte_view(packet->data, packet->size), length_size_))
        if (nal_kind(codec_, unit) == NalKind::open_key) make_broken_link(packet->data[unit.data() - packet->data]);
    return packet;
}

}  // namespace invisiblur::av
