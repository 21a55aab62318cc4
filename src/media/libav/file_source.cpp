#include "media/libav/file_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/fault_point.hpp"

namespace invisiblur::av {
namespace {

constexpr int kBufferBytes = 1 << 16;

}  // namespace

FileSource::FileSource(const std::string& path, const std::atomic<bool>& cancel) : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) throw std::runtime_error(fmt::format("cannot open {}: {}", path, std::strerror(errno)));
    struct stat facts {};
    const bool plain = fstat(descriptor_, &facts) == 0 && S_ISREG(facts.st_mode);
    if (!plain) pipe_ = std::make_unique<PipeSource>(descriptor_, cancel);
    auto* buffer = plain ? static_cast<std::uint8_t*>(av_malloc(kBufferBytes)) : nullptr;
    if (buffer) io_.reset(avio_alloc_context(buffer, kBufferBytes, 0, this, &FileSource::read, nullptr, &FileSource::seek));
    if (pipe_ || io_) return;
    close(descriptor_);
    throw std::bad_alloc();
}

FileSource::~FileSource() {
    close(descriptor_);
}

int FileSource::read(void* self, std::uint8_t* bytes, int size) {
    auto& source = *static_cast<FileSource*>(self);
    for (;;) {
        if (fault_at("read", source.read_bytes_)) return AVERROR(EIO);
        const auto got = ::read(source.descriptor_, bytes, static_cast<std::size_t>(size));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return AVERROR(errno);
        source.read_bytes_ += got;
        return got == 0 ? AVERROR_EOF : static_cast<int>(got);
    }
}

std::int64_t FileSource::seek(void* self, std::int64_t offset, int whence) {
    const auto& source = *static_cast<FileSource*>(self);
    if (whence == AVSEEK_SIZE) {
        struct stat facts {};
        return fstat(source.descriptor_, &facts) == 0 ? static_cast<std::int64_t>(facts.st_size) : AVERROR(errno);
    }
    const auto place = lseek(source.descriptor_, offset, whence & ~AVSEEK_FORCE);
    return place < 0 ? AVERROR(errno) : place;
}

}  // namespace invisiblur::av
