#pragma once
#include <sched.h>

namespace invisiblur {

/// While it lives, this thread and those that it starts share so many processors: one bound for decoder, network, pool and encoder, whose
/// libraries have threads of their own and know nothing of each other.
/// In:     threads, how many processors; 0, and as many as there are or more, mean no bound.
/// Errors: none: where the system refuses it, each part still keeps to its own number of threads.
/// Threads: to be destroyed by the thread that made it.
class CpuBudget {
public:
    explicit CpuBudget(int threads);
    ~CpuBudget();
    CpuBudget(const CpuBudget&) = delete;
    CpuBudget& operator=(const CpuBudget&) = delete;

private:
    cpu_set_t before_{};
    bool bound_ = false;
};

}  // namespace invisiblur
