#pragma once
#include <memory>
#include <string>

#include "invisiblur/options.hpp"
#include "still/still_file.hpp"

namespace invisiblur::av {

/// An animation that libav cannot read (WebP, PNG of 16 bits) as one that it can, in memory.
class UnpackedFilm {
public:
    /// Null where the file is none of them, or no plain file.
    /// Errors: std::runtime_error that names the file.
    static std::unique_ptr<UnpackedFilm> of(const std::string& file, const Options& options);

    /// Under which it is opened, as often as wanted, while this lives.
    const std::string& path() const { return path_; }

    /// Whether the file is a WebP.
    bool is_webp() const { return webp_; }

    ~UnpackedFilm();
    UnpackedFilm(const UnpackedFilm&) = delete;
    UnpackedFilm& operator=(const UnpackedFilm&) = delete;

private:
    UnpackedFilm(const still::Bytes& film, bool webp);

    int descriptor_;
    bool webp_;
    std::string path_;
};

}  // namespace invisiblur::av
