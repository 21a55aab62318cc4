#pragma once
#include "invisiblur/transcode.hpp"

namespace invisiblur {

/// As many jobs as may run at the same time.
inline constexpr int kMostJobs = 64;

/// From now on the first SIGINT, SIGTERM or SIGHUP stops the running jobs in order and a second one kills; SIGPIPE is a write error.
void install_signal_handlers();

/// While it lives, a signal cancels this job.
/// Owns:    borrows the progress, which should live on for a moment: a handler can have its address in hand.
/// Threads: safe; kMostJobs of them in the program.
class Cancellable {
public:
    explicit Cancellable(Progress& progress);
    ~Cancellable();
    Cancellable(const Cancellable&) = delete;
    Cancellable& operator=(const Cancellable&) = delete;

private:
    Progress& progress_;
};

/// A signal came.
bool stop_requested();

}  // namespace invisiblur
