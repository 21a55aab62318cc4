#pragma once
#include <condition_variable>
#include <deque>
#include <future>
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

/// Takes queued jobs, so many at a time, and has workers do them. What is sent meanwhile is looked at by these and by one more, so that it
/// need not wait for hours.
/// Owns:    borrows all it is given.
/// Threads: safe; has threads of its own from start() to stop().
class Runner {
public:
    Runner(const Settings& settings, const Places& places, Store& store, Live& live, Metrics& metrics);
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    void start();

    /// Asks the workers to end and begins nothing more; what was running is queued for the next start. Who waits for a look is refused.
    void end();

    /// The same, and waits until they have ended.
    void stop();

    /// A job was queued.
    void wake();

    /// Stops a job that waits or runs; one that has ended stays as it is.
    void cancel(const std::string& job);

    /// Stops whatever a worker does with a job and waits until that has ended.
    void discard(const std::string& job);

    /// Has a worker look at a file that was sent, and waits for that.
    /// Returns: what the page shows of it: width, height, duration …
    /// Errors:  HttpError 415 that says why it is no video, 503 where too many wait already or the server ends.
    Json probe(const std::filesystem::path& file, const std::string& name);

    static constexpr std::size_t kMostProbes = 32;

private:
    struct Probe {
        std::filesystem::path file;
        std::string name;
        std::promise<Json> answer;
    };
    /// What a thread does next.
    struct Work {
        std::shared_ptr<Probe> probe;
        std::optional<Job> job;
        std::shared_ptr<Child> child;
        std::string key() const { return probe ? probe->file.string() : job->id; }
    };

    void work(bool jobs_too);
    std::optional<Work> next(bool jobs_too);
    void look(Probe& probe, Child& child);
    void run(const Job& job, Child& child);
    void run_task(const Job& job, Child& child, const std::string& kind);
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
    std::map<std::string, std::shared_ptr<Child>> children_;  ///< by job or by the file that is being looked at
    std::deque<std::shared_ptr<Probe>> probes_;               ///< that wait
    std::size_t probing_ = 0;                                 ///< that wait or are being looked at
    bool stopping_ = false;
};

}  // namespace invisiblur::serve
