#include "media/write/stream_tally.hpp"

#include <algorithm>

namespace invisiblur::av {

std::int64_t time_of(const AVPacket& packet) {
    return packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
}

void StreamTally::note(const AVPacket& packet) {
    if (packet.size == 0) return;
    ++packets;
    bytes += packet.size;
    if (packet.flags & AV_PKT_FLAG_CORRUPT) ++damaged;
    if (packet.flags & AV_PKT_FLAG_KEY) {
        ++keys;
        last_key = time_of(packet);
        if (packet.pts != AV_NOPTS_VALUE && packet.pts < 0) ++keys_before_zero;
    }
    if (packet.dts != AV_NOPTS_VALUE) least = std::min(least, packet.dts);
    timed &= packet.pts != AV_NOPTS_VALUE;
    if (packet.pts == AV_NOPTS_VALUE) return;
    least = std::min(least, packet.pts);
    times.push_back(packet.pts);
}

void StreamTally::forget_times() {
    if (times.size() > 1) times.erase(times.begin(), times.end() - 1);
}

StreamTally tally_of(const AVStream& stream) {
    StreamTally tally;
    tally.kind = stream.codecpar->codec_type;
    tally.codec = stream.codecpar->codec_id;
    tally.time_base = stream.time_base;
    tally.attached = stream.disposition & AV_DISPOSITION_ATTACHED_PIC || tally.kind == AVMEDIA_TYPE_ATTACHMENT;
    return tally;
}

}  // namespace invisiblur::av
