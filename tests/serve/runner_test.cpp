#include "serve/runner.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "serve/http_error.hpp"
#include "serve/stand_in.hpp"
#include "support/process.hpp"

using namespace invisiblur::serve;
using invisiblur::test::TempDir;

namespace {

/// A file that holds the worker up which looks at it, until let_go().
class SlowFile {
public:
    explicit SlowFile(std::string path) : path_(std::move(path)) { REQUIRE(mkfifo(path_.c_str(), 0600) == 0); }
    ~SlowFile() { let_go(); }
    SlowFile(SlowFile&& other) noexcept : path_(std::move(other.path_)), end_(std::exchange(other.end_, -1)) {}

    const std::string& path() const { return path_; }

    /// Whether a worker is looking at it.
    bool looked_at() {
        if (end_ < 0) end_ = open(path_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        return end_ >= 0;
    }
    void let_go() {
        if (end_ >= 0) close(std::exchange(end_, -1));
    }

private:
    std::string path_;
    int end_ = -1;
};

struct Parts {
    Parts() { settings.jobs = 2; }
    TempDir dir;
    Settings settings;
    Places places{dir / "data"};
    Store store{places.database()};
    Live live;
    Metrics metrics;
    Runner runner{settings, places, store, live, metrics};
};

}  // namespace

TEST_CASE("as many uploads as workers are looked at, some wait, the others are asked to come back") {
    constexpr int kAll = static_cast<int>(Runner::kMostProbes) + 8;
    constexpr int kAtOnce = 3;  // two that do jobs too, one that does not
    Parts parts;
    std::vector<SlowFile> files;
    for (int i = 0; i < kAll; ++i) files.emplace_back(parts.dir / std::to_string(i));
    parts.runner.start();
    std::atomic<int> done = 0, refused = 0;
    std::vector<std::thread> clients;
    for (const SlowFile& file : files) {
        clients.emplace_back([&parts, &done, &refused, path = file.path()] {
            try {
                parts.runner.probe(path, "a.mkv");
                ++done;
            } catch (const HttpError& error) {
                if (error.status == 503 && error.code == "busy") ++refused;
            }
        });
    }
    int looked_at = 0;
    while (looked_at <= kAtOnce && (looked_at < kAtOnce || refused < 8)) {
        looked_at = 0;
        for (SlowFile& file : files) looked_at += file.looked_at() ? 1 : 0;
        std::this_thread::yield();
    }
    CHECK(looked_at == kAtOnce);
    CHECK(refused == 8);
    while (done + refused < kAll) {
        for (SlowFile& file : files)
            if (file.looked_at()) file.let_go();
        std::this_thread::yield();
    }
    for (std::thread& client : clients) client.join();
    CHECK(done == static_cast<int>(Runner::kMostProbes));
}

TEST_CASE("a server that ends lets nobody wait for a look") {
    Parts parts;
    std::vector<SlowFile> files;
    for (int i = 0; i < 5; ++i) files.emplace_back(parts.dir / std::to_string(i));
    parts.runner.start();
    std::atomic<int> refused = 0;
    std::vector<std::thread> clients;
    for (const SlowFile& file : files) {
        clients.emplace_back([&parts, &refused, path = file.path()] {
            try {
                parts.runner.probe(path, "a.mkv");
            } catch (const HttpError& error) {
                refused += error.status == 503 ? 1 : 0;
            }
        });
    }
    while (std::ranges::count_if(files, &SlowFile::looked_at) < 3) std::this_thread::yield();
    parts.runner.stop();
    for (std::thread& client : clients) client.join();
    CHECK(refused == 5);
    CHECK_THROWS_AS(parts.runner.probe(files[0].path(), "a.mkv"), HttpError);
}
