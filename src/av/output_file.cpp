#include "av/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace invisiblur::av {
namespace {

constexpr int kBufferBytes = 1 << 18;

std::runtime_error failure(const std::string& path, int error) {
    return std::runtime_error(fmt::format("cannot write {}: {}", path, std::strerror(error)));
}

std::runtime_error taken(const std::string& path) {
    return std::runtime_error(fmt::format("{} exists already: name another output, or give -y to overwrite it", path));
}

/// A device or a pipe takes bytes; there is nothing to rename.
bool takes_stream(const std::string& path) {
    struct stat facts {};
    if (path == "-") return true;
    return stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode);
}

/// A link stays, and what it points to is replaced.
std::string real_path(const std::string& path) {
    std::error_code failed;
    const auto real = std::filesystem::canonical(path, failed);
    return failed ? path : real.string();
}

mode_t usual_mode() {
    const mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

}  // namespace

OutputFile::OutputFile(const std::string& path, Existing existing)
    : path_(takes_stream(path) ? path : real_path(path)), existing_(existing) {
    const bool stream = takes_stream(path);
    if (!stream) open_temporary();
    else descriptor_ = path == "-" ? dup(STDOUT_FILENO) : open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) throw failure(path, errno);
    auto* buffer = static_cast<std::uint8_t*>(av_malloc(kBufferBytes));
    if (buffer) io_.reset(avio_alloc_context(buffer, kBufferBytes, 1, this, nullptr, &OutputFile::write, stream ? nullptr : &OutputFile::seek));
    if (io_) return;
    remove_temporary();
    throw std::bad_alloc();
}

OutputFile::~OutputFile() {
    remove_temporary();
}

void OutputFile::open_temporary() {
    const std::filesystem::path target = path_;
    temporary_ = (target.parent_path() / ("." + target.filename().string() + ".XXXXXX.part")).string();
    descriptor_ = mkostemps(temporary_.data(), 5, O_CLOEXEC);
    if (descriptor_ < 0) throw failure(path_, errno);
    fchmod(descriptor_, usual_mode());
}

int OutputFile::write(void* self, WrittenBytes* bytes, int size) {
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

void OutputFile::commit() {
    avio_flush(io_.get());
    if (error_ != 0) check(error_, "cannot write " + name());
    if (!temporary_.empty() && fsync(descriptor_) != 0) throw failure(path_, errno);
    const int closed = close(descriptor_);
    descriptor_ = -1;
    if (closed != 0) throw failure(path_, errno);
    if (!temporary_.empty()) publish();
}

void OutputFile::publish() {
    int done = -1;
    if (existing_ == Existing::replace) {
        done = rename(temporary_.c_str(), path_.c_str());
    } else {
        done = renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE);
        if (done != 0 && (errno == EINVAL || errno == ENOSYS)) {  // not every file system knows it
            done = link(temporary_.c_str(), path_.c_str());
            if (done == 0) unlink(temporary_.c_str());
        }
    }
    if (done != 0 && errno == EEXIST) throw taken(path_);
    if (done != 0) throw failure(path_, errno);
    temporary_.clear();
}

void OutputFile::remove_temporary() noexcept {
    if (descriptor_ >= 0) close(descriptor_);
    if (!temporary_.empty()) unlink(temporary_.c_str());
    descriptor_ = -1;
    temporary_.clear();
}

void check_output(const std::string& input, const std::string& output, OutputFile::Existing existing) {
    struct stat from {}, to {};
    if (output == "-" || lstat(output.c_str(), &to) != 0) return;
    const bool target = stat(output.c_str(), &to) == 0;
    if (target && S_ISDIR(to.st_mode)) throw std::runtime_error(fmt::format("{} is a folder: name a file in it", output));
    if (target && input != "-" && stat(input.c_str(), &from) == 0 && from.st_dev == to.st_dev && from.st_ino == to.st_ino)
        throw std::runtime_error(fmt::format("the output {} is the input itself: name another output", output));
    if (target && !S_ISREG(to.st_mode)) return;
    if (existing == OutputFile::Existing::refuse) throw taken(output);
}

}  // namespace invisiblur::av
