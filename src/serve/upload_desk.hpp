#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "serve/call.hpp"
#include "serve/places.hpp"
#include "serve/runner.hpp"

namespace invisiblur::serve {

/// Takes files in, piece by piece, straight to the disk. Each gets a folder of its own, in which its result will stand too. It has its name
/// only when it is whole and a worker has seen that it is a video.
/// Errors:  HttpError.
/// Threads: safe.
class UploadDesk {
public:
    /// Owns: borrows all it is given.
    UploadDesk(const Settings& settings, const Places& places, Store& store, Runner& runner, Metrics& metrics);

    /// In: size in bytes, -1 where it is not known before the end.
    Upload begin(const std::string& session, const std::string& name, std::int64_t size);

    /// The session's own upload. Errors: 404, also for one of another session.
    Upload find(const std::string& session, const std::string& id);

    /// Appends a request's body at `offset`, which must be what has been received; a body that is cut off counts as far as it came.
    /// Completes the upload with its last byte.
    Upload append(const Upload& upload, std::int64_t offset, const Call& call);

    /// A form with one file in it, as `curl -F file=@in.mkv` sends it.
    Upload take_form(const std::string& session, const Call& call);

    /// Its folder with all that is in it is gone then.
    void remove(const std::string& id);

    std::filesystem::path file(const Upload& upload) const { return places_.upload(upload.id) / upload.name; }

private:
    class Piece;
    std::filesystem::path part(const Upload& upload) const { return places_.upload(upload.id) / ".part"; }
    void complete(Upload& upload);

    const Settings& settings_;
    const Places& places_;
    Store& store_;
    Runner& runner_;
    Metrics& metrics_;
    std::mutex mutex_;
    std::map<std::string, std::weak_ptr<std::mutex>> writers_;  ///< one at a time for each upload
};

/// "8 GB"
std::string size_text(std::int64_t bytes);

}  // namespace invisiblur::serve
