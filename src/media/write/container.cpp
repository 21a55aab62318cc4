#include "media/write/container.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "media/libav/compat.hpp"
#include "media/libav/live_address.hpp"
#include "media/libav/live_opening.hpp"
#include "media/libav/metadata.hpp"

namespace invisiblur::av {
namespace {

/// Demuxers have names like "mov,mp4,m4a,3gp,3g2,mj2" or "mpegvideo"; muxers one each.
const AVOutputFormat* muxer_like(const AVFormatContext& source) {
    const std::string name = source.iformat->name;
    const AVDictionaryEntry* brand = av_dict_get(source.metadata, "major_brand", nullptr, 0);
    if (name.starts_with("mov,")) return av_guess_format(brand && std::string_view(brand->value) == "qt  " ? "mov" : "mp4", nullptr, nullptr);
    if (name.starts_with("matroska")) return av_guess_format("matroska", nullptr, nullptr);
    return av_guess_format(name.substr(0, name.find(',')).c_str(), nullptr, nullptr);
}

std::uint32_t valid_tag(const AVOutputFormat& container, const AVCodecParameters& par) {
    if (!container.codec_tag || av_codec_get_id(container.codec_tag, par.codec_tag) == par.codec_id) return par.codec_tag;
    unsigned int other = 0;
    return av_codec_get_tag2(container.codec_tag, par.codec_id, &other) ? 0 : par.codec_tag;
}

/// Text tracks with chapter titles and timecode tracks are made anew from chapters and metadata.
bool is_made_anew(const AVStream& stream) {
    const AVCodecParameters& par = *stream.codecpar;
    if (par.codec_type != AVMEDIA_TYPE_DATA) return false;
    const bool titles = par.codec_id == AV_CODEC_ID_BIN_DATA && par.codec_tag == MKTAG('t', 'e', 'x', 't');
    return titles || par.codec_tag == MKTAG('t', 'm', 'c', 'd');
}

bool is_wanted(const AVStream& stream, const Options& options) {
    switch (stream.codecpar->codec_type) {
        case AVMEDIA_TYPE_AUDIO: return !drops(options, "audio");
        case AVMEDIA_TYPE_SUBTITLE: return !drops(options, "subtitle");
        case AVMEDIA_TYPE_ATTACHMENT: return !drops(options, "attachment");
        default: return !drops(options, "data") && !(drops(options, "gps") && is_gps_track(stream));
    }
}

/// MXF wants a video before all else, and DV is one that may have sound.
void add_some_video(AVFormatContext& output) {
    AVStream& video = *not_null(avformat_new_stream(&output, nullptr));
    video.codecpar->codec_type = AVMEDIA_TYPE_VIDEO;
    video.codecpar->codec_id = output.oformat->video_codec;
    video.codecpar->format = AV_PIX_FMT_YUV420P;
    video.codecpar->width = 720;
    video.codecpar->height = 576;
    video.time_base = {1, 25};
    video.avg_frame_rate = video.r_frame_rate = {25, 1};
}

/// Videos that a transport stream has a number for; others go in as private data, in which no reader finds a video.
bool transport_stream_names(AVCodecID codec) {
    constexpr std::array kNamed = {AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4, AV_CODEC_ID_H264, AV_CODEC_ID_HEVC,
                                   AV_CODEC_ID_CAVS,       AV_CODEC_ID_AVS2,       AV_CODEC_ID_DIRAC, AV_CODEC_ID_VC1};
    return avcodec_get_type(codec) != AVMEDIA_TYPE_VIDEO || std::ranges::find(kNamed, codec) != kNamed.end();
}

/// A film of HEVC pictures would become an MP4 that only its name calls HEIC.
void refuse_heic(const std::string& output, const Options& options) {
    const std::string end = std::filesystem::path(output).extension().string();
    for (const char* heic : {".heic", ".heics", ".heif", ".heifs", ".hif"})
        if (options.format.empty() && end == heic)
            throw std::runtime_error(fmt::format("cannot write {}: nothing here writes films of HEIC pictures; make it a video, with -o {}", output,
                                                 std::filesystem::path(output).replace_extension(".mp4").string()));
}

/// Whether an address or a file can be written in a container: some connect to the address themselves, and no file is made of these.
void check_connects(const std::string& output, const AVOutputFormat& container) {
    const bool itself = container.flags & AVFMT_NOFILE;
    if (takes_live(output) && itself != muxer_connects(output))
        throw std::runtime_error(fmt::format("cannot write {} as {}: leave --format out, and it becomes {}", output, container.name, live_muxer(output)));
    if (!takes_live(output) && itself)
        throw std::runtime_error(fmt::format("cannot write {}: this container is not one file; name another with --format", output));
}

/// Muxers that would connect somewhere are asked through the one that makes their packets.
const AVOutputFormat& packetizer_of(const AVOutputFormat& container) {
    const std::string_view name = container.name;
    const char* const inner = name == "rtsp" ? "rtp" : name == "rtp_mpegts" ? "mpegts" : nullptr;
    const AVOutputFormat* const found = inner ? av_guess_format(inner, nullptr, nullptr) : nullptr;
    return found ? *found : container;
}

}  // namespace

bool is_mov_family(const AVOutputFormat& container) {
    const std::string_view name = container.name;
    return name == "mp4" || name == "mov" || name == "ipod" || name == "3gp" || name == "3g2" || name == "psp" || name == "ismv" || name == "f4v";
}

bool is_matroska(const AVOutputFormat& container) {
    const std::string_view name = container.name;
    return name == "matroska" || name == "webm";
}

bool holds_chapters(const AVOutputFormat& container) {
    const std::string_view name = container.name;
    return is_mov_family(container) || is_matroska(container) || name == "nut" || name == "ogg" || name == "ogv" || name == "asf";
}

bool holds_rotation(const AVOutputFormat& container) {
    return is_mov_family(container) || (kMatroskaTurns && is_matroska(container));
}

const AVOutputFormat* find_container(const std::string& output, const Options& options, const AVFormatContext& source) {
    if (!options.format.empty()) {
        const AVOutputFormat* named = av_guess_format(options.format.c_str(), nullptr, nullptr);
        if (!named) throw std::invalid_argument(fmt::format("--format {}: there is no such container", options.format));
        return named;
    }
    if (is_video_device(output)) load_device_writer(output);
    if (takes_live(output)) return av_guess_format(live_muxer(output), nullptr, nullptr);
    if (output == "-") return av_guess_format("matroska", nullptr, nullptr);
    const std::string name = std::filesystem::path(output).filename().string();
    const AVOutputFormat* by_name = av_guess_format(nullptr, name.c_str(), nullptr);
    if (!by_name && name.ends_with(".avifs")) return av_guess_format("avif", nullptr, nullptr);
    return by_name ? by_name : muxer_like(source);
}

const AVOutputFormat& choose_container(const std::string& output, const Options& options, const AVFormatContext& source) {
    const AVOutputFormat* chosen = find_container(output, options, source);
    if (!chosen) throw std::runtime_error(fmt::format("nothing tells which container {} shall have: name one with --format", output));
    refuse_heic(output, options);
    // One picture is a stream of one picture, but for a PNG that moves.
    const bool apng = source.iformat && std::string_view(source.iformat->name) == "apng";
    if (std::string_view(chosen->name) == "image2") chosen = av_guess_format(apng ? "apng" : "image2pipe", nullptr, nullptr);
    if (!chosen) throw std::runtime_error(fmt::format("cannot write {}: nothing here writes it; name another container with --format", output));
    check_connects(output, *chosen);
    return *chosen;
}

AVStream& copy_stream(AVFormatContext& output, const AVStream& source) {
    AVStream& stream = *not_null(avformat_new_stream(&output, nullptr));
    check(avcodec_parameters_copy(stream.codecpar, source.codecpar), "cannot copy a stream's parameters");
    stream.codecpar->codec_tag = valid_tag(*output.oformat, *source.codecpar);
    // As ffmpeg has it: with these block sizes packets would be counted wrongly.
    const int block = stream.codecpar->block_align;
    const bool counted = stream.codecpar->codec_id == AV_CODEC_ID_MP3 && (block == 1 || block == 1152 || block == 576);
    if (counted || stream.codecpar->codec_id == AV_CODEC_ID_AC3) stream.codecpar->block_align = 0;
    stream.time_base = source.time_base;
    stream.avg_frame_rate = source.avg_frame_rate;
    stream.r_frame_rate = source.r_frame_rate;
    stream.sample_aspect_ratio = source.sample_aspect_ratio;
    stream.disposition = source.disposition;
    drop_side_data(stream);
    for (const AVPacketSideData& data : side_data(source)) add_side_data(stream, data);
    check(av_dict_copy(&stream.metadata, source.metadata, 0), "cannot copy a stream's metadata");
    return stream;
}

bool takes_codec(const AVOutputFormat& container, AVCodecID codec, std::uint32_t tag) {
    if (std::string_view(container.name) == "mpegts") return transport_stream_names(codec);
    if (avformat_query_codec(&container, codec, FF_COMPLIANCE_EXPERIMENTAL) != 0) return true;
    const bool written_unlisted = codec == AV_CODEC_ID_CFHD || (codec == AV_CODEC_ID_BIN_DATA && tag == MKTAG('g', 'p', 'm', 'd'));
    return written_unlisted && std::string_view(container.name) == "mov";
}

bool can_hold(const AVOutputFormat& container, const AVStream& stream) {
    const AVCodecParameters& par = *stream.codecpar;
    if (par.codec_type != AVMEDIA_TYPE_ATTACHMENT && !takes_codec(container, par.codec_id, par.codec_tag)) return false;
    if (stream.codecpar->codec_type == AVMEDIA_TYPE_ATTACHMENT) return is_matroska(container);
    AVFormatContext* raw = nullptr;
    const AVOutputFormat& asked = packetizer_of(container);
    if (asked.flags & AVFMT_NOFILE) return false;  // a device shows pictures only
    check(avformat_alloc_output_context2(&raw, &asked, nullptr, nullptr), "cannot set up a container");
    raw->flags |= AVFMT_FLAG_CUSTOM_IO;
    raw->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;  // what stands in a file already is past being tried out
    const OutputPtr trial(raw);
    const std::string_view name = container.name;
    if (name == "mxf" || name == "dv") add_some_video(*trial);
    copy_stream(*trial, stream);
    constexpr int kDatagramBytes = 1472;  // what an Ethernet frame leaves to UDP
    if (std::string_view(asked.name) == "rtp") trial->packet_size = kDatagramBytes;
    check(avio_open_dyn_buf(&trial->pb), "cannot allocate memory");
    const bool holds = avformat_write_header(trial.get(), nullptr) >= 0;
    std::uint8_t* bytes = nullptr;
    avio_close_dyn_buf(trial->pb, &bytes);
    av_free(bytes);
    trial->pb = nullptr;
    return holds;
}

Fate fate_of(const AVStream& stream, const AVOutputFormat& container, const Options& options) {
    if (!is_wanted(stream, options)) return Fate::dropped;
    if (is_made_anew(stream) && is_mov_family(container)) return Fate::made_anew;
    return can_hold(container, stream) ? Fate::copied : Fate::lost;
}

}  // namespace invisiblur::av
