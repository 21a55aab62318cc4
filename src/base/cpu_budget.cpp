#include "base/cpu_budget.hpp"

#include <unistd.h>

#include <vector>

namespace invisiblur {

CpuBudget::CpuBudget(int threads) {
    if (threads <= 0 || sched_getaffinity(0, sizeof before_, &before_) != 0) return;
    std::vector<int> allowed;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(cpu, &before_)) allowed.push_back(cpu);
    }
    const std::size_t wanted = static_cast<std::size_t>(threads);
    if (wanted >= allowed.size()) return;
    // Programs that run side by side begin at different processors.
    const std::size_t first = static_cast<std::size_t>(getpid()) % allowed.size();
    cpu_set_t some;
    CPU_ZERO(&some);
    for (std::size_t i = 0; i < wanted; ++i) CPU_SET(allowed[(first + i) % allowed.size()], &some);
    bound_ = sched_setaffinity(0, sizeof some, &some) == 0;
}

CpuBudget::~CpuBudget() {
    if (bound_) sched_setaffinity(0, sizeof before_, &before_);
}

}  // namespace invisiblur
