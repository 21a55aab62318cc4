#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/part_file.hpp"

namespace invisiblur {

/// A file that gets its name whole or not at all: what can fail (no folder, no room) fails before commit(). What goes to a device or a
/// pipe is kept until commit().
/// Errors:  std::runtime_error that names the file and the reason; what stood under the name is untouched then.
/// Order:   write(), finish(), commit(); without commit() nothing is left.
/// Threads: one thread at a time.
class PendingFile {
public:
    explicit PendingFile(const std::string& path);

    void write(std::string_view content);

    /// Puts all bytes on the disk.
    void finish();

    /// A reader sees the old file before and the new one after.
    void commit();

private:
    std::string path_;
    std::string kept_;                ///< for a device or a pipe
    std::unique_ptr<PartFile> part_;  ///< null for these
};

/// Writes a whole file beside its name and renames it, so that a reader sees the old file or the new one and nothing between.
/// Errors:  as PendingFile.
/// Threads: safe.
void write_file_atomically(const std::string& path, std::string_view content);

/// Makes sure that write_file_atomically could begin now, before hours of work depend on it.
/// Errors: std::runtime_error that names the file and the reason.
void check_file_is_writable(const std::string& path);

}  // namespace invisiblur
