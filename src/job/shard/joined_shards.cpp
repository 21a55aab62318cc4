#include "job/shard/joined_shards.hpp"

#include <fmt/format.h>

#include <algorithm>
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

JoinedShards::JoinedShards(const std::vector<std::string>& paths, const std::string& source) {
    std::vector<std::unique_ptr<ShardReader>> pieces;
    for (const std::string& path : paths) pieces.push_back(std::make_unique<ShardReader>(path));
    sort_and_check(pieces, source);
    videos_.resize(pieces.front()->head().streams.size());
    for (std::size_t i = 1; i < videos_.size(); ++i)
        for (const auto& piece : pieces) videos_[i].pieces.push_back(std::make_unique<ShardReader>(piece->path()));
    if (!videos_.empty()) videos_.front().pieces = std::move(pieces);
    for (std::size_t i = 0; i < videos_.size(); ++i) settle_times(videos_[i], i);
}

void JoinedShards::sort_and_check(std::vector<std::unique_ptr<ShardReader>>& pieces, const std::string& source) {
    const auto place = [](const std::unique_ptr<ShardReader>& piece) {
        const auto& streams = piece->head().streams;
        return streams.empty() ? std::pair<std::int64_t, std::int64_t>{} : std::pair{streams[0].first, streams[0].end};
    };
    std::ranges::sort(pieces, {}, place);
    const ShardHead& first = pieces.front()->head();
    std::vector<std::int64_t> reached(first.streams.size(), 0);
    for (const auto& piece : pieces) {
        const ShardHead& head = piece->head();
        const std::string& path = piece->path();
        if (head.source != source) throw std::invalid_argument(fmt::format("--join: {} is a piece of another video than this one", path));
        if (head.options != first.options || !std::ranges::equal(head.streams, first.streams, alike))
            throw std::invalid_argument(fmt::format("--join: {} and {} were made with other options: make them with the same ones", pieces.front()->path(), path));
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

void JoinedShards::settle_times(Video& video, std::size_t number) {
    std::vector<Times> times;
    for (const auto& piece : video.pieces) {
        while (const PacketPtr packet = piece->next(number)) times.push_back({packet->pts, packet->dts});
        piece->restart();
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
    for (const auto& piece : videos_[video].pieces) sum += piece->masked().at(video);
    return sum;
}

}  // namespace invisiblur::av
