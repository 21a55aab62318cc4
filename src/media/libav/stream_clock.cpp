#include "media/libav/stream_clock.hpp"

#include <algorithm>

namespace invisiblur::av {
namespace {

constexpr AVRational kMicroseconds = {1, AV_TIME_BASE};
constexpr std::int64_t kJumpBackUs = 200'000;  ///< less is disorder

}  // namespace

/// Sound goes along with a video that has jumped already, so that both stay together.
std::int64_t StreamClock::shift_over(const State& state, std::int64_t dts, const AVStream& stream) const {
    const std::int64_t own = state.end - dts;
    if (stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO || video_jumps_ <= state.jumps) return own;
    return std::max(own, av_rescale_q(video_shift_us_, kMicroseconds, stream.time_base));
}

bool StreamClock::correct(AVPacket& packet, const AVStream& stream) {
    if (packet.dts == AV_NOPTS_VALUE) {
        if (packet.pts != AV_NOPTS_VALUE) packet.pts += states_[stream.index].shift;
        return false;
    }
    State& state = states_[stream.index];
    const std::int64_t back = av_rescale_q(kJumpBackUs, kMicroseconds, stream.time_base);
    const bool jumped = state.last != AV_NOPTS_VALUE && packet.dts + state.shift < state.last - back;
    if (jumped) {
        state.shift = shift_over(state, packet.dts, stream);
        ++state.jumps;
        if (stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO) {
            video_shift_us_ = av_rescale_q(state.shift, stream.time_base, kMicroseconds);
            video_jumps_ = std::max(video_jumps_, state.jumps);
        }
    }
    packet.dts += state.shift;
    if (packet.pts != AV_NOPTS_VALUE) packet.pts += state.shift;
    state.last = packet.dts;
    state.end = std::max(state.end, packet.dts + std::max<std::int64_t>(1, packet.duration));
    return jumped;
}

}  // namespace invisiblur::av
