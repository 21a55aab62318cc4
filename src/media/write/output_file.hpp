#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/part_file.hpp"
#include "media/libav/compat.hpp"
#include "media/libav/handles.hpp"
#include "media/libav/patience.hpp"

namespace invisiblur::av {

/// A file that appears under its name only when it is complete, or standard output ("-"), a device, a named pipe or a live address
/// (takes_live()), which get the bytes as they come.
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

    /// Null where the muxer connects to the address itself.
    AVIOContext* io() const { return connection_ ? connection_.get() : io_.get(); }

    /// A live address; else "".
    const std::string& address() const { return address_; }

    /// Whoever takes a live stream has so long for the next packet, or writing it fails.
    void begin_packet() { patience_.begin(kReceiver_s); }

    /// What lets libav know that it has waited long enough.
    AVIOInterruptCB interrupt() { return patience_.callback(); }

    /// Where the bytes are until commit(), for muxers that read back what they wrote.
    const std::string& written_path() const { return part_->part(); }

    bool streams() const { return !part_; }

    /// Where the bytes go, for messages.
    std::string name() const { return path_ == "-" ? "standard output" : path_; }

    /// The first error of a write, as libav counts them; 0 where there was none.
    int error() const { return connection_ && error_ == 0 ? connection_->error : error_; }

    /// Writes bytes behind those before, however many they are.
    void write(std::span<const std::uint8_t> bytes);

    /// Puts all bytes on the disk, where they can be read back from written_path().
    void flush();

    /// Puts all bytes on the disk and gives the file its name.
    void commit();

    /// The same under unsafe_name(). Not for a stream.
    void commit_unsafe();

private:
    static constexpr double kReceiver_s = 10;  ///< longer than a network's hiccup, and shorter than anybody waits

    void connect();
    void open_here();
    void check_written() const;
    static int write_some(void* self, WrittenBytes* bytes, int size);
    static std::int64_t seek(void* self, std::int64_t offset, int whence);
    std::string path_;
    Existing existing_;
    std::unique_ptr<PartFile> part_;  ///< null for standard output, a device or a pipe
    int descriptor_ = -1;             ///< the part's, or our own
    int error_ = 0;
    CustomIoPtr io_;
    Patience patience_;
    std::string address_;
    ConnectionPtr connection_;
};

/// Checks before hours of work that an output may be written: not the input under any name, no folder, nothing there unless it may
/// be replaced.
/// Errors: std::runtime_error that says what to do.
void check_output(const std::string& input, const std::string& output, OutputFile::Existing existing);

}  // namespace invisiblur::av
