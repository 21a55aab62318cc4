#include "serve/limits.hpp"

#include <dirent.h>
#include <dlfcn.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <utility>
#include <vector>

#include "detect/model_file.hpp"
#include "detect/module_network.hpp"
#include "invisiblur/options.hpp"
#include "serve/file_rules.hpp"
#include "serve/system_calls.hpp"
#include "support/at_hand.hpp"
#include "support/process.hpp"

using namespace invisiblur::serve;
using invisiblur::test::TempDir;

namespace {

/// What a taken-over decoder might try, and its answer: 0 where it succeeds, else an error of errno.h.
struct Attempt {
    std::string what;
    std::function<int()> act;
};

int error_of(long result) {
    return result >= 0 ? 0 : errno;
}

int open_and_close(const std::string& path, int how) {
    const int descriptor = open(path.c_str(), how | O_CLOEXEC, 0600);
    if (descriptor < 0) return errno;
    close(descriptor);
    return 0;
}

/// The answers of a process that is confined as a worker is. Where it cannot even be confined, there are none.
std::vector<int> answers(const std::vector<Attempt>& attempts, const FileRules& rules, const WorkerLimits& limits = {}) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    if (child == 0) {
        try {
            if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !rules.apply()) _exit(1);
            confine_this_process(limits);
#ifdef __SANITIZE_ADDRESS__
            allow_known_system_calls();  // which is left out above for the sanitizer's sake
#endif
            for (const Attempt& attempt : attempts) {
                const int answer = attempt.act();
                if (write(ends[1], &answer, sizeof answer) != sizeof answer) _exit(1);
            }
        } catch (...) {
            _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    std::vector<int> all;
    for (int answer = 0; read(ends[0], &answer, sizeof answer) == sizeof answer;) all.push_back(answer);
    close(ends[0]);
    waitpid(child, nullptr, 0);
    return all;
}

void check_all_refused(const std::vector<Attempt>& attempts, const FileRules& rules) {
    const std::vector<int> all = answers(attempts, rules);
    REQUIRE(all.size() == attempts.size());
    for (std::size_t i = 0; i < all.size(); ++i) CHECK_MESSAGE(all[i] != 0, attempts[i].what);
}

void check_all_done(const std::vector<Attempt>& attempts, const FileRules& rules) {
    const std::vector<int> all = answers(attempts, rules);
    REQUIRE(all.size() == attempts.size());
    for (std::size_t i = 0; i < all.size(); ++i) CHECK_MESSAGE(all[i] == 0, attempts[i].what << ": " << std::strerror(all[i]));
}

/// A new process, which ends at once.
int make_process(unsigned long flags) {
    const long child = syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr);
    if (child == 0) _exit(0);
    return error_of(child);
}

/// Not a std::thread: the sanitizers look at its virtual table through a pipe, which a confined process may not make.
int start_thread() {
    int set = 1;
    pthread_t thread{};
    const auto name_itself = [](void* answer) -> void* {
        *static_cast<int*>(answer) = pthread_setname_np(pthread_self(), "worker");
        return nullptr;
    };
    if (const int error = pthread_create(&thread, nullptr, name_itself, &set)) return error;
    pthread_join(thread, nullptr);
    return set;
}

/// With the engine that a job takes by itself, and whose module and libraries are loaded here.
int run_network() {
#ifdef __SANITIZE_ADDRESS__
    return 0;  // as start_thread() says: here all of the product would be looked into
#endif
    if (!invisiblur::test::has_model()) return 0;
    const auto network = invisiblur::make_network({}, invisiblur::checked_model_file({}));
    const int sizes[] = {1, 3, 64, 96};
    const cv::Mat black(4, sizes, CV_32F, cv::Scalar(0));
    const bool is_first_choice = network->engine() == (invisiblur::ModuleNetwork::is_there("openvino") ? "openvino" : "opencv");
    return is_first_choice && !network->run(black).empty() ? 0 : ENOEXEC;
}

struct Rooms {
    Rooms() {
        for (const char* const name : {"in", "out", "elsewhere"}) mkdir((dir / name).c_str(), 0700);
        std::ofstream(dir / "in/source.mkv") << "source";
        std::ofstream(dir / "in/other.mkv") << "other";
        std::ofstream(dir / "elsewhere/secret.mkv") << "secret";
        rules.read(dir / "in/source.mkv");
        rules.write(dir / "out");
    }
    TempDir dir;
    FileRules rules = FileRules::of_this_program();
};

}  // namespace

TEST_CASE("a worker speaks to nobody, starts nothing and reaches into no other process") {
    const pid_t other = getpid();
    char byte = 0;
    const iovec here{&byte, 1}, there{&byte, 1};
    const std::vector<Attempt> attempts{
        {"io_uring_setup", [] {
             io_uring_params ring{};
             return error_of(syscall(SYS_io_uring_setup, 1, &ring));
         }},
        {"process_vm_readv", [&] { return error_of(process_vm_readv(other, &here, 1, &there, 1, 0)); }},
        {"process_vm_writev", [&] { return error_of(process_vm_writev(other, &here, 1, &there, 1, 0)); }},
        {"pidfd_open", [&] { return error_of(syscall(SYS_pidfd_open, other, 0)); }},
        {"pidfd_open of itself", [] { return error_of(syscall(SYS_pidfd_open, getpid(), 0)); }},
        {"tgkill", [&] { return error_of(syscall(SYS_tgkill, other, other, 0)); }},
        {"tkill", [&] { return error_of(syscall(SYS_tkill, other, 0)); }},
        {"kill", [&] { return error_of(kill(other, 0)); }},
        {"prlimit of another", [&] { return error_of(prlimit(other, RLIMIT_CORE, nullptr, nullptr)); }},
        {"ptrace", [] { return error_of(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }},
        {"socket", [] { return error_of(socket(AF_INET, SOCK_STREAM, 0)); }},
        {"socketpair", [] {
             int pair[2];
             return error_of(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
         }},
        {"execve", [] { return error_of(execl("/bin/true", "true", nullptr)); }},
        {"execveat", [] {
             char* const arguments[] = {nullptr};
             return error_of(syscall(SYS_execveat, AT_FDCWD, "/bin/true", arguments, arguments, 0));
         }},
        {"a process", [] { return make_process(SIGCHLD); }},
        {"a process in a namespace of its own", [] { return make_process(SIGCHLD | CLONE_NEWUSER); }},
        {"unshare", [] { return error_of(unshare(CLONE_NEWUSER)); }},
        {"signals by way of a file", [&] { return error_of(fcntl(0, F_SETOWN, other)); }},
        {"ioctl", [] {
             int waiting = 0;
             int ends[2];
             return pipe(ends) == 0 ? error_of(ioctl(ends[0], FIONREAD, &waiting)) : errno;
         }},
        {"bpf", [] { return error_of(syscall(SYS_bpf, 0, nullptr, 0)); }},
        {"keyctl", [] { return error_of(syscall(SYS_keyctl, 0, -3, 0)); }},
        {"memfd_create", [] { return error_of(syscall(SYS_memfd_create, "x", 0)); }},
        {"a call of tomorrow", [] { return error_of(syscall(1000)); }},
    };
    check_all_refused(attempts, FileRules::of_this_program());
}

TEST_CASE("a worker sees its input, its output's folder, and no other file") {
    if (!FileRules::kept()) {
        MESSAGE("skipped: this kernel has no Landlock");
        return;
    }
    const Rooms rooms;
    const auto& dir = rooms.dir;
    const std::string secret = dir / "elsewhere/secret.mkv";
    const std::vector<Attempt> attempts{
        {"reads a file elsewhere", [&] { return open_and_close(secret, O_RDONLY); }},
        {"reads the input's neighbour", [&] { return open_and_close(dir / "in/other.mkv", O_RDONLY); }},
        {"writes its input", [&] { return open_and_close(dir / "in/source.mkv", O_WRONLY); }},
        {"reads by way of its folder", [&] { return open_and_close(dir / "out/../elsewhere/secret.mkv", O_RDONLY); }},
        {"reads by way of a link", [&] {
             if (symlink(secret.c_str(), (dir / "out/link").c_str()) == 0) return open_and_close(dir / "out/link", O_RDONLY);
             return errno;
         }},
        {"reads by way of a hard link", [&] { return error_of(link(secret.c_str(), (dir / "out/hard").c_str())); }},
        {"lists a folder elsewhere", [&] { return opendir((dir / "elsewhere").c_str()) ? 0 : errno; }},
        {"reads the system's users", [] { return open_and_close("/etc/passwd", O_RDONLY); }},
        {"reads another process", [] { return open_and_close("/proc/" + std::to_string(getppid()) + "/environ", O_RDONLY); }},
        {"reads a device", [] { return open_and_close("/dev/zero", O_RDONLY); }},
        {"makes a file elsewhere", [&] { return open_and_close(dir / "elsewhere/new", O_WRONLY | O_CREAT); }},
        {"makes a file beside its input", [&] { return open_and_close(dir / "in/new", O_WRONLY | O_CREAT); }},
        {"makes a nameless file elsewhere", [&] { return open_and_close(dir / "elsewhere", O_WRONLY | O_TMPFILE); }},
        {"makes a folder", [&] { return error_of(mkdir((dir / "out/new").c_str(), 0700)); }},
        {"truncates a file elsewhere", [&] { return error_of(truncate(secret.c_str(), 0)); }},
        {"removes a file elsewhere", [&] { return error_of(unlink(secret.c_str())); }},
        {"takes a file from elsewhere", [&] { return error_of(rename(secret.c_str(), (dir / "out/taken").c_str())); }},
        {"lets a file be seen by all", [&] { return error_of(chmod(secret.c_str(), 0777)); }},
    };
    check_all_refused(attempts, rooms.rules);
    CHECK(invisiblur::test::content_of(secret) == "secret");
    CHECK(rooms.dir.names() == std::vector<std::string>{"elsewhere", "in", "out"});
}

TEST_CASE("a worker can do what its work is") {
    const Rooms rooms;
    const std::string part = rooms.dir / "out/.part", result = rooms.dir / "out/result";
    const std::vector<Attempt> attempts{
        {"reads its input", [&] { return open_and_close(rooms.dir / "in/source.mkv", O_RDONLY); }},
        {"makes a file", [&] { return open_and_close(part, O_RDWR | O_CREAT | O_EXCL); }},
        {"makes it shorter", [&] { return open_and_close(part, O_WRONLY | O_TRUNC); }},
        {"gives it its name", [&] { return error_of(renameat2(AT_FDCWD, part.c_str(), AT_FDCWD, result.c_str(), RENAME_NOREPLACE)); }},
        {"removes it", [&] { return error_of(unlink(result.c_str())); }},
        {"makes a nameless file", [&] { return open_and_close(rooms.dir / "out", O_RDWR | O_TMPFILE); }},
        {"starts a thread", start_thread},
        {"has a thread of a given stack", [] {
             pthread_attr_t size;
             pthread_attr_init(&size);
             pthread_attr_setstacksize(&size, 1 << 20);
             pthread_t thread;
             const int error = pthread_create(&thread, &size, [](void*) -> void* { return nullptr; }, nullptr);
             return error != 0 ? error : pthread_join(thread, nullptr);
         }},
        {"looks itself up", [] { return open_and_close("/proc/self/maps", O_RDONLY); }},
        {"counts processors", [] { return open_and_close("/sys/devices/system/cpu/online", O_RDONLY); }},
        {"loads a library", [] { return dlopen("libsqlite3.so.0", RTLD_NOW) ? 0 : ENOENT; }},
        {"runs the network", [] { return run_network(); }},
        {"signals itself", [] { return std::signal(SIGUSR1, SIG_IGN) == SIG_ERR ? errno : raise(SIGUSR1); }},
    };
    check_all_done(attempts, rooms.rules);
}

TEST_CASE("a worker has only so many files open, and takes no limit back") {
    const FileRules rules = FileRules::of_this_program();
    WorkerLimits limits;
    limits.files = 20;
    const Attempt open_many{"opens many", [] {
                                for (int i = 0; i < 30; ++i)
                                    if (open("/dev/null", O_RDONLY) < 0) return errno;
                                return 0;
                            }};
    const Attempt ask_back{"takes the limit back", [] {
                               const rlimit more{1000, 1000};
                               return error_of(setrlimit(RLIMIT_NOFILE, &more));
                           }};
    const std::vector<int> all = answers({open_many}, rules, limits);
    CHECK(all == std::vector<int>{EMFILE});
    CHECK(WorkerLimits{}.files > 0);
    CHECK(answers({ask_back}, rules, limits) == std::vector<int>{EPERM});
}
