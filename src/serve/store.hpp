#pragma once
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "serve/database.hpp"
#include "serve/job.hpp"

namespace invisiblur::serve {

/// What survives a restart: sessions, uploads, jobs.
/// Errors:  std::runtime_error where the database cannot be used.
/// Threads: safe.
class Store {
public:
    explicit Store(const std::filesystem::path& file);

    /// In: fingerprint of the session's token.
    void add_session(const std::string& session, std::int64_t now);
    bool knows_session(const std::string& session);
    std::int64_t count_sessions();
    /// Forgets sessions that were made before `then` and have neither jobs nor uploads.
    void forget_sessions(std::int64_t then);
    void remove_session(const std::string& session);

    void put(const Upload& upload);
    std::optional<Upload> upload(const std::string& id);
    std::vector<Upload> uploads();
    void remove_upload(const std::string& id);

    void add(const Job& job);
    std::optional<Job> job(const std::string& id);
    /// In order of their making.
    std::vector<Job> jobs();
    std::vector<Job> jobs_of(const std::string& session);
    void remove_job(const std::string& id);

    /// Reads a job, lets `change` alter it and writes it back, as one step. `change` may throw; nothing is written then.
    /// Returns: the job as it is now; nothing where there is none.
    std::optional<Job> change(const std::string& id, const std::function<void(Job&)>& change);

    /// The oldest queued job, which is running from now on; where there is none, the oldest whose review is wanted, which is being
    /// prepared from now on.
    std::optional<Job> take_next();

    /// After a restart: what was running is queued again, a review that was being prepared is wanted again.
    /// Returns: how many jobs that were.
    int requeue();

private:
    std::vector<Job> select_jobs(const std::string& where, const std::string& value);
    void write(const Job& job, const std::string& verb);

    std::mutex mutex_;
    Database database_;
};

}  // namespace invisiblur::serve
