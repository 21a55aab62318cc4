#include "serve/child.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <csignal>
#include <functional>
#include <vector>

#include "serve/stand_in.hpp"

using namespace invisiblur::serve;

namespace {

/// Who was waited for. Its number is free from then on: the next process may have it.
struct Reaped {
    std::function<void()> then;
    std::vector<pid_t> numbers;
    int signalled = 0;  ///< how often such a number was given to kill()
} reaped;

void note(pid_t number) {
    if (number <= 0) return;
    reaped.numbers.push_back(number);
    if (reaped.then) reaped.then();
}

}  // namespace

// The system's, watched.
extern "C" pid_t waitpid(pid_t number, int* status, int options) {
    const auto ended = static_cast<pid_t>(syscall(SYS_wait4, number, status, options, nullptr));
    note(ended);
    return ended;
}

extern "C" int waitid(idtype_t kind, id_t id, siginfo_t* how, int options) {
    const auto done = static_cast<int>(syscall(SYS_waitid, kind, id, how, options, nullptr));
    if (done == 0) note(how->si_pid);
    return done;
}

extern "C" int kill(pid_t number, int signal) noexcept {
    for (const pid_t gone : reaped.numbers) reaped.signalled += gone == number ? 1 : 0;
    return static_cast<int>(syscall(SYS_kill, number, signal));
}

namespace {

Json run(const std::string& task) {
    Json last;
    Child child;
    const ChildEnd end = child.run(
        print({{"task", task}}), FileRules::of_this_program(), [&](const std::string& line) { last = Json::parse(line); }, std::chrono::hours(1));
    CHECK(end.status == 0);
    CHECK(end.signal == 0);
    return last;
}

}  // namespace

TEST_CASE("a worker has neither a file of the server nor its secret") {
    int client[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, client) == 0);  // as a library opens one, without a word about programs that are started
    setenv("INVISIBLUR_TOKEN", "not for workers", 1);
    const Json has = run("possessions");
    CHECK(has.at("files") == Json{"0", "1", "2"});
    CHECK(has.at("token") == "");
    for (const int end : client) close(end);
}

TEST_CASE("who stops a worker that has just ended signals nobody else") {
    Child child;
    reaped = {};
    reaped.then = [&] { child.stop(); };
    child.run(print({{"task", "nothing"}}), FileRules::of_this_program(), [](const std::string&) {}, std::chrono::hours(1));
    reaped.then = nullptr;
    CHECK(reaped.numbers.size() == 1);
    CHECK(reaped.signalled == 0);
}

TEST_CASE("a worker that was stopped before it began ends") {
    std::signal(SIGPIPE, SIG_IGN);  // as the server does: nobody may read the task any more
    Child child;
    child.stop();
    const ChildEnd end =
        child.run(print({{"task", "probe"}, {"source", "/proc/self/fd/0"}}), FileRules::of_this_program(), [](const std::string&) {}, std::chrono::hours(1));
    CHECK(end.signal == SIGTERM);
}
