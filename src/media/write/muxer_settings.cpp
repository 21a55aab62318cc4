#include "media/write/muxer_settings.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <optional>
#include <string_view>

#include "media/write/container.hpp"

extern "C" {
#include <libavutil/intreadwrite.h>
#include <libavutil/opt.h>
}

namespace invisiblur::av {
namespace {

/// Names of the boxes at an MP4's top, in order, as far as they count here.
FileLayout mp4_layout(const std::string& path) {
    FileLayout layout;
    std::ifstream file(path, std::ios::binary);
    std::array<unsigned char, 16> header{};
    const auto number = [&](int from, int bytes) {
        std::uint64_t value = 0;
        for (int i = 0; i < bytes; ++i) value = value << 8 | header[static_cast<std::size_t>(from + i)];
        return value;
    };
    bool index = false, media = false;
    for (std::uint64_t place = 0; file.read(reinterpret_cast<char*>(header.data()), header.size());) {
        const std::string_view name(reinterpret_cast<const char*>(header.data()) + 4, 4);
        const std::uint64_t size = number(0, 4) == 1 ? number(8, 8) : number(0, 4);
        layout.fragmented |= name == "moof";
        index |= name == "moov";
        layout.index_first |= name == "mdat" && index && !media;
        media |= name == "mdat";
        if (size < 8 || layout.fragmented || (index && media)) break;
        file.seekg(static_cast<std::streamoff>(place += size));
    }
    layout.index_first &= !layout.fragmented;
    return layout;
}

/// Edit lists count in it: start times are exact only where it is a multiple of the streams' clocks.
int movie_timescale(const AVFormatContext& context) {
    constexpr std::int64_t kMost = 0x7fffffff;
    std::int64_t scale = 1000;
    for (unsigned i = 0; i < context.nb_streams; ++i) {
        const AVStream& stream = *context.streams[i];
        const std::int64_t common = std::lcm(scale, std::int64_t(std::max(1, stream.time_base.den)));
        if (common <= kMost) scale = common;
    }
    return static_cast<int>(scale);
}

/// The clock that all videos have; the muxer would choose a finer one than a coarse one.
std::optional<int> video_timescale(const AVFormatContext& context) {
    std::optional<int> scale;
    for (unsigned i = 0; i < context.nb_streams; ++i) {
        const AVStream& stream = *context.streams[i];
        if (stream.codecpar->codec_type != AVMEDIA_TYPE_VIDEO || stream.disposition & AV_DISPOSITION_ATTACHED_PIC) continue;
        if (stream.time_base.num != 1 || (scale && *scale != stream.time_base.den)) return std::nullopt;
        scale = stream.time_base.den;
    }
    return scale;
}

/// Phones write tags under names of their own, which MP4's list of tags does not have.
bool has_named_tags(const AVFormatContext& source) {
    const AVDictionaryEntry* entry = nullptr;
    while ((entry = av_dict_get(source.metadata, "com.", entry, AV_DICT_IGNORE_SUFFIX)))
        if (std::string_view(entry->value) != "") return true;
    return false;
}

void set_mov(DictPtr& settings, const AVFormatContext& output, const AVFormatContext& source, const FileLayout& layout, bool streams) {
    std::string flags;
    const bool from_mov = std::string_view(source.iformat->name).starts_with("mov,");
    if (streams || layout.fragmented) flags += "+frag_keyframe+empty_moov+default_base_moof";
    else if (layout.index_first) flags += "+faststart";
    if (from_mov && has_named_tags(source)) flags += "+use_metadata_tags";
    if (!flags.empty()) set_entry(settings, "movflags", flags);
    set_entry(settings, "movie_timescale", std::to_string(movie_timescale(output)));
    const auto scale = from_mov ? video_timescale(output) : std::nullopt;
    if (scale) set_entry(settings, "video_track_timescale", std::to_string(*scale));
}

void set_transport_stream(DictPtr& settings, AVFormatContext& output, const AVFormatContext& source, const FileLayout& layout,
                          const std::string& name) {
    set_entry(settings, "mpegts_copyts", "1");
    const std::string end = std::filesystem::path(name).extension().string();
    const bool alike = std::string_view(source.iformat->name) == "mpegts";
    const bool disc = end == ".m2ts" || end == ".mts" || end == ".MTS" || end == ".M2TS";
    set_entry(settings, "mpegts_m2ts_mode", (alike ? layout.timed_packets && end != ".ts" : disc) ? "1" : "0");
    if (!alike) return;
    for (unsigned i = 0; i < source.nb_programs; ++i) {
        const int pid = source.programs[i]->pmt_pid;
        if (i == 0 && pid >= 32 && pid <= 8186) set_entry(settings, "mpegts_pmt_start_pid", std::to_string(pid));
    }
    // Its clock has 33 bits: what lies before zero is just before it wraps.
    if (source.start_time < 0 && source.start_time != AV_NOPTS_VALUE) output.avoid_negative_ts = 0;
}

/// How often an animated PNG is played, which libav's reader leaves in the chunk acTL of the headers it keeps.
std::string plays_of(const AVFormatContext& source) {
    if (std::string_view(source.iformat->name) != "apng" || source.nb_streams == 0) return {};
    const AVCodecParameters& par = *source.streams[0]->codecpar;
    const std::string_view headers(reinterpret_cast<const char*>(par.extradata), static_cast<std::size_t>(par.extradata_size));
    const std::size_t at = headers.find("acTL");
    if (at == std::string_view::npos || headers.size() < at + 12) return {};
    // The format counts to 2^31 - 1, libav's writer to 65535.
    return std::to_string(std::min<std::uint32_t>(AV_RB32(headers.data() + at + 8), 65535));
}

}  // namespace

FileLayout find_layout(const std::string& path, const AVFormatContext& source) {
    const std::string_view name = source.iformat->name;
    std::error_code failed;
    if (name.starts_with("mov,") && std::filesystem::is_regular_file(path, failed)) return mp4_layout(path);
    FileLayout layout;
    std::int64_t size = 0;
    if (name == "mpegts" && av_opt_get_int(source.priv_data, "ts_packetsize", 0, &size) >= 0) layout.timed_packets = size == 192;
    return layout;
}

DictPtr muxer_settings(AVFormatContext& output, const AVFormatContext& source, const FileLayout& layout, const std::string& name, bool streams) {
    const AVOutputFormat& container = *output.oformat;
    const std::string_view kind = container.name;
    DictPtr settings;
    if (kind == "rtsp") set_entry(settings, "rtsp_transport", "tcp");  // nothing is lost, and a receiver that goes is noticed
    if (kind == "flv" && streams) set_entry(settings, "flvflags", "no_duration_filesize");
    if (kind == "mpegts" || kind == "mpeg" || kind == "vob" || kind == "dvd") output.max_delay = AV_TIME_BASE * 7 / 10;
    // These can say "before zero"; the others shift all streams alike.
    if (is_mov_family(container) || is_matroska(container) || kind == "mpeg") output.avoid_negative_ts = 0;
    if (is_mov_family(container)) set_mov(settings, output, source, layout, streams);
    if (const std::string plays = kind == "apng" ? plays_of(source) : ""; !plays.empty()) set_entry(settings, "plays", plays);
    if (kind == "mpegts") set_transport_stream(settings, output, source, layout, name);
    return settings;
}

}  // namespace invisiblur::av
