#pragma once
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include "base/bounded_queue.hpp"

namespace invisiblur {

/// Takes things out of a queue some steps before they are wanted, so that somebody can begin with what can be done beforehand.
/// Threads: one thread at a time.
template <class T>
class Foresight {
public:
    /// In: steps, how many things are known beforehand at most, at least 1; announce, called with each thing as soon as it is known.
    Foresight(BoundedQueue<T>& queue, std::size_t steps, std::function<void(const T&)> announce)
        : queue_(queue), steps_(steps), announce_(std::move(announce)) {}

    /// Waits for the next thing; nothing at the queue's end and after its abort().
    std::optional<T> next() {
        while (near_.size() < steps_) {
            std::optional<T> thing = near_.empty() ? queue_.pop() : queue_.try_pop();
            if (!thing) break;
            announce_(*thing);
            near_.push_back(std::move(*thing));
        }
        if (near_.empty() || queue_.aborted()) return std::nullopt;
        T thing = std::move(near_.front());
        near_.pop_front();
        return thing;
    }

private:
    BoundedQueue<T>& queue_;
    std::size_t steps_;
    std::function<void(const T&)> announce_;
    std::deque<T> near_;
};

}  // namespace invisiblur
