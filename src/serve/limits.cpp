#include "serve/limits.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string>

#include "serve/system_calls.hpp"

namespace invisiblur::serve {
namespace {

// Threads and codecs map more than they use, so that an address space must be larger than the memory that is meant.
constexpr std::int64_t kLeastMemory = std::int64_t{4} << 30;

void limit(__rlimit_resource what, std::int64_t most) {
    if (most <= 0) return;
    rlimit both{};
    getrlimit(what, &both);
    both.rlim_cur = both.rlim_max = std::min(both.rlim_max, static_cast<rlim_t>(most));  // what the server itself was given holds too
    if (setrlimit(what, &both) != 0) throw std::runtime_error(std::string("cannot limit a worker: ") + std::strerror(errno));
}

}  // namespace

void confine_this_process(const WorkerLimits& limits) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#ifndef __SANITIZE_ADDRESS__  // which maps terabytes that it does not use
    limit(RLIMIT_AS, limits.memory);
#endif
    limit(RLIMIT_CPU, limits.cpu_s);
    limit(RLIMIT_FSIZE, limits.file_size);
    limit(RLIMIT_NOFILE, limits.files);
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);  // a core file would hold the faces
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) throw std::runtime_error("cannot confine a worker");
#ifndef __SANITIZE_ADDRESS__  // whose symbolizer is a program of its own
    allow_known_system_calls();
#endif
}

std::int64_t usual_worker_memory(int jobs) {
    const std::int64_t all = std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
    return std::max(kLeastMemory, all / std::max(1, jobs));
}

}  // namespace invisiblur::serve
