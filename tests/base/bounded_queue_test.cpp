#include "base/bounded_queue.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <thread>
#include <vector>

using invisiblur::BoundedQueue;

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
