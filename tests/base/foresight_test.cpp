#include "base/foresight.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace invisiblur;

TEST_CASE("things are announced some steps before they come, each once and in order") {
    BoundedQueue<int> queue(10);
    for (int i = 0; i < 6; ++i) queue.push(i);
    queue.close();
    std::vector<int> announced;
    Foresight<int> coming(queue, 3, [&](const int& thing) { announced.push_back(thing); });
    for (int i = 0; i < 6; ++i) {
        CHECK(coming.next() == i);
        CHECK(static_cast<int>(announced.size()) == std::min(6, i + 3));
    }
    CHECK(!coming.next());
    CHECK(announced == std::vector<int>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("it does not wait for more than the next thing") {
    BoundedQueue<int> queue(10);
    queue.push(1);
    Foresight<int> coming(queue, 4, [](const int&) {});
    CHECK(coming.next() == 1);
}

TEST_CASE("a queue that is broken off gives nothing more, not even what was announced") {
    BoundedQueue<int> queue(10);
    queue.push(1);
    queue.push(2);
    Foresight<int> coming(queue, 4, [](const int&) {});
    CHECK(coming.next() == 1);
    queue.abort();
    CHECK(!coming.next());
}
