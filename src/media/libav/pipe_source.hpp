#pragma once
#include <atomic>

#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// Reads a pipe for libav and can be woken up while nothing comes, which libav's own pipe reader cannot.
/// Owns: not the descriptor.
class PipeSource {
public:
    PipeSource(int descriptor, const std::atomic<bool>& cancel);
    PipeSource(const PipeSource&) = delete;
    PipeSource& operator=(const PipeSource&) = delete;

    AVIOContext* io() const { return io_.get(); }

private:
    static int read(void* self, std::uint8_t* bytes, int size);

    int descriptor_;
    const std::atomic<bool>& cancel_;
    CustomIoPtr io_;
};

}  // namespace invisiblur::av
