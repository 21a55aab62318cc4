#pragma once
#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace invisiblur {

/// Threads that work on one thing: the first exception of any ends all, and comes out of wait().
/// Threads: one thread at a time.
class ThreadGroup {
public:
    /// In: abort_all, wakes up whatever the threads may wait for; called from any of them.
    explicit ThreadGroup(std::function<void()> abort_all) : abort_all_(std::move(abort_all)) {}
    ~ThreadGroup();
    ThreadGroup(const ThreadGroup&) = delete;
    ThreadGroup& operator=(const ThreadGroup&) = delete;

    void start(std::function<void()> work);

    /// Waits for all of them.
    /// Errors: what a thread threw; Cancelled where `cancel` was set.
    void wait(const std::atomic<bool>& cancel);

private:
    void run(const std::function<void()>& work) noexcept;

    std::function<void()> abort_all_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::exception_ptr first_;
    std::size_t running_ = 0;
    std::vector<std::thread> threads_;
};

}  // namespace invisiblur
