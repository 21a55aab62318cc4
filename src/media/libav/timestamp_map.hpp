#pragma once
#include <cstdint>
#include <deque>

#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// Puts the source's timestamps back on packets of an encoder that counts frames, and durations on all packets.
/// Units:   source timestamps and durations in the source's time base; counts from 0.
/// Threads: one thread at a time.
class TimestampMap {
public:
    TimestampMap(bool counts_frames, std::int64_t usual_duration) : counts_frames_(counts_frames), usual_duration_(usual_duration) {}

    /// Notes the next frame; returns the pts that the encoder shall see.
    std::int64_t add(std::int64_t pts, std::int64_t duration);

    /// Changes an encoder's packet to the source's time.
    void restore(AVPacket& packet);

private:
    struct Sent {
        std::int64_t pts;
        std::int64_t duration;
    };
    const Sent* find(std::int64_t encoder_pts) const;
    std::int64_t decode_time(std::int64_t count) const;

    bool counts_frames_;
    std::int64_t usual_duration_;
    std::int64_t first_pts_ = 0;
    std::int64_t dropped_ = 0;  ///< count of the first one in sent_
    std::int64_t packets_ = 0;
    std::deque<Sent> sent_;
};

}  // namespace invisiblur::av
