#include "base/thread_group.hpp"

#include <chrono>

#include "invisiblur/error.hpp"

namespace invisiblur {

ThreadGroup::~ThreadGroup() {
    abort_all_();
    for (std::thread& thread : threads_)
        if (thread.joinable()) thread.join();
}

void ThreadGroup::start(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    threads_.emplace_back([this, work = std::move(work)] { run(work); });
    ++running_;
}

void ThreadGroup::run(const std::function<void()>& work) noexcept {
    std::exception_ptr failure;
    try {
        work();
    } catch (...) {
        failure = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    if (failure && !first_) first_ = failure;
    if (failure) abort_all_();
    --running_;
    changed_.notify_all();
}

void ThreadGroup::wait(const std::atomic<bool>& cancel) {
    constexpr auto kLook = std::chrono::milliseconds(100);
    {
        std::unique_lock lock(mutex_);
        while (!changed_.wait_for(lock, kLook, [this] { return running_ == 0; }))
            if (cancel) abort_all_();
    }
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    if (cancel) throw Cancelled("stopped");
    if (first_) std::rethrow_exception(first_);
}

}  // namespace invisiblur
