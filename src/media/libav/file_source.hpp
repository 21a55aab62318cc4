#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "media/libav/handles.hpp"
#include "media/libav/pipe_source.hpp"

namespace invisiblur::av {

/// Reads one local file for libav. libav itself then needs no leave to open local files, so that a playlist that was called a video can
/// reach none.
/// Errors:  std::runtime_error where it cannot be opened.
/// Threads: one thread at a time.
class FileSource {
public:
    FileSource(const std::string& path, const std::atomic<bool>& cancel);
    ~FileSource();
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;

    AVIOContext* io() const { return pipe_ ? pipe_->io() : io_.get(); }

private:
    static int read(void* self, std::uint8_t* bytes, int size);
    static std::int64_t seek(void* self, std::int64_t offset, int whence);

    int descriptor_;
    std::int64_t read_bytes_ = 0;
    std::unique_ptr<PipeSource> pipe_;  ///< where it is no plain file
    CustomIoPtr io_;
};

}  // namespace invisiblur::av
