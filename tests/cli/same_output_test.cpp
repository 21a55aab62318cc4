// Two runs with one output, and what a run that was killed leaves.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "bad_input/refusal.hpp"
#include "base/part_file.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

constexpr const char* kSmallClip = "-f lavfi -i testsrc2=s=96x64:r=10:d=0.5 -c:v ffv1";

}  // namespace

TEST_CASE("what another run is writing is left to it, at once and with -y too") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kSmallClip);
    const PartFile other(folder / "in_invisible.mkv");  // as a living run holds it
    for (const std::string flag : {"-n", "-y"}) {
        const Finished finished = transcode_command({flag, folder / "in.mkv"});
        CHECK(finished.status == 1);
        check_line(finished.err, {folder / "in_invisible.mkv", "another run is writing it"});
        CHECK(folder.names() == std::vector<std::string>{".in_invisible.mkv.part", "in.mkv"});
    }
}

TEST_CASE("one of many runs with the same output wins, and the others say so") {
    const TempDir folder, elsewhere;
    make_clip(folder / "in.mkv", kSmallClip);
    const std::string job = program() + " -q " + (folder / "in.mkv");
    const std::string line = "for i in 1 2 3 4; do (" + job + " 2>" + (elsewhere / "said.$i") + "; echo $? >>" +
                             (elsewhere / "status") + ") & done; wait";
    CHECK(shell(line).status == 0);
    std::string statuses = content_of(elsewhere / "status");
    CHECK(std::ranges::count(statuses, '0') == 1);
    CHECK(std::ranges::count(statuses, '1') == 3);
    for (int i = 1; i <= 4; ++i) {
        const std::string said = content_of(elsewhere / ("said." + std::to_string(i)));
        const bool refused =
            said.find("another run is writing it") != std::string::npos || said.find("exists already") != std::string::npos;
        CHECK_MESSAGE((said.empty() || refused), said);
    }
    CHECK(folder.names() == std::vector<std::string>{"in.mkv", "in_invisible.mkv"});
}

TEST_CASE("what a killed run left is cleared away by the next one") {
    const TempDir folder;
    make_clip(folder / "in.mkv", kSmallClip);
    std::ofstream(folder / ".in_invisible.mkv.part") << "half a video";
    std::ofstream(folder / ".r.json.part") << "half a report";
    CHECK(transcode_command({"-q", "--report", folder / "r.json", folder / "in.mkv"}).status == 0);
    CHECK(folder.names() == std::vector<std::string>{"in.mkv", "in_invisible.mkv", "r.json"});
}

TEST_CASE("a batch that was killed goes on where it was") {
    const TempDir folder;
    make_clip(folder / "a.mkv", kSmallClip);
    make_clip(folder / "b.mkv", "-f lavfi -i testsrc2=s=640x360:r=25:d=20 -c:v mpeg4 -q:v 5");
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr)) _exit(126);
        execl(program().c_str(), "invis-transcode", "-q", folder.path().c_str(), nullptr);
        _exit(127);
    }
    const auto begun = [&] { return std::filesystem::exists(folder / ".b_invisible.mkv.part"); };
    for (int tries = 0; tries < 6000 && !begun(); ++tries) usleep(10'000);
    REQUIRE(begun());
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    CHECK(std::filesystem::exists(folder / ".b_invisible.mkv.part"));
    make_clip(folder / "b.mkv", kSmallClip);  // shorter: the test need not wait for it
    const Finished finished = transcode_command({folder.path().string()});
    CHECK(finished.status == 0);
    CHECK(finished.err.find("2 files: 1 done, 1 done before") != std::string::npos);
    CHECK(folder.names() == std::vector<std::string>{".invisiblur.jsonl", "a.mkv", "a_invisible.mkv", "b.mkv", "b_invisible.mkv"});
}

TEST_CASE("a part file: whole or not at all") {
    const TempDir folder;
    {
        PartFile part(folder / "x");
        CHECK(::write(part.descriptor(), "one", 3) == 3);
        CHECK_THROWS_WITH_AS(PartFile(folder / "x"), doctest::Contains("another run is writing it"), std::runtime_error);
    }
    CHECK(folder.names().empty());
    PartFile part(folder / "x");
    CHECK(::write(part.descriptor(), "two", 3) == 3);
    part.publish(PartFile::Existing::refuse);
    CHECK(content_of(folder / "x") == "two");
    PartFile late(folder / "x");
    CHECK_THROWS_WITH_AS(late.publish(PartFile::Existing::refuse), doctest::Contains("exists already"), std::runtime_error);
    CHECK(content_of(folder / "x") == "two");
    late.publish(PartFile::Existing::replace);
    CHECK(content_of(folder / "x").empty());
}
