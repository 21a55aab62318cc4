#include "serve/live.hpp"

namespace invisiblur::serve {

void Live::note(State& state) {
    state.version = ++version_;
    news_.notify_all();
}

void Live::progress(const std::string& job, const Json& progress) {
    const std::lock_guard lock(mutex_);
    states_[job].progress = progress;
    note(states_[job]);
}

Json Live::progress_of(const std::string& job) {
    const std::lock_guard lock(mutex_);
    const auto found = states_.find(job);
    return found == states_.end() ? Json() : found->second.progress;
}

void Live::picture(const std::string& job) {
    const std::lock_guard lock(mutex_);
    ++states_[job].picture;
    note(states_[job]);
}

int Live::picture_of(const std::string& job) {
    const std::lock_guard lock(mutex_);
    const auto found = states_.find(job);
    return found == states_.end() ? 0 : found->second.picture;
}

void Live::touch(const std::string& job) {
    const std::lock_guard lock(mutex_);
    note(states_[job]);
}

void Live::forget(const std::string& job) {
    const std::lock_guard lock(mutex_);
    states_[job].progress = nullptr;
    states_[job].picture = 0;
    note(states_[job]);
}

void Live::keep_only(const std::set<std::string>& jobs) {
    const std::lock_guard lock(mutex_);
    std::erase_if(states_, [&](const auto& entry) { return entry.second.version <= swept_ && !jobs.contains(entry.first); });
    swept_ = version_;
}

std::uint64_t Live::version() {
    const std::lock_guard lock(mutex_);
    return version_;
}

std::map<std::string, std::uint64_t> Live::changed_since(std::uint64_t version) {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::uint64_t> changed;
    for (const auto& [job, state] : states_)
        if (state.version > version) changed[job] = state.version;
    return changed;
}

void Live::wait(std::uint64_t version, std::chrono::milliseconds longest) {
    std::unique_lock lock(mutex_);
    news_.wait_for(lock, longest, [&] { return closed_ || version_ > version; });
}

void Live::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    news_.notify_all();
}

bool Live::closed() {
    const std::lock_guard lock(mutex_);
    return closed_;
}

}  // namespace invisiblur::serve
