#include "serve/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace invisiblur::serve {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::seconds(10);  ///< from stop() to the kill
constexpr int kLookMs = 100;
constexpr std::size_t kLongestLine = 1 << 20;

void check(int error, const char* what) {
    if (error != 0) throw std::runtime_error(std::string("cannot ") + what + ": " + std::strerror(error));
}

struct Pipe {
    Pipe() { check(pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno, "make a pipe"); }
    ~Pipe() {
        for (const int end : ends)
            if (end >= 0) close(end);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    void close_end(int end) { close(std::exchange(ends[end], -1)); }

    int ends[2]{-1, -1};
};

/// The server's without its secret.
std::vector<char*> make_environment() {
    std::vector<char*> variables;
    for (char** variable = environ; *variable; ++variable)
        if (!std::string_view(*variable).starts_with("INVISIBLUR_TOKEN=")) variables.push_back(*variable);
    variables.push_back(nullptr);
    return variables;
}

/// While it lives, this thread gets no signals: a new process must not run the server's handlers.
class Unsignalled {
public:
    Unsignalled() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~Unsignalled() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    Unsignalled(const Unsignalled&) = delete;
    Unsignalled& operator=(const Unsignalled&) = delete;

private:
    sigset_t before_{};
};

/// Signals as a new program expects them, but a group of its own: Ctrl-C is the server's to hear.
void reset_signals() noexcept {
    struct sigaction usual {};
    usual.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) sigaction(number, &usual, nullptr);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    setpgid(0, 0);
}

/// In the new process, which other threads' locks may have been copied into: nothing but system calls. What fails is written to `failure`.
[[noreturn]] void become_worker(int input, int output, int failure, const FileRules& rules, char** environment) noexcept {
    reset_signals();
    const bool held = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && rules.apply();
    if (held && dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 && dup3(failure, STDERR_FILENO + 1, O_CLOEXEC) >= 0) {
        failure = STDERR_FILENO + 1;
        closefrom(failure + 1);
        for (const int end : {STDIN_FILENO, STDOUT_FILENO}) fcntl(end, F_SETFD, 0);  // where the pipe was there already, as none stood open
        char name[] = "invis-serve", mode[] = "--worker";
        char* const arguments[] = {name, mode, nullptr};
        execve("/proc/self/exe", arguments, environment);
    }
    const int error = errno;
    static_cast<void>(!write(failure, &error, sizeof error));
    _exit(1);
}

void write_all(int descriptor, const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t wrote = write(descriptor, text.data() + done, text.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return;  // it is dead already; its end says so
        done += static_cast<std::size_t>(wrote);
    }
}

}  // namespace

Child::~Child() {
    if (process_ >= 0) close(process_);
}

void Child::start(const std::string& task, const FileRules& rules) {
    Pipe in, out, failure;
    auto environment = make_environment();
    pid_t pid = 0;
    {
        const Unsignalled quiet;
        pid = _Fork();
        if (pid == 0) become_worker(in.ends[0], out.ends[1], failure.ends[1], rules, environment.data());
    }
    check(pid > 0 ? 0 : errno, "start a worker");
    const auto process = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    if (process < 0) {
        const int error = errno;
        ::kill(pid, SIGKILL);  // nobody has waited for it: the number is its own
        waitpid(pid, nullptr, 0);
        check(error, "start a worker");
    }
    process_ = process;
    if (stopped_) send(SIGTERM);
    in.close_end(0);
    out.close_end(1);
    failure.close_end(1);
    int error = 0;
    if (read(failure.ends[0], &error, sizeof error) == sizeof error) {
        wait();
        check(error, "start a worker");
    }
    write_all(in.ends[1], task);
    output_ = std::exchange(out.ends[0], -1);
}

void Child::send(int signal) const noexcept {
    if (const int process = process_; process >= 0) syscall(SYS_pidfd_send_signal, process, signal, nullptr, 0);
}

/// False where its time is over.
bool Child::read_lines(const std::function<void(const std::string&)>& line, std::chrono::seconds longest) {
    const auto deadline = Clock::now() + longest;
    std::string text;
    std::vector<char> buffer(1 << 16);
    for (;;) {
        pollfd waiting{output_, POLLIN, 0};
        const int ready = poll(&waiting, 1, kLookMs);
        const auto waited = Clock::duration(Clock::now().time_since_epoch().count() - stopped_at_);
        if (stopped_ && waited > kPatience) {
            send(SIGKILL);
            return true;
        }
        if (Clock::now() > deadline) return false;
        if (ready <= 0) continue;
        const ssize_t got = read(output_, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return true;
        text.append(buffer.data(), static_cast<std::size_t>(got));
        for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
            line(text.substr(0, end));
            text.erase(0, end + 1);
        }
        if (text.size() > kLongestLine) text.clear();  // no worker of ours says that
    }
}

/// It has closed its output or must go: a moment to end by itself, then a kill.
ChildEnd Child::wait() const {
    pollfd ended{process_, POLLIN, 0};
    if (poll(&ended, 1, static_cast<int>(std::chrono::milliseconds(kPatience).count())) <= 0) send(SIGKILL);
    siginfo_t how{};
    while (waitid(P_PIDFD, static_cast<id_t>(process_), &how, WEXITED) != 0 && errno == EINTR) {
    }
    ChildEnd end;
    (how.si_code == CLD_EXITED ? end.status : end.signal) = how.si_status;
    return end;
}

ChildEnd Child::run(const std::string& task, const FileRules& rules, const std::function<void(const std::string&)>& line,
                    std::chrono::seconds longest) {
    start(task, rules);
    bool in_time = true;
    try {
        in_time = read_lines(line, longest);
    } catch (...) {
        send(SIGKILL);
        wait();
        close(std::exchange(output_, -1));
        throw;
    }
    close(std::exchange(output_, -1));
    if (!in_time) send(SIGKILL);
    ChildEnd end = wait();
    end.in_time = in_time;
    return end;
}

void Child::stop() {
    stopped_at_ = Clock::now().time_since_epoch().count();
    stopped_ = true;
    send(SIGTERM);
}

}  // namespace invisiblur::serve
