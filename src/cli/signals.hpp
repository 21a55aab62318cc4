#pragma once
#include "invisiblur/transcode.hpp"

namespace invisiblur::cli {

/// From now on the first SIGINT, SIGTERM or SIGHUP stops the current job in order and a second one kills; SIGPIPE is a write error.
void install_signal_handlers();

/// While it lives, a signal cancels this job.
/// Threads: one at a time in the program.
class Cancellable {
public:
    explicit Cancellable(Progress& progress);
    ~Cancellable();
    Cancellable(const Cancellable&) = delete;
    Cancellable& operator=(const Cancellable&) = delete;
};

/// A signal came.
bool stop_requested();

}  // namespace invisiblur::cli
