#include "base/bounded_queue.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <vector>

using invisiblur::BoundedQueue;

namespace {

struct AtEnd {
    std::function<void()> then;
    explicit AtEnd(std::function<void()> what) : then(std::move(what)) {}
    ~AtEnd() { then(); }
};

}  // namespace

TEST_CASE("things come out in order, and the end is told") {
    BoundedQueue<int> queue(3);
    std::vector<int> got;
    std::thread taker([&] {
        while (auto thing = queue.pop()) got.push_back(*thing);
    });
    for (int i = 0; i < 100; ++i) CHECK(queue.push(i));
    queue.close();
    taker.join();
    REQUIRE(got.size() == 100);
    for (int i = 0; i < 100; ++i) CHECK(got[static_cast<std::size_t>(i)] == i);
    CHECK_FALSE(queue.aborted());
}

TEST_CASE("a thing heavier than the capacity passes when the queue is empty") {
    BoundedQueue<int> queue(2);
    CHECK(queue.push(7, 10));
    CHECK(queue.pop() == 7);
}

TEST_CASE("abort wakes a full giver and an empty taker and drops what is held") {
    BoundedQueue<std::unique_ptr<int>> full(1), empty(1);
    CHECK(full.push(std::make_unique<int>(1)));
    bool given = true, taken = true;
    std::thread giver([&] { given = full.push(std::make_unique<int>(2)); });
    std::thread taker([&] { taken = empty.pop().has_value(); });
    full.abort();
    empty.abort();
    giver.join();
    taker.join();
    CHECK_FALSE(given);
    CHECK_FALSE(taken);
    CHECK_FALSE(full.pop().has_value());
    CHECK(full.aborted());
}

TEST_CASE("what abort drops may take its time without holding anybody up") {
    // As the future of a frame does that is still worked on: its end waits here until another thread had an answer from the same queue.
    BoundedQueue<std::unique_ptr<AtEnd>> queue(1);
    std::promise<bool> answer;
    std::thread asking;
    bool answered = false;
    CHECK(queue.push(std::make_unique<AtEnd>([&] {
        asking = std::thread([&] { answer.set_value(queue.aborted()); });
        answered = answer.get_future().wait_for(std::chrono::seconds(20)) == std::future_status::ready;
    })));
    queue.abort();
    asking.join();
    CHECK(answered);
}
