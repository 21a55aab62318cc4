#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/part_file.hpp"
#include "media/libav/compat.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// A file that appears under its name only when it is complete, or standard output ("-"), a device or a named pipe, which get the
/// bytes as they come.
/// Errors:  std::runtime_error where the name is taken, the folder cannot be written or the disk is full.
/// Order:   write() or write through io(), commit(). Without commit() nothing is left under the name, and what was there stays.
/// Threads: one thread at a time.
class OutputFile {
public:
    using Existing = PartFile::Existing;

    OutputFile(const std::string& path, Existing existing);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    AVIOContext* io() const { return io_.get(); }

    /// Where the bytes are until commit(), for muxers that read back what they wrote.
    const std::string& written_path() const { return part_->part(); }

    bool streams() const { return !part_; }

    /// Where the bytes go, for messages.
    std::string name() const { return path_ == "-" ? "standard output" : path_; }

    /// The first error of a write, as libav counts them; 0 where there was none.
    int error() const { return error_; }

    /// Writes bytes behind those before, however many they are.
    void write(std::span<const std::uint8_t> bytes);

    /// Puts all bytes on the disk, where they can be read back from written_path().
    void flush();

    /// Puts all bytes on the disk and gives the file its name.
    void commit();

    /// The same under unsafe_name(). Not for a stream.
    void commit_unsafe();

private:
    static int write_some(void* self, WrittenBytes* bytes, int size);
    static std::int64_t seek(void* self, std::int64_t offset, int whence);
    std::string path_;
    Existing existing_;
    std::unique_ptr<PartFile> part_;  ///< null for standard output, a device or a pipe
    int descriptor_ = -1;             ///< the part's, or our own
    int error_ = 0;
    CustomIoPtr io_;
};

/// Checks before hours of work that an output may be written: not the input under any name, no folder, nothing there unless it may
/// be replaced.
/// Errors: std::runtime_error that says what to do.
void check_output(const std::string& input, const std::string& output, OutputFile::Existing existing);

}  // namespace invisiblur::av
