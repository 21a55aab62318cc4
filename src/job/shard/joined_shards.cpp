#include "job/shard/joined_shards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "media/bitstream/parameter_sets.hpp"

namespace invisiblur::av {
namespace {

struct Times {
    std::int64_t pts, dts;
};

/// Decoding times that rise through all pieces, as one encoder would have set them.
/// In: sorted, the pts in order; times, in the order of decoding.
std::vector<std::int64_t> common_dts(const std::vector<Times>& times, const std::vector<std::int64_t>& sorted) {
    // How many pictures are held back: so many that nothing is shown before it is decoded, or as many as the first piece says.
    std::size_t held = 0;
    for (std::size_t k = 0; k < times.size(); ++k)
        while (held < k && sorted[k - held] > times[k].pts) ++held;
    for (std::size_t k = held; k < std::min<std::size_t>(times.size(), held + 32); ++k) {
        if (times[k].dts != sorted.front()) continue;
        held = k;
        break;
    }
    std::vector<std::int64_t> dts;
    for (std::size_t k = 0; k < times.size(); ++k) dts.push_back(k < held ? times[k].dts : sorted[k - held]);
    return dts;
}

bool alike(const ShardStream& a, const ShardStream& b) {
    return a.encoder == b.encoder && a.codec_id == b.codec_id && a.total == b.total &&
           same_headers(static_cast<AVCodecID>(a.codec_id), a.extradata, b.extradata);
}

}  // namespace

bool same_headers(AVCodecID codec, ByteView a, ByteView b) {
    if (codec != AV_CODEC_ID_H264 && codec != AV_CODEC_ID_HEVC) return std::ranges::equal(a, b);
    const auto same = [](ByteView x, ByteView y) { return std::ranges::equal(x, y); };
    return std::ranges::equal(sets_in_extradata(codec, a), sets_in_extradata(codec, b), same);
}

JoinedShards::JoinedShards(const std::vector<std::string>& given, const std::string& source) {
    std::vector<std::string> paths = given;
    sort_and_check(paths, source);
    videos_.resize(ShardReader(paths.front()).head().streams.size());
    for (std::size_t i = 0; i < videos_.size(); ++i) {
        settle_times(videos_[i], i, paths);
        for (const std::string& path : paths) videos_[i].pieces.push_back(std::make_unique<ShardReader>(path));
    }
}

void JoinedShards::sort_and_check(std::vector<std::string>& paths, const std::string& source) const {
    std::map<std::string, ShardHead> heads;
    for (const std::string& path : paths) heads[path] = ShardReader(path).head();
    const auto place = [&](const std::string& path) {
        const auto& streams = heads[path].streams;
        return streams.empty() ? std::pair<std::int64_t, std::int64_t>{} : std::pair{streams[0].first, streams[0].end};
    };
    std::ranges::sort(paths, {}, place);
    const ShardHead& first = heads[paths.front()];
    std::vector<std::int64_t> reached(first.streams.size(), 0);
    for (const std::string& path : paths) {
        const ShardHead& head = heads[path];
        if (head.source != source) throw std::invalid_argument(fmt::format("--join: {} is a piece of another video than this one", path));
        if (head.options != first.options || !std::ranges::equal(head.streams, first.streams, alike))
            throw std::invalid_argument(fmt::format("--join: {} and {} were made with other options: make them with the same ones", paths.front(), path));
        for (std::size_t i = 0; i < reached.size(); ++i) {
            if (head.streams[i].first != reached[i])
                throw std::invalid_argument(fmt::format("--join: {} begins with frame {} of video stream {}, and the pieces before it end at frame {}: "
                                                        "give each piece once", path, head.streams[i].first, i + 1, reached[i]));
            reached[i] = head.streams[i].end;
        }
    }
    for (std::size_t i = 0; i < reached.size(); ++i)
        if (reached[i] != first.streams[i].total)
            throw std::invalid_argument(fmt::format("--join: the pieces end at frame {} of {}: the last one is missing", reached[i], first.streams[i].total));
}

void JoinedShards::settle_times(Video& video, std::size_t number, const std::vector<std::string>& paths) {
    std::vector<Times> times;
    for (const std::string& path : paths) {
        ShardReader piece(path);
        while (const PacketPtr packet = piece.next(number)) times.push_back({packet->pts, packet->dts});
    }
    bool fits = true;
    for (std::size_t k = 0; k < times.size(); ++k) fits = fits && times[k].dts <= times[k].pts && (k == 0 || times[k].dts > times[k - 1].dts);
    if (fits) return;
    std::vector<std::int64_t> sorted;
    for (const Times& time : times) sorted.push_back(time.pts);
    std::ranges::sort(sorted);
    video.dts = common_dts(times, sorted);
}

PacketPtr JoinedShards::next(std::size_t number) {
    Video& video = videos_[number];
    for (; video.current < video.pieces.size(); ++video.current) {
        PacketPtr packet = video.pieces[video.current]->next(number);
        if (!packet) continue;
        if (!video.dts.empty()) packet->dts = video.dts[video.read];
        ++video.read;
        return packet;
    }
    return nullptr;
}

std::int64_t JoinedShards::masked(std::size_t video) const {
    std::int64_t sum = 0;
    for (const auto& piece : videos_[video].pieces) sum += piece->masked().empty() ? 0 : piece->masked()[video];
    return sum;
}

}  // namespace invisiblur::av
