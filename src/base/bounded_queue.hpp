#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace invisiblur {

/// Hands things from one thread to another and holds the giver back while it is full.
/// Units:   capacity and weights in whatever the user counts; something heavier than the capacity waits for an empty queue.
/// Threads: safe.
template <class T>
class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

    /// False where the queue was aborted: nobody will take the thing, and it is dropped.
    bool push(T thing, std::size_t weight = 1) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return aborted_ || held_ == 0 || held_ + weight <= capacity_; });
        if (aborted_) return false;
        held_ += weight;
        things_.emplace_back(std::move(thing), weight);
        changed_.notify_all();
        return true;
    }

    /// As push(), but a full queue does not take the thing: false.
    bool try_push(T thing, std::size_t weight = 1) {
        const std::lock_guard lock(mutex_);
        if (aborted_ || (held_ > 0 && held_ + weight > capacity_)) return false;
        held_ += weight;
        things_.emplace_back(std::move(thing), weight);
        changed_.notify_all();
        return true;
    }

    /// Waits for the next thing; nothing at the end and after abort().
    std::optional<T> pop() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return aborted_ || closed_ || !things_.empty(); });
        if (aborted_ || things_.empty()) return std::nullopt;
        return take_front();
    }

    /// The same, but nothing, too, where none comes in this time.
    std::optional<T> pop_for(std::chrono::duration<double> time) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, time, [&] { return aborted_ || closed_ || !things_.empty(); });
        if (aborted_ || things_.empty()) return std::nullopt;
        return take_front();
    }

    /// Whether nothing will come any more.
    bool ended() const {
        const std::lock_guard lock(mutex_);
        return aborted_ || (closed_ && things_.empty());
    }

    /// The next thing where one is there; does not wait.
    std::optional<T> try_pop() {
        const std::lock_guard lock(mutex_);
        return aborted_ || things_.empty() ? std::nullopt : std::optional<T>(take_front());
    }

    /// Says that nothing more is pushed.
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        changed_.notify_all();
    }

    /// Wakes everybody up; what is held is dropped, however long its end takes, without holding anybody up.
    void abort() {
        std::deque<std::pair<T, std::size_t>> dropped;
        const std::lock_guard lock(mutex_);
        aborted_ = true;
        things_.swap(dropped);
        changed_.notify_all();
    }

    /// Tells the end from a broken-off job; both look alike to pop().
    bool aborted() const {
        const std::lock_guard lock(mutex_);
        return aborted_;
    }

private:
    T take_front() {
        T thing = std::move(things_.front().first);
        held_ -= things_.front().second;
        things_.pop_front();
        changed_.notify_all();
        return thing;
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::pair<T, std::size_t>> things_;
    std::size_t capacity_;
    std::size_t held_ = 0;
    bool closed_ = false;
    bool aborted_ = false;
};

}  // namespace invisiblur
