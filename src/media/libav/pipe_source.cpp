#include "media/libav/pipe_source.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace invisiblur::av {
namespace {

constexpr int kBufferBytes = 1 << 16;
constexpr int kWaitMs = 100;

}  // namespace

PipeSource::PipeSource(int descriptor, const std::atomic<bool>& cancel) : descriptor_(descriptor), cancel_(cancel) {
    auto* buffer = static_cast<std::uint8_t*>(not_null(av_malloc(kBufferBytes)));
    io_.reset(not_null(avio_alloc_context(buffer, kBufferBytes, 0, this, &PipeSource::read, nullptr, nullptr)));
}

int PipeSource::read(void* self, std::uint8_t* bytes, int size) {
    const auto& source = *static_cast<PipeSource*>(self);
    while (!source.cancel_) {
        pollfd wait{source.descriptor_, POLLIN, 0};
        if (poll(&wait, 1, kWaitMs) <= 0) continue;
        const auto got = ::read(source.descriptor_, bytes, static_cast<std::size_t>(size));
        if (got > 0) return static_cast<int>(got);
        if (got == 0) return AVERROR_EOF;
        if (errno != EINTR && errno != EAGAIN) return AVERROR(errno);
    }
    return AVERROR_EXIT;
}

}  // namespace invisiblur::av
