#include "serve/store.hpp"

#include "serve/names.hpp"

namespace invisiblur::serve {
namespace {

// What is looked for stands in columns of its own; the rest is one JSON text, so that a new field needs no new table.
constexpr const char* kTables = R"(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS sessions(id TEXT PRIMARY KEY, created INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS uploads(id TEXT PRIMARY KEY, session TEXT NOT NULL, facts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS jobs(place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, session TEXT NOT NULL,
                                state TEXT NOT NULL, review TEXT NOT NULL, facts TEXT NOT NULL);
)";

}  // namespace

Store::Store(const std::filesystem::path& file) : database_(file.string()) {
    database_.run(kTables);
}

void Store::add_session(const std::string& session, std::int64_t now) {
    const std::lock_guard lock(mutex_);
    database_.prepare("INSERT OR IGNORE INTO sessions VALUES(?, ?)").bind(1, session).bind(2, now).step();
}

bool Store::knows_session(const std::string& session) {
    const std::lock_guard lock(mutex_);
    return database_.prepare("SELECT 1 FROM sessions WHERE id = ?").bind(1, session).step();
}

std::int64_t Store::count_sessions() {
    const std::lock_guard lock(mutex_);
    Statement count = database_.prepare("SELECT COUNT(*) FROM sessions");
    return count.step() ? count.number(0) : 0;
}

void Store::forget_sessions(std::int64_t then) {
    const std::lock_guard lock(mutex_);
    database_
        .prepare("DELETE FROM sessions WHERE created < ? AND id NOT IN (SELECT session FROM jobs) AND id NOT IN (SELECT session FROM uploads)")
        .bind(1, then)
        .step();
}

void Store::remove_session(const std::string& session) {
    const std::lock_guard lock(mutex_);
    database_.prepare("DELETE FROM sessions WHERE id = ?").bind(1, session).step();
}

void Store::put(const Upload& upload) {
    const std::lock_guard lock(mutex_);
    database_.prepare("INSERT OR REPLACE INTO uploads VALUES(?, ?, ?)").bind(1, upload.id).bind(2, upload.session).bind(3, print(to_json(upload))).step();
}

std::optional<Upload> Store::upload(const std::string& id) {
    const std::lock_guard lock(mutex_);
    Statement row = database_.prepare("SELECT facts FROM uploads WHERE id = ?");
    if (!row.bind(1, id).step()) return std::nullopt;
    return upload_from(Json::parse(row.text(0)));
}

std::vector<Upload> Store::uploads() {
    const std::lock_guard lock(mutex_);
    Statement row = database_.prepare("SELECT facts FROM uploads");
    std::vector<Upload> all;
    while (row.step()) all.push_back(upload_from(Json::parse(row.text(0))));
    return all;
}

void Store::remove_upload(const std::string& id) {
    const std::lock_guard lock(mutex_);
    database_.prepare("DELETE FROM uploads WHERE id = ?").bind(1, id).step();
}

void Store::write(const Job& job, const std::string& sql) {
    database_.prepare(sql)
        .bind(1, job.session)
        .bind(2, std::string(to_string(job.state)))
        .bind(3, std::string(to_string(job.review)))
        .bind(4, print(to_json(job)))
        .bind(5, job.id)
        .step();
}

void Store::add(const Job& job) {
    const std::lock_guard lock(mutex_);
    write(job, "INSERT INTO jobs(session, state, review, facts, id) VALUES(?, ?, ?, ?, ?)");
}

std::vector<Job> Store::select_jobs(const std::string& where, const std::string& value) {
    Statement row = database_.prepare("SELECT facts FROM jobs WHERE " + where + " ORDER BY place");
    row.bind(1, value);
    std::vector<Job> jobs;
    while (row.step()) jobs.push_back(job_from(Json::parse(row.text(0))));
    return jobs;
}

std::optional<Job> Store::job(const std::string& id) {
    const std::lock_guard lock(mutex_);
    const auto found = select_jobs("id = ?", id);
    return found.empty() ? std::nullopt : std::optional(found.front());
}

std::vector<Job> Store::jobs() {
    const std::lock_guard lock(mutex_);
    return select_jobs("id <> ?", "");
}

std::vector<Job> Store::jobs_of(const std::string& session) {
    const std::lock_guard lock(mutex_);
    return select_jobs("session = ?", session);
}

void Store::remove_job(const std::string& id) {
    const std::lock_guard lock(mutex_);
    database_.prepare("DELETE FROM jobs WHERE id = ?").bind(1, id).step();
}

std::optional<Job> Store::change(const std::string& id, const std::function<void(Job&)>& change) {
    const std::lock_guard lock(mutex_);
    auto found = select_jobs("id = ?", id);
    if (found.empty()) return std::nullopt;
    change(found.front());
    write(found.front(), "UPDATE jobs SET session = ?, state = ?, review = ?, facts = ? WHERE id = ?");
    return found.front();
}

std::optional<Job> Store::take_next() {
    const std::lock_guard lock(mutex_);
    for (const bool review : {false, true}) {
        auto found = review ? select_jobs("state = 'done' AND review = ?", "wanted") : select_jobs("state = ?", "queued");
        if (found.empty()) continue;
        Job& job = found.front();
        if (review)
            job.review = ReviewState::preparing;
        else
            job.state = JobState::running;
        if (!review) job.started = now_ms();
        write(job, "UPDATE jobs SET session = ?, state = ?, review = ?, facts = ? WHERE id = ?");
        return job;
    }
    return std::nullopt;
}

int Store::requeue() {
    const std::lock_guard lock(mutex_);
    int count = 0;
    for (Job& job : select_jobs("id <> ?", "")) {
        if (job.state != JobState::running && job.review != ReviewState::preparing) continue;
        if (job.state == JobState::running) job.state = JobState::queued;
        if (job.review == ReviewState::preparing) job.review = ReviewState::wanted;
        write(job, "UPDATE jobs SET session = ?, state = ?, review = ?, facts = ? WHERE id = ?");
        ++count;
    }
    return count;
}

}  // namespace invisiblur::serve
