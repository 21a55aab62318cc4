#include "base/part_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace invisiblur {
namespace {

[[noreturn]] void fail(const std::string& path, int error) {
    throw std::runtime_error("cannot write " + path + ": " + std::strerror(error));
}

[[noreturn]] void refuse_busy(const std::string& path) {
    throw std::runtime_error("cannot write " + path + ": another run is writing it; wait for it or name another file");
}

/// A link stays, and what it points to is replaced.
std::string resolved(const std::string& path) {
    std::error_code failed;
    const auto real = std::filesystem::canonical(path, failed);
    return failed ? path : real.string();
}

/// Whether the name still leads to the opened file.
bool is_named(int descriptor, const std::string& name) {
    struct stat opened {}, named {};
    if (fstat(descriptor, &opened) != 0 || lstat(name.c_str(), &named) != 0) return false;
    return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

enum class Lock { held, busy };

/// A file system without locks has no way to tell the living from the dead; there each run takes what it finds unlocked.
Lock lock(int descriptor) {
    while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return Lock::busy;
        if (errno != EINTR) break;
    }
    return Lock::held;
}

/// Removes a part that nobody holds.
/// Returns: false where somebody does.
bool clear_leftover(const std::string& part, const std::string& path) {
    const int descriptor = open(part.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0 && errno == ENOENT) return true;
    if (descriptor < 0) fail(path, errno);
    const bool free = lock(descriptor) == Lock::held;
    if (free && is_named(descriptor, part)) unlink(part.c_str());
    close(descriptor);
    return free;
}

}  // namespace

void refuse_taken(const std::string& path) {
    throw std::runtime_error(path + " exists already: name another output, or give -y to overwrite it");
}

std::string unsafe_name(const std::string& path) {
    constexpr std::string_view kSafe = "_invisible";
    const std::filesystem::path file = resolved(path);
    std::string stem = file.stem().string();
    if (stem.ends_with(kSafe)) stem.resize(stem.size() - kSafe.size());
    return (file.parent_path() / (stem + "_unsafe" + file.extension().string())).string();
}

PartFile::PartFile(const std::string& path) : path_(resolved(path)) {
    const std::filesystem::path target = path_;
    part_ = (target.parent_path() / ("." + target.filename().string() + ".part")).string();
    while (!take()) {
        if (!clear_leftover(part_, path_)) refuse_busy(path_);
    }
}

PartFile::~PartFile() {
    if (descriptor_ < 0) return;
    unlink(part_.c_str());
    close(descriptor_);
}

/// Makes the part and locks it; false where there is one already, or where it was gone before it was locked.
bool PartFile::take() {
    const int descriptor = open(part_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (descriptor < 0 && errno == EEXIST) return false;
    if (descriptor < 0) fail(path_, errno);
    const bool ours = lock(descriptor) == Lock::held;
    if (ours && is_named(descriptor, part_)) {
        descriptor_ = descriptor;
        return true;
    }
    close(descriptor);
    if (!ours) refuse_busy(path_);  // another run took it for a leftover, and goes on with one of its own
    return false;
}

void PartFile::sync() {
    if (fsync(descriptor_) != 0) fail(path_, errno);
}

void PartFile::publish(Existing existing) {
    publish_under(path_, existing);
}

void PartFile::publish_unsafe(Existing existing) {
    publish_under(unsafe_name(path_), existing);
}

void PartFile::publish_under(const std::string& path, Existing existing) {
    sync();
    int done = -1;
    if (existing == Existing::replace) {
        done = rename(part_.c_str(), path.c_str());
    } else {
        done = renameat2(AT_FDCWD, part_.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE);
        if (done != 0 && (errno == EINVAL || errno == ENOSYS)) {  // not every file system knows it
            done = link(part_.c_str(), path.c_str());
            if (done == 0) unlink(part_.c_str());
        }
    }
    if (done != 0 && errno == EEXIST) refuse_taken(path);
    if (done != 0) fail(path, errno);
    if (close(std::exchange(descriptor_, -1)) != 0) fail(path, errno);  // the lock was held until here
}

}  // namespace invisiblur
