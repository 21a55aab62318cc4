// The number of threads changes no pixel.
#include <doctest/doctest.h>

#include "cli/program.hpp"
#include "support/clips.hpp"

using namespace invisiblur::test;

TEST_CASE("the same hashes with 1, 2, 3 and 8 threads, in one pass and in two") {
    const TempDir dir;
    make_clip(dir / "in.mkv", "-i media/sample.mkv -frames:v 16 -an -c:v libx264 -qp 10 -bf 2 -threads 1");
    for (const std::string passes : {"1", "2"}) {
        CAPTURE(passes);
        const auto hashes = [&](const std::string& threads) {
            const Finished finished = transcode_command({"-q", "--hash", "--passes", passes, "--threads", threads, dir / "in.mkv"});
            CHECK(finished.status == 0);
            CHECK(finished.err == "");
            return finished.out;
        };
        const std::string one = hashes("1");
        CHECK(split(one, '\n').size() >= 16);
        for (const char* threads : {"2", "3", "8"}) CHECK(hashes(threads) == one);
    }
}
