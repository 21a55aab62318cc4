#include "base/thread_pool.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <latch>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

using invisiblur::ThreadPool;

TEST_CASE("a pool does as many things at the same time as it has threads, and gives each one's result") {
    constexpr int kThreads = 3;
    ThreadPool pool(kThreads);
    CHECK(pool.width() == kThreads);
    std::latch together(kThreads);  // nobody passes before all are in
    std::vector<std::future<int>> results;
    for (int i = 0; i < kThreads; ++i) {
        results.push_back(pool.submit([&together, i] {
            together.arrive_and_wait();
            return i * i;
        }));
    }
    for (int i = 0; i < kThreads; ++i) CHECK(results[static_cast<std::size_t>(i)].get() == i * i);
}

TEST_CASE("the same threads serve all work, and no more of them than were asked for") {
    ThreadPool pool(2);
    std::set<std::thread::id> seen;
    for (int i = 0; i < 50; ++i) seen.insert(pool.submit([] { return std::this_thread::get_id(); }).get());
    CHECK(seen.size() <= 2);
    CHECK(seen.count(std::this_thread::get_id()) == 0);
}

TEST_CASE("with one thread work is done by who asks for its result") {
    ThreadPool pool(1);
    CHECK(pool.width() == 1);
    bool done = false;
    std::future<std::thread::id> result = pool.submit([&] {
        done = true;
        return std::this_thread::get_id();
    });
    CHECK(!done);
    CHECK(result.get() == std::this_thread::get_id());
    CHECK(done);
}

TEST_CASE("what work throws comes out of its future, and the pool goes on") {
    ThreadPool pool(2);
    std::future<int> bad = pool.submit([]() -> int { throw std::runtime_error("no"); });
    CHECK_THROWS_WITH_AS(bad.get(), "no", std::runtime_error);
    CHECK(pool.submit([] { return 7; }).get() == 7);
}

TEST_CASE("a pool that ends does not begin what waits") {
    std::atomic<int> begun{0};
    std::vector<std::future<void>> results;
    {
        ThreadPool pool(2);
        std::latch started(2);
        std::promise<void> go;
        const std::shared_future<void> gone = go.get_future().share();
        for (int i = 0; i < 10; ++i) {
            results.push_back(pool.submit([&begun, &started, gone] {
                if (++begun <= 2) started.count_down();
                gone.wait();
            }));
        }
        started.wait();
        std::thread later([&go] { go.set_value(); });
        later.join();
    }
    CHECK(begun >= 2);
    int broken = 0;
    for (std::future<void>& result : results) {
        try {
            result.get();
        } catch (const std::future_error&) {
            ++broken;
        }
    }
    CHECK(broken == 10 - begun);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // whose shadow takes terabytes of the memory that is limited here

TEST_CASE("where a thread cannot be made those that were are ended, and the pool's maker gets an exception") {
    const pid_t child = fork();
    if (child == 0) {
        rlim_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages;
        const rlim_t bytes = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + (64 << 20);  // room for a few stacks
        const rlimit limit{bytes, bytes};
        if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(2);
        try {
            const ThreadPool pool(256);
            _exit(3);
        } catch (const std::exception&) {
            _exit(0);
        }
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}

#endif
