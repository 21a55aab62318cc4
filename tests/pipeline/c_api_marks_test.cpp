// Marks in frames that go through the C API.
#include <doctest/doctest.h>

#include <string>

#include "invisiblur/invisiblur.h"
#include "support/c_api_run.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

TEST_CASE("the C API draws marks") {
    Given plain, outlined, labelled;
    outlined.options += ":mark=outline";
    labelled.options += ":mark=label:label=b(6)";
    const Received without = through_c_api(plain), line = through_c_api(outlined), text = through_c_api(labelled);
    REQUIRE(line.pictures.size() == without.pictures.size());
    CHECK(line.pictures != without.pictures);
    CHECK(text.pictures != without.pictures);
    CHECK(text.pictures != line.pictures);
}

TEST_CASE("a label that cannot be written keeps the context from opening, with a sentence") {
    Given given;
    given.options += ":mark=label:label=שלום";
    InvisiblurContext* context = nullptr;
    CHECK(invisiblur_open(&context, given.options.c_str(), &kStream) < 0);
    CHECK(std::string(invisiblur_error(nullptr)).find("whose form depends on its neighbours") != std::string::npos);
    invisiblur_close(&context);
}
