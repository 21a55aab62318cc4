#include "atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace invisiblur {
namespace {

[[noreturn]] void fail(const std::string& path, int error) {
    throw std::runtime_error("cannot write " + path + ": " + std::strerror(error));
}

/// A file beside its final name, removed again unless it gets that name.
class PendingFile {
public:
    explicit PendingFile(const std::string& path) : path_(path) {
        static std::atomic<unsigned> counter{0};
        pending_ = path + ".part-" + std::to_string(getpid()) + "-" + std::to_string(counter++);
        struct stat existing {};
        if (stat(path.c_str(), &existing) == 0 && S_ISDIR(existing.st_mode)) fail(path, EISDIR);
        descriptor_ = open(pending_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor_ < 0) fail(path, errno);
    }
    ~PendingFile() {
        if (descriptor_ >= 0) close(descriptor_);
        if (!renamed_) unlink(pending_.c_str());
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
        if (fsync(descriptor_) < 0 && errno != EINVAL) fail(path_, errno);
        const int descriptor = descriptor_;
        descriptor_ = -1;
        if (close(descriptor) < 0) fail(path_, errno);
        if (rename(pending_.c_str(), path_.c_str()) < 0) fail(path_, errno);
        renamed_ = true;
    }

private:
    std::string path_;
    std::string pending_;
    int descriptor_ = -1;
    bool renamed_ = false;
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
