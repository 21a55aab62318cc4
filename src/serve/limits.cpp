#include "serve/limits.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>

namespace invisiblur::serve {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kArchitecture = 0;  // no filter is known for it; the other limits hold
#endif

// Threads and codecs map more than they use, so that an address space must be larger than the memory that is meant.
constexpr std::int64_t kLeastMemory = std::int64_t{4} << 30;

void limit(__rlimit_resource what, std::int64_t most) {
    if (most <= 0) return;
    const rlimit both{static_cast<rlim_t>(most), static_cast<rlim_t>(most)};
    if (setrlimit(what, &both) != 0) throw std::runtime_error(std::string("cannot limit a worker: ") + std::strerror(errno));
}

constexpr sock_filter statement(std::uint16_t code, std::uint32_t value) {
    return {code, 0, 0, value};
}

/// Jumps over `skip` statements where the value is not equal.
constexpr sock_filter unless_equal(std::uint32_t value, std::uint8_t skip) {
    return {BPF_JMP | BPF_JEQ | BPF_K, 0, skip, value};
}

constexpr std::uint32_t kRefuse = SECCOMP_RET_ERRNO | EACCES;

/// A codec that was taken over can neither start a program nor speak to anybody; see seccomp(2).
void refuse_system_calls() {
    if (kArchitecture == 0) return;
    std::array program{
        statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
        unless_equal(kArchitecture, 1),
        statement(BPF_JMP | BPF_JA, 1),
        statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        unless_equal(SYS_socket, 1),
        statement(BPF_RET | BPF_K, kRefuse),
        unless_equal(SYS_connect, 1),
        statement(BPF_RET | BPF_K, kRefuse),
        unless_equal(SYS_execve, 1),
        statement(BPF_RET | BPF_K, kRefuse),
        unless_equal(SYS_execveat, 1),
        statement(BPF_RET | BPF_K, kRefuse),
        unless_equal(SYS_ptrace, 1),
        statement(BPF_RET | BPF_K, kRefuse),
        unless_equal(SYS_process_vm_readv, 1),
        statement(BPF_RET | BPF_K, kRefuse),
        unless_equal(SYS_kill, 1),
        statement(BPF_RET | BPF_K, kRefuse),
        statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog filter{program.size(), program.data()};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
        throw std::runtime_error(std::string("cannot take the network from a worker: ") + std::strerror(errno));
}

}  // namespace

void confine_this_process(const WorkerLimits& limits) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#ifndef __SANITIZE_ADDRESS__  // which maps terabytes that it does not use
    limit(RLIMIT_AS, limits.memory);
#endif
    limit(RLIMIT_CPU, limits.cpu_s);
    limit(RLIMIT_FSIZE, limits.file_size);
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);  // a core file would hold the faces
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) throw std::runtime_error("cannot confine a worker");
#ifndef __SANITIZE_ADDRESS__  // whose symbolizer is a program of its own
    refuse_system_calls();
#endif
}

std::int64_t usual_worker_memory(int jobs) {
    const std::int64_t all = std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
    return std::max(kLeastMemory, all / std::max(1, jobs));
}

}  // namespace invisiblur::serve
