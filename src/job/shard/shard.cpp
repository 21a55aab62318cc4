#include "job/shard/shard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "invisiblur/error.hpp"
#include "job/splice/packet_scan.hpp"

namespace invisiblur::av {
namespace {

using Role = CodedPicture::Role;

struct ScannedVideo {
    int index = 0;
    AVRational time_base{};
    double frame_rate = 0;
    PacketScan scan;
};

std::vector<ScannedVideo> scan_packets(Input& input, const std::atomic<bool>& cancel) {
    std::vector<ScannedVideo> videos;
    AVFormatContext& container = input.context();
    for (unsigned i = 0; i < container.nb_streams; ++i) {
        AVStream& stream = *container.streams[i];
        const bool video = stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !is_attached_picture(stream);
        if (!video) stream.discard = AVDISCARD_ALL;
        const AVRational rate = av_guess_frame_rate(&container, &stream, nullptr);
        if (video) videos.push_back({static_cast<int>(i), stream.time_base, rate.num > 0 ? av_q2d(rate) : 25, PacketScan(*stream.codecpar)});
    }
    while (true) {
        if (cancel) throw Cancelled("stopped");
        const PacketPtr packet = make_packet();
        if (av_read_frame(&container, packet.get()) < 0) return videos;  // what is wrong the run itself finds and says
        const auto video = std::ranges::find(videos, packet->stream_index, &ScannedVideo::index);
        if (video != videos.end()) video->scan.add(*packet);
    }
}

void check_times(const ScannedVideo& video, const std::string& name) {
    if (std::ranges::none_of(video.scan.pictures(), [](const CodedPicture& p) { return p.pts == AV_NOPTS_VALUE; })) return;
    throw std::runtime_error(fmt::format("--segment: stream {} of {} has pictures without a time, so that it cannot be cut; "
                                         "leave the option out, or copy it into another container first", video.index, name));
}

/// The first picture at or after a time where decoding can begin; the number of pictures where there is none.
std::size_t border_at(const ScannedVideo& video, double time_s) {
    const auto& pictures = video.scan.pictures();
    if (time_s == -std::numeric_limits<double>::infinity()) return 0;
    const double unit_s = av_q2d(video.time_base);
    const auto begins = [&](const CodedPicture& p) {
        const bool alone = p.role == Role::key || p.role == Role::open_key || p.role == Role::late_key;
        return alone && static_cast<double>(p.pts) * unit_s >= time_s;
    };
    return static_cast<std::size_t>(std::ranges::find_if(pictures, begins) - pictures.begin());
}

/// The last place at or before a picture, and the first at or after one, that needs nothing from before.
std::size_t decodable_before(const std::vector<CodedPicture>& pictures, std::size_t from) {
    while (from > 0 && (from >= pictures.size() || pictures[from].role != Role::key)) --from;
    return from;
}

Shard stretch_of(const ScannedVideo& video, const SegmentTimes& times, const Surroundings& around) {
    const auto& pictures = video.scan.pictures();
    const std::size_t first = border_at(video, times.start_s), end = std::max(first, border_at(video, times.end_s));
    const auto before = static_cast<std::size_t>(std::max<double>(around.before_frames, std::ceil(around.before_s * video.frame_rate)));
    Shard stretch;
    stretch.stream = video.index;
    if (first > 0) stretch.first_pts = first < pictures.size() ? pictures[first].pts : INT64_MAX;
    if (end < pictures.size()) stretch.end_pts = pictures[end].pts;
    stretch.frames = static_cast<std::int64_t>(end - first);
    // Pictures that are shown before a border may lie behind it in the file, not more of them than a codec can hold back.
    constexpr std::size_t kHeldBack = 32;
    if (first == end) {
        stretch.decoded = {pictures.size(), pictures.size()};
        stretch.decoded_pts = INT64_MAX;
        return stretch;
    }
    stretch.decoded.first = decodable_before(pictures, first > before ? first - before : 0);
    stretch.decoded.end = end < pictures.size() ? std::min(pictures.size(), end + static_cast<std::size_t>(around.after_frames) + kHeldBack) : pictures.size();
    if (stretch.decoded.first > 0) stretch.decoded_pts = pictures[stretch.decoded.first].pts;
    return stretch;
}

}  // namespace

std::vector<Shard> find_shards(const std::string& path, const Options& options, const Surroundings& around, const std::atomic<bool>& cancel) {
    Input input(path, options, cancel);
    const std::vector<ScannedVideo> videos = scan_packets(input, cancel);
    for (const ScannedVideo& video : videos) check_times(video, input.name());
    SegmentTimes times{};
    const auto clock = std::ranges::find_if(videos, [](const ScannedVideo& video) { return !video.scan.pictures().empty(); });
    if (clock != videos.end()) {
        const auto [first, last] = std::ranges::minmax(clock->scan.pictures(), {}, &CodedPicture::pts);
        const double unit_s = av_q2d(clock->time_base);
        times = times_of(parse_segment(options.segment), static_cast<double>(first.pts) * unit_s, static_cast<double>(last.pts) * unit_s);
    }
    std::vector<Shard> stretches;
    for (const ScannedVideo& video : videos) stretches.push_back(stretch_of(video, times, around));
    return stretches;
}

std::vector<std::vector<PacketRange>> undecoded(const std::vector<Shard>& stretches) {
    std::vector<std::vector<PacketRange>> ranges;
    for (const Shard& stretch : stretches) {
        ranges.emplace_back();
        if (stretch.decoded.first > 0) ranges.back().push_back({0, stretch.decoded.first});
        ranges.back().push_back({stretch.decoded.end, SIZE_MAX});
    }
    return ranges;
}

}  // namespace invisiblur::av
