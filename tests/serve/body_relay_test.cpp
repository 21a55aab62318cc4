#include "serve/body_relay.hpp"

#include <doctest/doctest.h>

#include <string>
#include <thread>

using namespace invisiblur::serve;

TEST_CASE("a body comes through whole and in order, and the reader learns whether it was whole") {
    for (const bool whole : {true, false}) {
        BodyRelay relay;
        std::string got;
        bool known_whole = !whole;
        std::thread reader([&] {
            for (auto piece = relay.next(); !piece.empty(); piece = relay.next()) got += piece;
            known_whole = relay.whole();
            relay.close();
        });
        std::string sent;
        for (int i = 0; i < 1000; ++i) {
            const std::string piece = std::to_string(i);  // gone after give()
            sent += piece;
            CHECK(relay.give(piece));
        }
        relay.end(whole);
        reader.join();
        CHECK(got == sent);
        CHECK(known_whole == whole);
    }
}

TEST_CASE("a reader that wants no body, or no more of it, holds nobody up") {
    BodyRelay relay;
    std::thread reader([&] { relay.close(); });
    CHECK(!relay.wanted());
    CHECK(!relay.give("x"));
    reader.join();
    BodyRelay second;
    std::thread once([&] {
        second.next();
        second.close();
    });
    CHECK(second.wanted());
    CHECK(!second.give("x"));
    CHECK(!second.give("y"));
    once.join();
}

TEST_CASE("the first end counts") {
    BodyRelay relay;
    relay.end(true);
    relay.end(false);
    CHECK(relay.next().empty());
    CHECK(relay.whole());
}
