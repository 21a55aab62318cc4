#include "serve/system_calls.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

namespace invisiblur::serve {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kArchitecture = 0;
#endif

// A refusal is an error and not the process's end: libraries try on their way what they can do without (memory nodes, priorities), each
// version something else, and who has taken a process over gains nothing by asking again.
constexpr std::uint32_t kAllow = SECCOMP_RET_ALLOW, kRefuse = SECCOMP_RET_ERRNO | EPERM;

// The newest call that this list has judged, set_mempolicy_home_node; the numbers up to it are the same on all architectures from 424 on.
// Later ones do not exist here, so that a later libc falls back to those that do.
constexpr std::uint32_t kNewest = 450;
constexpr std::uint32_t kUnknown = SECCOMP_RET_ERRNO | ENOSYS;

constexpr int kAllowed[] = {
    // bytes of files that are open
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_preadv, SYS_pwritev, SYS_lseek, SYS_close, SYS_dup, SYS_dup3,
    SYS_fsync, SYS_fdatasync, SYS_sync_file_range, SYS_ftruncate, SYS_fallocate, SYS_fadvise64, SYS_flock, SYS_copy_file_range, SYS_sendfile,
    // names of files, as far as FileRules lets them be seen; not truncate(), which early kernels do not hold against them
    SYS_openat, SYS_newfstatat, SYS_fstat, SYS_statx, SYS_statfs, SYS_fstatfs, SYS_faccessat, SYS_faccessat2, SYS_readlinkat, SYS_getdents64,
    SYS_getcwd, SYS_mkdirat, SYS_unlinkat, SYS_linkat, SYS_renameat, SYS_renameat2,
    // memory
    SYS_brk, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_msync, SYS_mincore, SYS_mlock, SYS_munlock, SYS_membarrier,
    // threads of this process; clone() below
    SYS_futex, SYS_set_robust_list, SYS_get_robust_list, SYS_rseq, SYS_set_tid_address, SYS_exit, SYS_exit_group, SYS_sched_yield,
    SYS_sched_getaffinity, SYS_sched_getparam, SYS_sched_getscheduler, SYS_sched_get_priority_max, SYS_sched_get_priority_min, SYS_getpriority,
    // signals to this process
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigtimedwait, SYS_rt_sigpending, SYS_rt_sigsuspend, SYS_sigaltstack,
    SYS_restart_syscall,
    // waiting, clocks
    SYS_ppoll, SYS_pselect6, SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_times, SYS_getrusage,
    // facts about itself and the machine
    SYS_getpid, SYS_getppid, SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_uname, SYS_sysinfo, SYS_getcpu, SYS_getrandom,
#ifdef __x86_64__  // the same by older names
    SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_getdents, SYS_mkdir, SYS_unlink, SYS_link, SYS_rename, SYS_dup2, SYS_poll,
    SYS_select, SYS_time,
#endif
};

// What a thread is made of; a process, or a thread with namespaces of its own, is something else.
constexpr std::uint32_t kThreadFlags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS |
                                       CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID;

/// A program for the kernel; see seccomp(2). Its accumulator holds the call's number wherever a part of it begins.
class Filter {
public:
    Filter() {
        load(offsetof(seccomp_data, arch));
        jump(BPF_JEQ, kArchitecture, 1, 0);
        end(SECCOMP_RET_KILL_PROCESS);  // a call by another architecture's numbers, which only an attack makes
        load(offsetof(seccomp_data, nr));
        jump(BPF_JGT, kNewest, 0, 1);
        end(kUnknown);
    }

    void answer(int call, std::uint32_t what) {
        jump(BPF_JEQ, static_cast<std::uint32_t>(call), 0, 1);
        end(what);
    }

    /// Only where one of its arguments, counted from 0 and of 32 bits, has one of these values.
    void allow(int call, unsigned argument, std::initializer_list<std::uint32_t> values) {
        jump(BPF_JEQ, static_cast<std::uint32_t>(call), 0, static_cast<std::uint8_t>(2 + 2 * values.size()));
        load_argument(argument);
        for (const std::uint32_t value : values) {
            jump(BPF_JEQ, value, 0, 1);
            end(kAllow);
        }
        end(kRefuse);
    }

    /// Only where these halves of its arguments are 0; those of the first are 0 and 1.
    void allow_if_zero(int call, std::initializer_list<unsigned> halves) {
        jump(BPF_JEQ, static_cast<std::uint32_t>(call), 0, static_cast<std::uint8_t>(3 * halves.size() + 1));
        for (const unsigned half : halves) {
            load(offsetof(seccomp_data, args) + half * sizeof(std::uint32_t));
            jump(BPF_JEQ, 0, 1, 0);
            end(kRefuse);
        }
        end(kAllow);
    }

    void allow_threads() {
        jump(BPF_JEQ, SYS_clone, 0, 5);
        load_argument(0);
        jump(BPF_JSET, ~kThreadFlags, 2, 0);
        jump(BPF_JSET, CLONE_THREAD, 0, 1);
        end(kAllow);
        end(kRefuse);
        answer(SYS_clone3, kUnknown);  // its flags are out of sight here; libc takes clone() then
    }

    /// For all threads, also those that a library has started already.
    void install() {
        end(kRefuse);
        const sock_fprog program{static_cast<unsigned short>(lines_.size()), lines_.data()};
        if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0) return;
        throw std::runtime_error(std::string("cannot keep system calls from a worker: ") + std::strerror(errno));
    }

private:
    void load(std::size_t offset) { lines_.push_back({BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)}); }
    void load_argument(unsigned argument) { load(offsetof(seccomp_data, args) + argument * sizeof(std::uint64_t)); }  // its low half comes first
    void jump(std::uint16_t test, std::uint32_t value, std::uint8_t over_if_true, std::uint8_t over_if_false) {
        lines_.push_back({static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), over_if_true, over_if_false, value});
    }
    void end(std::uint32_t what) { lines_.push_back({BPF_RET | BPF_K, 0, 0, what}); }

    std::vector<sock_filter> lines_;
};

}  // namespace

bool knows_system_calls() {
    return kArchitecture != 0;
}

void allow_known_system_calls() {
    if (!knows_system_calls()) return;
    const auto self = static_cast<std::uint32_t>(getpid());
    Filter filter;
    for (const int call : kAllowed) filter.answer(call, kAllow);
    filter.allow_threads();
    filter.allow(SYS_tgkill, 0, {self});  // abort()
    filter.allow_if_zero(SYS_prlimit64, {0, 4, 5});  // its own limits, to be read: nothing is to be set
    filter.allow(SYS_prctl, 0, {PR_SET_NAME, PR_GET_NAME});
    // Not F_SETOWN, by which the kernel sends signals to others; not ioctl() at all, by which a terminal is typed into.
    filter.allow(SYS_fcntl, 1, {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW});
    filter.install();
}

}  // namespace invisiblur::serve
