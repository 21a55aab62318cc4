#include "serve/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
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
    int ends[2]{-1, -1};
};

void write_all(int descriptor, const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t wrote = write(descriptor, text.data() + done, text.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return;  // it is dead already; its end says so
        done += static_cast<std::size_t>(wrote);
    }
}

}  // namespace

void Child::start(const std::string& task) {
    Pipe in, out;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.ends[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out.ends[1], STDOUT_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);  // Ctrl-C is the server's to hear
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    char name[] = "invis-serve", mode[] = "--worker";
    char* const arguments[] = {name, mode, nullptr};
    pid_t pid = 0;
    const int error = posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    check(error, "start a worker");
    pid_ = pid;
    if (stopped_) ::kill(pid, SIGTERM);
    close(std::exchange(in.ends[0], -1));
    write_all(in.ends[1], task);
    output_ = std::exchange(out.ends[0], -1);
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
            ::kill(pid_, SIGKILL);
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
ChildEnd Child::wait() {
    ChildEnd end;
    int status = 0;
    const auto deadline = Clock::now() + kPatience;
    const pid_t pid = pid_;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (Clock::now() > deadline) ::kill(pid, SIGKILL);
        usleep(5000);
    }
    pid_ = 0;
    if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
    if (WIFEXITED(status)) end.status = WEXITSTATUS(status);
    return end;
}

ChildEnd Child::run(const std::string& task, const std::function<void(const std::string&)>& line, std::chrono::seconds longest) {
    start(task);
    bool in_time = true;
    try {
        in_time = read_lines(line, longest);
    } catch (...) {
        ::kill(pid_, SIGKILL);
        wait();
        close(std::exchange(output_, -1));
        throw;
    }
    close(std::exchange(output_, -1));
    if (!in_time) ::kill(pid_, SIGKILL);
    ChildEnd end = wait();
    end.in_time = in_time;
    return end;
}

void Child::stop() {
    stopped_at_ = Clock::now().time_since_epoch().count();
    stopped_ = true;
    if (const pid_t pid = pid_; pid > 0) ::kill(pid, SIGTERM);
}

}  // namespace invisiblur::serve
