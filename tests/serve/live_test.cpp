#include "serve/live.hpp"

#include <doctest/doctest.h>

using namespace invisiblur::serve;

TEST_CASE("what is known of jobs that are gone is dropped, after who waits has heard of it") {
    Live live;
    live.touch("stays");
    live.touch("goes");
    const auto heard = live.version();
    live.forget("goes");
    live.keep_only({"stays"});
    CHECK(live.changed_since(heard).contains("goes"));
    live.keep_only({"stays"});
    CHECK(live.changed_since(0).size() == 1);
    CHECK(live.changed_since(0).contains("stays"));
}

TEST_CASE("a job that is made while others are swept stays known") {
    Live live;
    live.keep_only({});
    live.touch("new");
    live.keep_only({});  // it was not in the list that was read before
    CHECK(live.changed_since(0).contains("new"));
}
