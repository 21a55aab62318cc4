// Regions that change while frames go through the C API.
#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "invisiblur/invisiblur.h"
#include "support/c_api_run.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

TEST_CASE("regions that change on the way hold from the next frame sent, as if they had been given with times") {
    const std::pair<std::string, std::string> cases[] = {{"region", "5,7,30,20"}, {"keep-region", "0,0,97,66"}, {"region", "1,1,9,9;50,30,20,20"}};
    for (const auto& [name, boxes] : cases) {
        CAPTURE(name);
        Given given, timed;
        std::string with_times;
        for (const std::string& box : split(boxes, ';')) with_times += (with_times.empty() ? "" : ";") + box + "@0.39-0.79";  // frames 10 to 19
        timed.options += ":" + name + "=" + with_times;
        const Received expected = through_c_api(timed), plain = through_c_api(given);
        CHECK(expected.pictures != plain.pictures);
        const Received changed = through_c_api(given, [&, &name = name, &boxes = boxes](InvisiblurContext* context, std::size_t n) {
            if (n == 10) CHECK(invisiblur_set_option(context, name.c_str(), boxes.c_str()) == 0);
            if (n == 20) CHECK(invisiblur_set_option(context, name.c_str(), n % 2 == 0 ? "" : nullptr) == 0);
        });
        CHECK(changed.pictures == expected.pictures);
        CHECK(changed.pictures[10] != plain.pictures[10]);
    }
}

TEST_CASE("a region that cannot be read changes nothing, and the context goes on") {
    Given given;
    given.options += ":region=5,7,30,20";
    const Received expected = through_c_api(given);
    const Received refused = through_c_api(given, [](InvisiblurContext* context, std::size_t n) {
        if (n != 7) return;
        for (const auto& [name, value] : {std::pair("region", "1,2,3"), std::pair("keep-region", "1,2,3,4@9-8"), std::pair("margin", "1"), std::pair("", "")}) {
            CHECK(invisiblur_set_option(context, name, value) == AVERROR(EINVAL));
            CHECK(std::string(invisiblur_error(context)).find(name) != std::string::npos);
        }
        CHECK(invisiblur_set_option(context, nullptr, nullptr) == AVERROR(EINVAL));
    });
    CHECK(refused.pictures == expected.pictures);
    CHECK(invisiblur_set_option(nullptr, "region", "1,2,3,4") == AVERROR(EINVAL));
}
