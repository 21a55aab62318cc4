#include "media/write/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "media/libav/live_address.hpp"

namespace invisiblur::av {
namespace {

constexpr int kBufferBytes = 1 << 18;

std::runtime_error failure(const std::string& path, int error) {
    return std::runtime_error(fmt::format("cannot write {}: {}", path, std::strerror(error)));
}

/// A device or a pipe takes bytes; there is nothing to rename.
bool takes_stream(const std::string& path) {
    struct stat facts {};
    if (path == "-") return true;
    return stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode);
}

}  // namespace

OutputFile::OutputFile(const std::string& path, Existing existing) : path_(path), existing_(existing) {
    if (takes_live(path)) connect();
    else open_here();
}

void OutputFile::open_here() {
    if (!takes_stream(path_)) part_ = std::make_unique<PartFile>(path_);
    descriptor_ = part_ ? part_->descriptor() : path_ == "-" ? dup(STDOUT_FILENO) : open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) throw failure(path_, errno);
    auto* buffer = static_cast<std::uint8_t*>(av_malloc(kBufferBytes));
    if (buffer) io_.reset(avio_alloc_context(buffer, kBufferBytes, 1, this, nullptr, &OutputFile::write_some, part_ ? &OutputFile::seek : nullptr));
    if (io_) return;
    if (!part_) close(descriptor_);
    throw std::bad_alloc();
}

OutputFile::~OutputFile() {
    if (!part_ && descriptor_ >= 0) close(descriptor_);
}

void OutputFile::connect() {
    address_ = path_;
    if (muxer_connects(path_)) return;
    begin_packet();
    const AVIOInterruptCB enough = interrupt();
    AVIOContext* raw = nullptr;
    check(avio_open2(&raw, path_.c_str(), AVIO_FLAG_WRITE, &enough, nullptr), "cannot connect to " + path_);
    connection_.reset(raw);
}

int OutputFile::write_some(void* self, WrittenBytes* bytes, int size) {
    auto& file = *static_cast<OutputFile*>(self);
    for (int done = 0; done < size;) {
        const auto wrote = ::write(file.descriptor_, bytes + done, static_cast<std::size_t>(size - done));
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return file.error_ = AVERROR(errno);
        done += static_cast<int>(wrote);
    }
    return size;
}

std::int64_t OutputFile::seek(void* self, std::int64_t offset, int whence) {
    const auto& file = *static_cast<OutputFile*>(self);
    if (whence == AVSEEK_SIZE) {
        struct stat facts {};
        return fstat(file.descriptor_, &facts) == 0 ? static_cast<std::int64_t>(facts.st_size) : AVERROR(errno);
    }
    const auto place = lseek(file.descriptor_, offset, whence & ~AVSEEK_FORCE);
    return place < 0 ? AVERROR(errno) : place;
}

void OutputFile::write(std::span<const std::uint8_t> bytes) {
    constexpr std::size_t kAtOnce = 1 << 30;  // libav counts in int
    while (!bytes.empty() && error() == 0) {
        const auto part = bytes.first(std::min(bytes.size(), kAtOnce));
        avio_write(io(), part.data(), static_cast<int>(part.size()));
        bytes = bytes.subspan(part.size());
    }
    check_written();
}

void OutputFile::check_written() const {
    if (error() != 0) check(error(), "cannot write " + name());
}

void OutputFile::flush() {
    if (io()) avio_flush(io());
    check_written();
    if (part_) part_->sync();
}

void OutputFile::commit() {
    flush();
    if (part_) return part_->publish(existing_);
    if (!address_.empty()) return connection_.reset();
    const int closed = close(descriptor_);
    descriptor_ = -1;
    if (closed != 0) throw failure(path_, errno);
}

void OutputFile::commit_unsafe() {
    flush();
    part_->publish_unsafe(existing_);
}

void check_output(const std::string& input, const std::string& output, OutputFile::Existing existing) {
    struct stat from {}, to {};
    if (output == "-" || lstat(output.c_str(), &to) != 0) return;
    const bool target = stat(output.c_str(), &to) == 0;
    if (target && S_ISDIR(to.st_mode)) throw std::runtime_error(fmt::format("{} is a folder: name a file in it", output));
    if (target && input != "-" && stat(input.c_str(), &from) == 0 && from.st_dev == to.st_dev && from.st_ino == to.st_ino)
        throw std::runtime_error(fmt::format("the output {} is the input itself: name another output", output));
    if (target && !S_ISREG(to.st_mode)) return;
    if (existing == OutputFile::Existing::refuse) refuse_taken(output);
}

}  // namespace invisiblur::av
