#pragma once
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "serve/job.hpp"

namespace invisiblur::serve {

/// What is known of running jobs from moment to moment, and who waits for news. Nothing of it survives a restart.
/// Threads: safe.
class Live {
public:
    /// What a job's worker said last.
    void progress(const std::string& job, const Json& progress);
    Json progress_of(const std::string& job);

    /// A new picture of the result is there.
    void picture(const std::string& job);
    int picture_of(const std::string& job);

    /// The job changed in the database.
    void touch(const std::string& job);
    void forget(const std::string& job);

    /// Drops what is known of jobs that are gone, the next time that they are: who waits for news hears of it meanwhile.
    void keep_only(const std::set<std::string>& jobs);

    /// Number of the last change of all; each change has a higher one.
    std::uint64_t version();

    /// Ids of the jobs that changed after `version`, with the number of their last change.
    std::map<std::string, std::uint64_t> changed_since(std::uint64_t version);

    /// Waits until something changed after `version`, the time is over or close() was called.
    void wait(std::uint64_t version, std::chrono::milliseconds longest);

    /// The server ends: nobody waits any more.
    void close();
    bool closed();

private:
    struct State {
        Json progress;
        int picture = 0;
        std::uint64_t version = 0;
    };
    void note(State& state);

    std::mutex mutex_;
    std::condition_variable news_;
    std::map<std::string, State> states_;
    std::uint64_t version_ = 0;
    std::uint64_t swept_ = 0;  ///< the last change at the last keep_only()
    bool closed_ = false;
};

}  // namespace invisiblur::serve
