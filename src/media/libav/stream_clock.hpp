#pragma once
#include <cstdint>
#include <map>

#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// Lets time go on where a transport stream's clock jumps back, as it does in files that were joined with cat or by a recorder that
/// started anew. Jumps forward are gaps and stay. A video's times depend on its own packets alone, so that they are the same in each pass.
/// Threads: one thread at a time.
class StreamClock {
public:
    /// Changes a packet's times; true where its stream has just jumped.
    bool correct(AVPacket& packet, const AVStream& stream);

private:
    struct State {
        std::int64_t shift = 0;  ///< all in the stream's time base
        std::int64_t end = AV_NOPTS_VALUE;
        std::int64_t last = AV_NOPTS_VALUE;
        int jumps = 0;
    };
    std::int64_t shift_over(const State& state, std::int64_t dts, const AVStream& stream) const;

    std::map<int, State> states_;
    std::int64_t video_shift_us_ = 0;  ///< of the video that jumped last
    int video_jumps_ = 0;
};

}  // namespace invisiblur::av
