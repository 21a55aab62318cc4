#include "serve/job_desk.hpp"

#include <algorithm>

#include "invisiblur/transcode.hpp"
#include "serve/http_error.hpp"
#include "serve/log.hpp"
#include "serve/names.hpp"
#include "serve/option_form.hpp"

namespace invisiblur::serve {
namespace {

namespace fs = std::filesystem;

constexpr int kMostJobs = 500;  ///< of one session

template <class T>
T value_or(const Json& json, const char* key, T otherwise) {
    if (!json.contains(key)) return otherwise;
    try {
        return json.at(key).get<T>();
    } catch (const Json::exception&) {
        throw HttpError(422, "bad_request", std::string("\"") + key + "\" has the wrong type");
    }
}

Json options_of(const Json& wish) {
    const Json options = wish.contains("options") ? wish["options"] : Json::object();
    read_options(options);  // throws where one is wrong
    return options;
}

/// Ids of tracks, as --except-tracks has them.
Json visible_of(const Json& wish) {
    const auto ids = value_or(wish, "visible", std::vector<int>());
    return ids;
}

}  // namespace

JobDesk::JobDesk(const Settings& settings, const Places& places, Store& store, Live& live, Runner& runner, UploadDesk& uploads)
    : settings_(settings), places_(places), store_(store), live_(live), runner_(runner), uploads_(uploads), folder_(settings.folder) {}

void JobDesk::choose_source(Job& job, const Json& wish) {
    const std::string upload = value_or(wish, "upload", std::string()), path = value_or(wish, "path", std::string());
    if (upload.empty() == path.empty()) throw HttpError(422, "bad_request", "say which video: either \"upload\" or \"path\"");
    if (!path.empty()) {
        job.source = folder_.file(path);
        job.name = job.source.filename().string();
        return;
    }
    const Upload sent = uploads_.find(job.session, upload);
    if (!sent.complete) throw HttpError(409, "incomplete", sent.name + " is not uploaded completely yet");
    for (const Job& other : store_.jobs_of(job.session))
        if (other.upload == upload) throw HttpError(409, "job_exists", "there is a job for this upload already; process that one again");
    job.upload = upload;
    job.source = uploads_.file(sent);
    job.name = sent.name;
    job.media = sent.media;
}

void JobDesk::check_room_for_another(const std::string& session) {
    if (store_.jobs_of(session).size() >= kMostJobs) throw HttpError(429, "too_many", "there are too many jobs already; delete some first");
}

Job JobDesk::make(const std::string& session, const Json& wish) {
    check_room_for_another(session);
    Job job;
    job.id = random_token();
    job.session = session;
    job.options = options_of(wish);
    job.overwrite = value_or(wish, "overwrite", false);
    choose_source(job, wish);
    job.output = default_output(job.source.string(), {});
    job.created = now_ms();
    std::error_code failed;
    if (fs::is_symlink(job.output)) throw HttpError(409, "result_exists", job.output.filename().string() + " is a link to another place; remove it first");
    if (fs::exists(job.output, failed) && !job.overwrite)
        throw HttpError(409, "result_exists", job.output.filename().string() + " stands there already; rename or remove it, or ask to replace it");
    store_.add(job);
    live_.touch(job.id);
    runner_.wake();
    return job;
}

Job JobDesk::find(const std::string& session, const std::string& id) {
    const auto job = is_token(id) ? store_.job(id) : std::nullopt;
    if (!job || job->session != session) throw HttpError(404, "not_found", "there is no such job, or not any more");
    return *job;
}

Json JobDesk::describe(const Job& job) {
    std::error_code failed;
    Json result;
    if (job.has_result && fs::exists(job.output, failed))
        result = {{"name", job.output.filename().string()}, {"size", static_cast<std::int64_t>(fs::file_size(job.output, failed))}};
    Json error;
    if (job.state == JobState::failed) error = {{"code", job.error_code}, {"message", job.error}};
    Json progress = live_.progress_of(job.id);
    if (progress.is_object()) progress.erase("event");
    return {{"id", job.id},
            {"name", job.name},
            {"origin", job.upload.empty() ? "folder" : "upload"},
            {"folder", job.output.parent_path().string()},
            {"state", to_string(job.state)},
            {"error", error},
            {"created", job.created},
            {"started", job.started},
            {"finished", job.finished},
            {"options", job.options},
            {"visible", job.visible},
            {"media", job.media},
            {"progress", progress},
            {"picture", live_.picture_of(job.id)},
            {"result", result},
            {"frames", job.frames},
            {"faces", job.faces},
            {"texts", job.texts},
            {"doubtful", job.doubtful},
            {"review", to_string(job.review)},
            {"rounds", job.rounds},
            {"edited", job.use_edited}};
}

Job JobDesk::again(const Job& found, const Json& wish) {
    const std::string tracks = value_or(wish, "tracks", std::string("found"));
    if (tracks != "found" && tracks != "edited") throw HttpError(422, "bad_request", "\"tracks\" is \"found\" or \"edited\"");
    const bool edited = tracks == "edited";
    if (edited && !fs::exists(place(found) / "edited.json"))
        throw HttpError(409, "no_tracks", "there are no corrected tracks yet; PUT /api/v1/jobs/{id}/tracks takes them");
    const Json options = wish.contains("options") ? options_of(wish) : found.options;
    const Json visible = visible_of(wish);
    const auto job = store_.change(found.id, [&](Job& j) {
        if (j.state == JobState::queued || j.state == JobState::running) throw HttpError(409, "busy", "this video is being processed already");
        if (j.review == ReviewState::preparing || j.review == ReviewState::wanted) j.review = ReviewState::none;
        j.state = JobState::queued;
        j.options = options;
        j.use_edited = edited;
        j.visible = edited ? visible : Json::array();
        j.overwrite |= value_or(wish, "overwrite", false);
        j.finished = 0;
    });
    if (!job) throw HttpError(404, "not_found", "there is no such job any more");
    runner_.wake();
    live_.touch(found.id);
    return *job;
}

void JobDesk::remove(const Job& job) {
    store_.remove_job(job.id);
    runner_.discard(job.id);
    std::error_code failed;
    fs::remove_all(place(job), failed);
    if (failed) log_event("cannot remove a job", {{"job", job.id}, {"why", failed.message()}});
    if (!job.upload.empty()) uploads_.remove(job.upload);
    live_.forget(job.id);
    log_event("job deleted", {{"job", job.id}});
}

}  // namespace invisiblur::serve
