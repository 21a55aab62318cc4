#include "base/thread_pool.hpp"

#include <algorithm>

namespace invisiblur {

// By way of the other constructor: where a thread cannot be made, those that were are ended by the destructor.
ThreadPool::ThreadPool(int threads) : ThreadPool() {
    for (int i = 0; i < threads && threads > 1; ++i) threads_.emplace_back([this] { run(); });
}

ThreadPool::~ThreadPool() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        waiting_.clear();
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::add(std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(work));
    }
    changed_.notify_one();
}

void ThreadPool::run() {
    for (;;) {
        std::function<void()> work;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
            if (ended_) return;
            work = std::move(waiting_.front());
            waiting_.pop_front();
        }
        work();
    }
}

int thread_count(int threads) {
    return threads > 0 ? threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace invisiblur
