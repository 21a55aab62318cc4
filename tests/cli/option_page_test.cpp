#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "cli/program.hpp"

using namespace invisiblur;

TEST_CASE("the option table of docs/options.md is the program's") {
    std::ostringstream text;
    text << std::ifstream("docs/options.md").rdbuf();
    const std::string page = text.str(), begin = "<!-- options -->\n", end = "<!-- /options -->";
    const auto first = page.find(begin), last = page.find(end);
    REQUIRE(first != std::string::npos);
    REQUIRE(last != std::string::npos);
    const auto table = test::transcode_command({"--print-table", "markdown"});
    REQUIRE(table.status == 0);
    INFO("mend it with: invis-transcode --print-table markdown, between the two markers");
    CHECK(page.substr(first + begin.size(), last - first - begin.size()) == table.out);
}
