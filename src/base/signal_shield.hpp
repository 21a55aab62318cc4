#pragma once
#include <csignal>

namespace invisiblur {

/// While it lives, writing to a closed pipe or beyond a file size limit is an error in this thread and in those that it starts,
/// instead of the program's end.
class SignalShield {
public:
    SignalShield();
    ~SignalShield();
    SignalShield(const SignalShield&) = delete;
    SignalShield& operator=(const SignalShield&) = delete;

private:
    sigset_t shielded_{};
    sigset_t before_{};
};

}  // namespace invisiblur
