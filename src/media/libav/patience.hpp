#pragma once
#include <atomic>
#include <chrono>

#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// Calls libav back from what may wait for ever, such as a connection, when a job is stopped or it has taken too long.
/// Owns:    borrows the flag; must outlive what was given its callback().
/// Threads: begin() may be called while another thread waits.
class Patience {
public:
    explicit Patience(const std::atomic<bool>* cancel = nullptr) : cancel_(cancel) {}
    Patience(const Patience&) = delete;
    Patience& operator=(const Patience&) = delete;

    /// From now on it may take so long; 0 for ever.
    void begin(double seconds) {
        end_ = seconds > 0 ? now() + static_cast<std::int64_t>(seconds * 1e9) : kNever;
    }

    bool is_over() const { return now() > end_; }

    AVIOInterruptCB callback() { return {&Patience::is_enough, this}; }

private:
    static constexpr std::int64_t kNever = INT64_MAX;

    static std::int64_t now() { return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count(); }

    static int is_enough(void* self) {
        const auto& patience = *static_cast<const Patience*>(self);
        return (patience.cancel_ && *patience.cancel_) || patience.is_over();
    }

    const std::atomic<bool>* cancel_;
    std::atomic<std::int64_t> end_{kNever};  ///< nanoseconds of the steady clock
};

}  // namespace invisiblur::av
