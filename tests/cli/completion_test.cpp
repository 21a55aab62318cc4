#include <doctest/doctest.h>

#include <algorithm>

#include "cli/program.hpp"
#include "invisiblur/options.hpp"
#include "options/option_text.hpp"

using namespace invisiblur;

namespace {

/// What bash offers for the last of the words; program is the first of them.
std::vector<std::string> offered(const std::string& words) {
    const std::string script = "eval \"$(\"" + test::program() + "\" --print-table bash)\"; COMP_WORDS=(" + words +
                               "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _invis_transcode; printf '%s\\n' \"${COMPREPLY[@]}\"";
    const test::Finished finished = test::run({"bash", "--norc", "-c", script});
    CHECK(finished.err == "");
    return split_escaped(finished.out, '\n');
}

bool has(const std::vector<std::string>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

}  // namespace

TEST_CASE("bash completes the options and the words they take") {
    const auto flags = offered("invis-transcode --sens");
    CHECK(has(flags, "--sensitivity"));
    CHECK_FALSE(has(flags, "--plate"));
    CHECK(offered("invis-transcode --sensitivity c") == std::vector<std::string>{"cautious", ""});
    const auto plates = offered("invis-transcode --plate ''");
    CHECK(has(plates, "auto"));
    CHECK(has(plates, "README.md"));  // FILE is among what it takes, and the tests run in the repository's folder
    CHECK_FALSE(has(offered("invis-transcode --min-face ''"), "README.md"));
    CHECK(has(offered("invis-transcode READ"), "README.md"));
}

TEST_CASE("zsh's completion knows every option and is sound") {
    const auto zsh = test::transcode_command({"--print-table", "zsh"});
    REQUIRE(zsh.status == 0);
    CHECK(zsh.out.starts_with("#compdef invis-transcode\n"));
    for (const OptionRow& row : option_table()) {
        std::string flag(row.flags.substr(0, row.flags.find(',')));
        if (const auto colon = flag.find(':'); colon != std::string::npos) flag.insert(colon, 1, '\\');
        CHECK_MESSAGE(zsh.out.find(flag + "[") != std::string::npos, flag);
    }
    const auto checked = test::run({"bash", "-c", "command -v zsh >/dev/null || exit 77; \"" + test::program() + "\" --print-table zsh | zsh -n /dev/stdin"});
    if (checked.status == 77) {
        MESSAGE("skipped: no zsh to read it");
    } else {
        CHECK(checked.status == 0);
    }
}
