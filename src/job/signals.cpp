#include "job/signals.hpp"

#include <array>
#include <atomic>
#include <csignal>

namespace invisiblur {
namespace {

constexpr int kStopSignals[] = {SIGINT, SIGTERM, SIGHUP};

// A handler can reach nothing but what is static and lock-free.
std::array<std::atomic<Progress*>, kMostJobs> current{};
std::atomic<bool> stopped{false};
static_assert(std::atomic<Progress*>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

void stop(int) {
    stopped = true;
    for (const std::atomic<Progress*>& slot : current) {
        if (Progress* const progress = slot) progress->cancel = true;
    }
    for (const int number : kStopSignals) std::signal(number, SIG_DFL);
}

}  // namespace

void install_signal_handlers() {
    std::signal(SIGPIPE, SIG_IGN);
    struct sigaction action {};
    action.sa_handler = stop;  // without SA_RESTART: a read that waits for a pipe must come back
    for (const int number : kStopSignals) {
        struct sigaction before {};
        sigaction(number, nullptr, &before);
        // nohup ignores SIGHUP on purpose; a script that starts jobs in the background does the same to SIGINT, by mere custom
        if (number != SIGHUP || before.sa_handler != SIG_IGN) sigaction(number, &action, nullptr);
    }
}

Cancellable::Cancellable(Progress& progress) : progress_(progress) {
    for (std::atomic<Progress*>& slot : current) {
        Progress* nobody = nullptr;
        if (slot.compare_exchange_strong(nobody, &progress)) break;
    }
    if (stopped) progress.cancel = true;
}

Cancellable::~Cancellable() {
    for (std::atomic<Progress*>& slot : current) {
        Progress* mine = &progress_;
        slot.compare_exchange_strong(mine, nullptr);
    }
}

bool stop_requested() {
    return stopped;
}

}  // namespace invisiblur
