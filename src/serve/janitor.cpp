#include "serve/janitor.hpp"

#include <set>
#include <vector>

#include "serve/log.hpp"
#include "serve/names.hpp"

namespace invisiblur::serve {
namespace {

namespace fs = std::filesystem;

constexpr auto kInterval = std::chrono::minutes(1);
constexpr std::int64_t kDayMs = 24 * 3600 * 1000;

/// Names of folders of uploads or jobs.
std::vector<std::string> folders_in(const fs::path& place) {
    std::vector<std::string> found;
    std::error_code failed;
    for (const fs::directory_entry& entry : fs::directory_iterator(place, failed))
        if (is_token(entry.path().filename().string())) found.push_back(entry.path().filename().string());
    return found;
}

/// A crash can leave folders that nobody owns. A new one's owner is known before it is made, so that who owns none now never did.
void remove_all_but(const std::vector<std::string>& folders, const std::set<std::string>& owners, const fs::path& place) {
    std::error_code failed;
    for (const std::string& folder : folders)
        if (!owners.contains(folder)) fs::remove_all(place / folder, failed);
}

}  // namespace

Janitor::Janitor(Context& context) : thread_([this, &context] { work(context); }) {}

Janitor::~Janitor() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        news_.notify_all();
    }
    thread_.join();
}

void Janitor::work(Context& context) {
    for (;;) {
        try {
            sweep(context, now_ms());
        } catch (const std::exception& error) {
            log_event("cannot clear away", {{"why", error.what()}});
        }
        std::unique_lock lock(mutex_);
        if (news_.wait_for(lock, kInterval, [this] { return ending_; })) return;
    }
}

void Janitor::sweep(Context& context, std::int64_t now) {
    const std::int64_t keep_ms = context.settings.keep_days * kDayMs;
    const auto job_folders = folders_in(context.places.jobs()), upload_folders = folders_in(context.places.uploads());
    std::set<std::string> jobs, uploads, used;
    for (const Job& job : context.store.jobs()) {
        const bool ended = job.state != JobState::queued && job.state != JobState::running;
        const bool old = ended && std::max(job.finished, job.created) + keep_ms < now;
        if (old) context.jobs.remove(job);
        if (old) continue;
        jobs.insert(job.id);
        used.insert(job.upload);
    }
    for (const Upload& upload : context.store.uploads()) {
        const std::int64_t patience = upload.complete ? keep_ms : kDayMs;
        const bool old = !used.contains(upload.id) && upload.touched + patience < now;
        if (old) context.uploads.remove(upload.id);
        if (!old) uploads.insert(upload.id);
    }
    context.store.forget_sessions(now - keep_ms);
    remove_all_but(job_folders, jobs, context.places.jobs());
    remove_all_but(upload_folders, uploads, context.places.uploads());
    context.live.keep_only(jobs);
}

}  // namespace invisiblur::serve
