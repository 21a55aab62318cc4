#include "serve/janitor.hpp"

#include <set>

#include "serve/log.hpp"
#include "serve/names.hpp"

namespace invisiblur::serve {
namespace {

namespace fs = std::filesystem;

constexpr auto kInterval = std::chrono::minutes(1);
constexpr std::int64_t kDayMs = 24 * 3600 * 1000;

/// Folders that no upload or job of the database owns, as a crash can leave them.
void sweep_folder(const fs::path& folder, const std::set<std::string>& known) {
    std::error_code failed;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed)) {
        const std::string id = entry.path().filename().string();
        if (is_token(id) && !known.contains(id)) fs::remove_all(entry.path(), failed);
    }
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
        if (!used.contains(upload.id) && upload.touched + patience < now) context.uploads.remove(upload.id);
    }
    context.store.forget_sessions(now - keep_ms);
    // Looked at after the folders' owners: a new one is in the database before its folder is older than a sweep.
    for (const Job& job : context.store.jobs()) jobs.insert(job.id);
    sweep_folder(context.places.jobs(), jobs);
}

}  // namespace invisiblur::serve
