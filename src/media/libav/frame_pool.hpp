#pragma once
#include <mutex>

#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// Frames whose memory is used again: a fresh one for each picture costs the system as much time as a pass over its pixels.
/// Threads: safe. Frames may outlive it.
class FramePool {
public:
    /// A frame with the same picture, properties and side data, whose pixels nobody else refers to.
    /// Owns:   the caller.
    /// Errors: as libav's allocation; std::bad_alloc.
    FramePtr copy(const AVFrame& frame);

private:
    BufferPtr buffer(std::size_t size);

    std::mutex mutex_;
    BufferPoolPtr pool_;
    std::size_t size_ = 0;
};

}  // namespace invisiblur::av
