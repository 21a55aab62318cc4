#include "base/spill_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace invisiblur {
namespace {

/// Less than this is not worth a place in a file.
constexpr std::size_t kLeastBlock_bytes = 512;

std::string default_folder() {
    const char* const wanted = std::getenv("TMPDIR");
    return wanted != nullptr && *wanted != '\0' ? wanted : "/var/tmp";
}

/// A file without a name: nothing is left of it when the process ends, however it ends.
int nameless_file(const std::string& folder) {
    const int descriptor = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor >= 0) return descriptor;
    std::string path = folder + "/invisiblur-XXXXXX";  // not every file system knows O_TMPFILE
    const int named = mkostemp(path.data(), O_CLOEXEC);
    if (named >= 0) unlink(path.c_str());
    return named;
}

/// Maps a new file whose blocks are all there: a disk that fills up later would end the process.
/// Returns: null where it cannot be.
std::byte* map_file(const std::string& folder, std::size_t size) {
    const int descriptor = nameless_file(folder);
    if (descriptor < 0) return nullptr;
    void* place = MAP_FAILED;
    if (posix_fallocate(descriptor, 0, static_cast<off_t>(size)) == 0)
        place = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    close(descriptor);
    return place != MAP_FAILED ? static_cast<std::byte*>(place) : nullptr;
}

}  // namespace

SpillMemory::~SpillMemory() {
    drop_files();
}

void* SpillMemory::do_allocate(std::size_t bytes, std::size_t alignment) {
    const std::lock_guard lock(mutex_);
    const std::size_t size = std::bit_ceil(std::max(bytes, kLeastBlock_bytes));
    if (bytes >= kLeastBlock_bytes && alignment <= kLeastBlock_bytes && ordinary_ + bytes > limits_.ordinary_bytes) {
        if (void* const block = take_from_file(size)) return block;
    }
    void* const block = std::pmr::new_delete_resource()->allocate(bytes, alignment);
    ordinary_ += bytes;
    return block;
}

void SpillMemory::do_deallocate(void* block, std::size_t bytes, std::size_t alignment) {
    const std::lock_guard lock(mutex_);
    if (!in_file(block)) {
        ordinary_ -= bytes;
        std::pmr::new_delete_resource()->deallocate(block, bytes, alignment);
        return;
    }
    const std::size_t size = std::bit_ceil(bytes);
    in_files_ -= size;
    if (in_files_ == 0) {
        drop_files();
    } else {
        free_[size].push_back(block);
    }
}

void* SpillMemory::take_from_file(std::size_t size) {
    std::vector<void*>& freed = free_[size];
    void* block = nullptr;
    if (!freed.empty()) {
        block = freed.back();
        freed.pop_back();
    } else {
        const bool has_room = open_ != files_.end() && open_->second.size - open_->second.used >= size;
        if (!has_room && !add_file(std::max(size, limits_.file_bytes))) return nullptr;
        block = open_->first + open_->second.used;
        open_->second.used += size;
    }
    in_files_ += size;
    return block;
}

bool SpillMemory::add_file(std::size_t size) {
    if (gave_up_) return false;
    release_pages_locked();
    std::byte* const place = map_file(limits_.folder.empty() ? default_folder() : limits_.folder, size);
    gave_up_ = place == nullptr;
    if (place != nullptr) open_ = files_.emplace(place, File{size, 0}).first;
    return place != nullptr;
}

bool SpillMemory::in_file(const void* block) const {
    const auto after = files_.upper_bound(static_cast<std::byte*>(const_cast<void*>(block)));
    if (after == files_.begin()) return false;
    const auto& [place, file] = *std::prev(after);
    return static_cast<const std::byte*>(block) < place + file.size;
}

void SpillMemory::release_pages() {
    const std::lock_guard lock(mutex_);
    release_pages_locked();
}

void SpillMemory::release_pages_locked() {
    for (const auto& [place, file] : files_) madvise(place, file.size, MADV_DONTNEED);  // of a shared mapping: nothing is lost
}

std::size_t SpillMemory::file_bytes() const {
    const std::lock_guard lock(mutex_);
    std::size_t sum = 0;
    for (const auto& [place, file] : files_) sum += file.size;
    return sum;
}

void SpillMemory::drop_files() {
    for (const auto& [place, file] : files_) munmap(place, file.size);
    files_.clear();
    open_ = files_.end();
    free_.clear();
    gave_up_ = false;
}

SpillMemory& spill_memory() {
    static SpillMemory* const memory = new SpillMemory;  // never destroyed: who holds tracks may be the last to go
    return *memory;
}

}  // namespace invisiblur
