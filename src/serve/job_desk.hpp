#pragma once
#include <string>

#include "serve/folder.hpp"
#include "serve/places.hpp"
#include "serve/runner.hpp"
#include "serve/upload_desk.hpp"

namespace invisiblur::serve {

/// Makes, describes and ends jobs.
/// Errors:  HttpError.
/// Threads: safe.
class JobDesk {
public:
    /// Owns: borrows all it is given.
    JobDesk(const Settings& settings, const Places& places, Store& store, Live& live, Runner& runner, UploadDesk& uploads);

    /// In: wish, {"upload": ID | "path": PATH below the folder, "options": {…}, "overwrite": bool}.
    Job make(const std::string& session, const Json& wish);

    /// The session's own job. Errors: 404, also for one of another session.
    Job find(const std::string& session, const std::string& id);

    /// What the session may know of its job.
    Json describe(const Job& job);

    /// Processes it anew: with the corrected tracks where wish["tracks"] is "edited", else it looks for faces again.
    Job again(const Job& job, const Json& wish);

    /// Stops it and deletes all that is kept for it; an upload with its result, but no file of the folder.
    void remove(const Job& job);

    const Folder& folder() const { return folder_; }
    std::filesystem::path place(const Job& job) const { return places_.job(job.id); }

private:
    void choose_source(Job& job, const Json& wish);
    void check_room_for_another(const std::string& session);

    const Settings& settings_;
    const Places& places_;
    Store& store_;
    Live& live_;
    Runner& runner_;
    UploadDesk& uploads_;
    Folder folder_;
};

}  // namespace invisiblur::serve
