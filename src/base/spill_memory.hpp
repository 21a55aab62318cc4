#pragma once
#include <cstddef>
#include <map>
#include <memory_resource>
#include <mutex>
#include <string>
#include <vector>

namespace invisiblur {

/// Memory for what grows with a video's length and is read again only much later, in order: the first part is ordinary memory, the rest lies in
/// temporary files that are mapped and have no name any more, so that the kernel can write it out and take its pages back.
/// Where no file can be made or the disk is full, all is ordinary memory.
/// Threads: safe.
class SpillMemory : public std::pmr::memory_resource {
public:
    struct Limits {
        std::size_t ordinary_bytes = std::size_t{64} << 20;  ///< before a file is made
        std::size_t file_bytes = std::size_t{16} << 20;      ///< of one file, at least
        std::string folder;                                  ///< "": $TMPDIR, else /var/tmp, which is on a disk where /tmp may be memory
    };

    SpillMemory() : SpillMemory(Limits()) {}
    explicit SpillMemory(Limits limits) : limits_(std::move(limits)) {}
    ~SpillMemory() override;
    SpillMemory(const SpillMemory&) = delete;
    SpillMemory& operator=(const SpillMemory&) = delete;

    /// Lets go of the pages of all files; they come back when they are next looked at.
    void release_pages();

    /// Of the files that there are now.
    std::size_t file_bytes() const;

private:
    struct File {
        std::size_t size = 0;
        std::size_t used = 0;
    };

    void* do_allocate(std::size_t bytes, std::size_t alignment) override;
    void do_deallocate(void* block, std::size_t bytes, std::size_t alignment) override;
    bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }

    void* take_from_file(std::size_t size);
    bool add_file(std::size_t size);
    bool in_file(const void* block) const;
    void release_pages_locked();
    void drop_files();

    Limits limits_;
    mutable std::mutex mutex_;
    std::map<std::byte*, File> files_;                      ///< by where they are mapped
    std::map<std::byte*, File>::iterator open_ = files_.end();  ///< with room
    std::map<std::size_t, std::vector<void*>> free_;        ///< blocks given back, by size
    std::size_t ordinary_ = 0;
    std::size_t in_files_ = 0;
    bool gave_up_ = false;
};

/// The one that the program's face logs share.
SpillMemory& spill_memory();

}  // namespace invisiblur
