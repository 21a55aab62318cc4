#include "atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace invisiblur {
namespace {

[[noreturn]] void fail(const std::string& path, int error) {
    throw std::runtime_error("cannot write " + path + ": " + std::strerror(error));
}

/// Where the bytes go in the end: what a symbolic link points to, so that the link stays one.
std::string resolved(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::is_symlink(path, error)) return path;
    const auto target = std::filesystem::canonical(path, error);
    return error ? path : target.string();
}

/// A file beside its final name, removed again unless it gets that name. A device or a pipe is written itself: nothing can be put in
/// its place.
class PendingFile {
public:
    explicit PendingFile(const std::string& name) : path_(resolved(name)) {
        static std::atomic<unsigned> counter{0};
        struct stat existing {};
        const bool exists = stat(path_.c_str(), &existing) == 0;
        if (exists && S_ISDIR(existing.st_mode)) fail(path_, EISDIR);
        if (!exists || S_ISREG(existing.st_mode)) pending_ = path_ + ".part-" + std::to_string(getpid()) + "-" + std::to_string(counter++);
        descriptor_ = pending_.empty() ? open(path_.c_str(), O_WRONLY | O_CLOEXEC)
                                       : open(pending_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor_ < 0) fail(path_, errno);
    }
    ~PendingFile() {
        if (descriptor_ >= 0) close(descriptor_);
        if (!pending_.empty()) unlink(pending_.c_str());
    }
    PendingFile(const PendingFile&) = delete;
    PendingFile& operator=(const PendingFile&) = delete;

    void write(std::string_view content) {
        while (!content.empty()) {
            const ssize_t written = ::write(descriptor_, content.data(), content.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) fail(path_, errno);
            content.remove_prefix(static_cast<std::size_t>(written));
        }
    }

    void finish() {
        if (!pending_.empty() && fsync(descriptor_) < 0) fail(path_, errno);
        if (close(std::exchange(descriptor_, -1)) < 0) fail(path_, errno);
        if (!pending_.empty() && rename(pending_.c_str(), path_.c_str()) < 0) fail(path_, errno);
        pending_.clear();
    }

private:
    std::string path_;
    std::string pending_;  ///< "" where the path itself is written
    int descriptor_ = -1;
};

}  // namespace

void write_file_atomically(const std::string& path, std::string_view content) {
    PendingFile file(path);
    file.write(content);
    file.finish();
}

void check_file_is_writable(const std::string& path) {
    const PendingFile file(path);
}

}  // namespace invisiblur
