#include "media/libav/timestamp_map.hpp"

#include <algorithm>

namespace invisiblur::av {
namespace {

constexpr std::int64_t kReordered = 64;  ///< frames that a packet may lie behind the newest one that left

}  // namespace

std::int64_t TimestampMap::add(std::int64_t pts, std::int64_t duration) {
    const std::int64_t count = dropped_ + static_cast<std::int64_t>(sent_.size());
    if (count == 0) first_pts_ = pts;
    if (!sent_.empty() && sent_.back().duration <= 0) sent_.back().duration = pts - sent_.back().pts;
    sent_.push_back({pts, duration});
    return counts_frames_ ? count : pts;
}

const TimestampMap::Sent* TimestampMap::find(std::int64_t encoder_pts) const {
    if (counts_frames_) {
        const std::int64_t place = encoder_pts - dropped_;
        return place >= 0 && place < static_cast<std::int64_t>(sent_.size()) ? &sent_[static_cast<std::size_t>(place)] : nullptr;
    }
    const auto found = std::lower_bound(sent_.begin(), sent_.end(), encoder_pts, [](const Sent& s, std::int64_t pts) { return s.pts < pts; });
    return found != sent_.end() && found->pts == encoder_pts ? &*found : nullptr;
}

/// Before the first frame, time goes on backwards at the usual pace.
std::int64_t TimestampMap::decode_time(std::int64_t count) const {
    if (count < 0) return first_pts_ + count * usual_duration_;
    const Sent* sent = find(count);
    return sent ? sent->pts : AV_NOPTS_VALUE;
}

void TimestampMap::restore(AVPacket& packet) {
    const Sent* sent = find(packet.pts);
    if (counts_frames_) packet.dts = packet.dts == AV_NOPTS_VALUE ? AV_NOPTS_VALUE : decode_time(packet.dts);
    if (sent) {
        packet.pts = sent->pts;
        packet.duration = sent->duration > 0 ? sent->duration : usual_duration_;
    }
    ++packets_;
    while (dropped_ < packets_ - kReordered && !sent_.empty()) {
        sent_.pop_front();
        ++dropped_;
    }
}

}  // namespace invisiblur::av
