#pragma once
#include <filesystem>
#include <string>

namespace invisiblur::serve {

/// Where the server keeps what belongs to uploads and jobs.
class Places {
public:
    /// Makes the folders; only this user may look into them.
    /// Errors: std::runtime_error where they cannot be made.
    explicit Places(std::filesystem::path data);

    std::filesystem::path database() const { return data_ / "invisiblur.sqlite"; }
    std::filesystem::path lock() const { return data_ / "lock"; }
    std::filesystem::path uploads() const { return data_ / "uploads"; }
    std::filesystem::path upload(const std::string& id) const { return uploads() / id; }
    std::filesystem::path jobs() const { return data_ / "jobs"; }
    std::filesystem::path job(const std::string& id) const { return jobs() / id; }

private:
    std::filesystem::path data_;
};

}  // namespace invisiblur::serve
