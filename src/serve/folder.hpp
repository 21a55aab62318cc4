#pragma once
#include <filesystem>
#include <string>

#include "serve/job.hpp"

namespace invisiblur::serve {

/// The folder whose files can be picked. Nothing above it, nothing hidden and nothing that a link leads out to is seen through it.
/// Threads: safe.
class Folder {
public:
    /// In: root, canonical; empty for none.
    explicit Folder(std::filesystem::path root) : root_(std::move(root)) {}

    bool exists() const { return !root_.empty(); }

    /// What lies in a subfolder: {"path": …, "entries": [{"name", "type": "folder"|"video", …}]}, folders first, by name.
    /// In:     path below the root, "" for the root itself.
    /// Errors: HttpError 404.
    Json list(const std::string& path) const;

    /// The file of that path.
    /// Errors: HttpError 404 where it is not a plain file within the folder.
    std::filesystem::path file(const std::string& path) const;

private:
    std::filesystem::path resolve(const std::string& path) const;

    std::filesystem::path root_;
};

}  // namespace invisiblur::serve
