#include "serve/connection_watch.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

using namespace invisiblur::serve;
using namespace std::chrono_literals;
using Phase = ConnectionWatch::Phase;

namespace {

/// A client, the watch over it, and a clock that the test sets.
struct Watched {
    Watched() {
        REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
        client = watch.add(sockets[0], start);
    }
    ~Watched() {
        watch.remove(client);
        for (const int socket : sockets) close(socket);
    }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

    bool is_cut_off_at(std::chrono::seconds time) {
        watch.look(start + time);
        char byte = 0;
        return recv(sockets[1], &byte, 1, MSG_DONTWAIT) == 0;
    }
    void enter(Phase phase, std::chrono::seconds time) { watch.enter(client, phase, start + time); }

    const ConnectionWatch::Clock::time_point start = ConnectionWatch::Clock::now();
    ConnectionWatch watch;
    ConnectionWatch::Client* client = nullptr;
    int sockets[2] = {-1, -1};
};

}  // namespace

TEST_CASE("headers that take longer than 15 seconds in all are cut off") {
    Watched watched;
    CHECK(!watched.is_cut_off_at(15s));
    CHECK(watched.is_cut_off_at(16s));
}

TEST_CASE("a connection waits 15 seconds for its next request") {
    Watched watched;
    watched.enter(Phase::answer, 10s);
    watched.enter(Phase::headers, 20s);
    CHECK(!watched.is_cut_off_at(35s));
    CHECK(watched.is_cut_off_at(36s));
}

TEST_CASE("a body may pause for 30 seconds") {
    Watched watched;
    watched.enter(Phase::body, 1s);
    watched.watch.count(watched.client, 1'000'000, watched.start + 10s);
    CHECK(!watched.is_cut_off_at(40s));
    CHECK(watched.is_cut_off_at(41s));
}

TEST_CASE("a body that dribbles is cut off after a while, one of 500 bytes a second is not") {
    for (const bool quick : {false, true}) {
        CAPTURE(quick);
        Watched watched;
        watched.enter(Phase::body, 0s);
        bool cut_off = false;
        for (auto time = 0s; time < 120s; time += 10s) {
            cut_off |= watched.is_cut_off_at(time);
            CHECK_FALSE((cut_off && time <= 30s));
            watched.watch.count(watched.client, quick ? 6000 : 4000, watched.start + time);
        }
        CHECK(cut_off != quick);
    }
}

TEST_CASE("each body has its own pace") {
    Watched watched;
    watched.enter(Phase::body, 0s);
    watched.watch.count(watched.client, 20'000, watched.start + 1s);
    watched.enter(Phase::headers, 100s);
    watched.enter(Phase::body, 101s);
    CHECK(!watched.is_cut_off_at(130s));
    watched.watch.count(watched.client, 1000, watched.start + 130s);
    CHECK(watched.is_cut_off_at(140s));
}

TEST_CASE("an answer that nobody takes is cut off, work that takes long is not") {
    Watched watched;
    watched.enter(Phase::work, 1s);
    CHECK(!watched.is_cut_off_at(3600s));
    watched.enter(Phase::answer, 3600s);
    CHECK(!watched.is_cut_off_at(3630s));
    CHECK(watched.is_cut_off_at(3631s));
}

TEST_CASE("in a crowd who has waited longest without a request makes room, and nobody else") {
    Watched busy, waits_longest, waits;
    ConnectionWatch watch;
    const auto now = ConnectionWatch::Clock::now();
    const auto has_end = [](const Watched& watched) {
        char byte = 0;
        return recv(watched.sockets[1], &byte, 1, MSG_DONTWAIT) == 0;
    };
    watch.enter(watch.add(busy.sockets[0], now), Phase::body, now);
    watch.add(waits_longest.sockets[0], now + 1s);
    watch.add(waits.sockets[0], now + 2s);
    for (std::size_t others = 3; others < ConnectionWatch::kCrowd; ++others) watch.add(-1, now + 3s);
    CHECK(!has_end(waits_longest));
    watch.add(-1, now + 4s);
    CHECK(has_end(waits_longest));
    CHECK(!has_end(waits));
    watch.add(-1, now + 4s);
    CHECK(has_end(waits));
    CHECK(!has_end(busy));
}
