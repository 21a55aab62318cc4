#include "base/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace invisiblur {
namespace {

[[noreturn]] void fail(const std::string& path, int error) {
    throw std::runtime_error("cannot write " + path + ": " + std::strerror(error));
}

void write_all(int descriptor, const std::string& path, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(path, errno);
        content.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// Errors: std::runtime_error where it is a folder.
bool is_device_or_pipe(const std::string& path) {
    struct stat facts {};
    if (stat(path.c_str(), &facts) != 0) return false;
    if (S_ISDIR(facts.st_mode)) fail(path, EISDIR);
    return !S_ISREG(facts.st_mode);
}

void write_stream(const std::string& path, std::string_view content) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) fail(path, errno);
    try {
        write_all(descriptor, path, content);
    } catch (...) {
        close(descriptor);
        throw;
    }
    if (close(descriptor) != 0) fail(path, errno);
}

}  // namespace

PendingFile::PendingFile(const std::string& path) : path_(path) {
    if (!is_device_or_pipe(path)) part_ = std::make_unique<PartFile>(path);
}

void PendingFile::write(std::string_view content) {
    if (part_)
        write_all(part_->descriptor(), path_, content);
    else
        kept_ += content;
}

void PendingFile::finish() {
    if (part_) part_->sync();
}

void PendingFile::commit() {
    if (part_)
        part_->publish(PartFile::Existing::replace);
    else
        write_stream(path_, kept_);
}

void write_file_atomically(const std::string& path, std::string_view content) {
    PendingFile file(path);
    file.write(content);
    file.commit();
}

void check_file_is_writable(const std::string& path) {
    if (!is_device_or_pipe(path)) {
        const PartFile part(path);
        return;
    }
    const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0 && errno != ENXIO) fail(path, errno);  // a pipe whose reader comes later
    if (descriptor >= 0) close(descriptor);
}

}  // namespace invisiblur
