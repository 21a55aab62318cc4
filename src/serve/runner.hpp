#pragma once
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "serve/child.hpp"
#include "serve/live.hpp"
#include "serve/metrics.hpp"
#include "serve/places.hpp"
#include "serve/settings.hpp"
#include "serve/store.hpp"

namespace invisiblur::serve {

/// Takes queued jobs, so many at a time, and has workers do them.
/// Owns:    borrows all it is given.
/// Threads: safe; has threads of its own from start() to stop().
class Runner {
public:
    Runner(const Settings& settings, const Places& places, Store& store, Live& live, Metrics& metrics);
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    void start();

    /// Ends the workers; what was running is queued for the next start.
    void stop();

    /// A job was queued.
    void wake();

    /// Stops a job that waits or runs; one that has ended stays as it is.
    void cancel(const std::string& job);

    /// Stops whatever a worker does with a job and waits until that has ended.
    void discard(const std::string& job);

    /// Has a worker look at a file that was sent.
    /// Returns: what the page shows of it: width, height, duration …
    /// Errors:  HttpError 415 that says why it is no video.
    Json probe(const std::filesystem::path& file, const std::string& name);

private:
    void work();
    void run(const Job& job);
    void run_task(const Job& job, const std::string& kind);
    Json task_for(const Job& job, const std::string& kind) const;
    Json limits() const;
    void listen(const Job& job, const std::string& line, Json& last);
    void end_process(const Job& job, const ChildEnd& end, const Json& last, bool stopped);
    void end_review(const Job& job, const Json& last, bool stopped);
    std::string explain(const Job& job, const ChildEnd& end, const Json& last) const;

    const Settings& settings_;
    const Places& places_;
    Store& store_;
    Live& live_;
    Metrics& metrics_;
    std::mutex mutex_;
    std::condition_variable news_;
    std::condition_variable ended_;
    std::vector<std::thread> threads_;
    std::map<std::string, std::shared_ptr<Child>> children_;
    bool stopping_ = false;
};

}  // namespace invisiblur::serve
