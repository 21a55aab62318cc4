#include "base/signal_shield.hpp"

#include <pthread.h>

#include <ctime>
#include <initializer_list>

namespace invisiblur {

SignalShield::SignalShield() {
    sigemptyset(&shielded_);
    sigaddset(&shielded_, SIGPIPE);
    sigaddset(&shielded_, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &shielded_, &before_);
}

SignalShield::~SignalShield() {
    const timespec at_once{};
    for (const int signal : {SIGPIPE, SIGXFSZ}) {
        if (sigismember(&before_, signal)) continue;
        sigset_t one;
        sigemptyset(&one);
        sigaddset(&one, signal);
        while (sigtimedwait(&one, nullptr, &at_once) == signal) {  // else it would strike now
        }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace invisiblur
