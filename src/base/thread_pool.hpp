#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace invisiblur {

/// Threads that take work off others' hands; work that is begun is done in the order in which it came.
/// Order:   the pool outlives the futures that are waited for. Its destructor does not begin what waits: those futures are broken.
/// Threads: safe.
class ThreadPool {
public:
    /// In: threads, how many work at the same time; 0 and 1 mean none of its own: work is done by who asks for its result.
    /// Errors: std::system_error or std::bad_alloc where there are no means for them.
    explicit ThreadPool(int threads);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    /// How many things are worth having in work: one for each thread, at least one.
    std::size_t width() const { return threads_.empty() ? 1 : threads_.size(); }

    /// Does some work.
    /// Returns: a future of what it gives or throws.
    template <class Work, class Result = std::invoke_result_t<Work>>
    std::future<Result> submit(Work work) {
        if (threads_.empty()) return std::async(std::launch::deferred, std::move(work));
        auto task = std::make_shared<std::packaged_task<Result()>>(std::move(work));
        std::future<Result> result = task->get_future();
        add([task] { (*task)(); });
        return result;
    }

private:
    ThreadPool() = default;
    void add(std::function<void()> work);
    void run();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> waiting_;
    bool ended_ = false;
    std::vector<std::thread> threads_;
};

/// options.threads as a number of threads: those of the machine for 0.
int thread_count(int threads);

}  // namespace invisiblur
