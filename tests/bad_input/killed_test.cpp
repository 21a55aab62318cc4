// Stopped at any moment, politely or not: nothing stands under the output's name.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "bad_input/refusal.hpp"

using namespace invisiblur::test;

namespace {

constexpr int kWhenBegun = -1;

/// Waits until the result has been begun under its hidden name, half a minute at most.
void wait_for_part(const TempDir& folder) {
    for (int tries = 0; tries < 3000 && folder.names().size() < 2; ++tries) usleep(10'000);
    usleep(50'000);
}

/// Starts the program, sends it the signal after a while, or when it has begun the result, and waits; its status.
int kill_after(const std::vector<std::string>& command, int signal_number, int delay_ms, const TempDir& folder, const std::string& errors) {
    std::vector<char*> raw;
    for (const std::string& word : command) raw.push_back(const_cast<char*>(word.c_str()));
    raw.push_back(nullptr);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        signal(signal_number, SIG_DFL);  // doctest's own handler is for the parent
        if (!freopen(errors.c_str(), "w", stderr)) _exit(126);
        execv(raw[0], raw.data());
        _exit(127);
    }
    if (delay_ms == kWhenBegun)
        wait_for_part(folder);
    else
        usleep(static_cast<useconds_t>(delay_ms) * 1000);
    kill(child, signal_number);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return status;
}

}  // namespace

TEST_CASE("a job stopped at any moment leaves nothing under the output's name") {
    const TempDir folder, elsewhere;
    make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=640x360:r=25:d=60 -c:v mpeg4 -q:v 5");
    const std::string tracks = no_faces(elsewhere);
    const std::string said = elsewhere / "said";
    for (const int signal_number : {SIGINT, SIGTERM, SIGHUP, SIGKILL}) {
        for (const int delay_ms : {20, 200, kWhenBegun}) {
            for (const std::string passes : {"1", "2"}) {
                CAPTURE(signal_number);
                CAPTURE(delay_ms);
                CAPTURE(passes);
                const int status = kill_after(
                    {program(), "--progress", "none", "--tracks", tracks, "--passes", passes, "-c:v", "libx264", folder / "in.mkv"},
                    signal_number, delay_ms, folder, said);
                CHECK_FALSE(std::filesystem::exists(folder / "in_invisible.mkv"));
                if (signal_number == SIGKILL) {  // what it cannot clean up has a hidden name of its own
                    for (const std::string& name : folder.names()) {
                        if (name != "in.mkv") std::filesystem::remove(folder / name);
                    }
                    continue;
                }
                CHECK(folder.names() == std::vector<std::string>{"in.mkv"});
                if (delay_ms != kWhenBegun && WIFSIGNALED(status)) continue;  // before the handlers stood
                CHECK(WIFEXITED(status));
                CHECK(WEXITSTATUS(status) == 1);
                check_line(content_of(said), {"in.mkv: stopped; nothing was written"});
            }
        }
    }
}

TEST_CASE("at random moments of a whole run: the source stays, and the next run clears up and finishes") {
    const char* const wanted = std::getenv("INVISIBLUR_KILLS");
    const int kills = wanted != nullptr ? std::atoi(wanted) : 6;
    const TempDir folder, elsewhere;
    make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=320x180:r=25:d=4 -f lavfi -i sine=d=4 -c:v mpeg4 -q:v 5 -c:a flac");
    const std::string source = content_of(folder / "in.mkv"), said = elsewhere / "said";
    const std::vector<std::string> words = {"--progress", "none", "--detect-size", "64", "-c:v", "ffv1", "--report", folder / "r.json", "--save-tracks",
                                            folder / "t.json", folder / "in.mkv", "-o", folder / "out.nut"};
    std::vector<std::string> command = {program()};
    command.insert(command.end(), words.begin(), words.end());
    const auto finish = [&] {
        const Finished finished = transcode_command(words);
        CHECK_MESSAGE(finished.status == 0, finished.err);
        CHECK(folder.names() == std::vector<std::string>{"in.mkv", "out.nut", "r.json", "t.json"});
        std::string result = content_of(folder / "out.nut");
        for (const char* name : {"out.nut", "r.json", "t.json"}) std::filesystem::remove(folder / name);
        return result;
    };
    const auto began = std::chrono::steady_clock::now();
    const std::string whole = finish();
    const auto run_ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count();
    std::mt19937 random(20);
    for (int i = 0; i < kills; ++i) {
        const int signal_number = std::array{SIGKILL, SIGTERM, SIGINT}[static_cast<std::size_t>(i) % 3];
        const int delay_ms = std::uniform_int_distribution<int>(0, static_cast<int>(run_ms))(random);
        CAPTURE(signal_number);
        CAPTURE(delay_ms);
        const int status = kill_after(command, signal_number, delay_ms, folder, said);
        const bool done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        CHECK(content_of(folder / "in.mkv") == source);
        if (std::filesystem::exists(folder / "out.nut")) CHECK(content_of(folder / "out.nut") == whole);  // never half a result under the name
        if (done) CHECK(std::filesystem::exists(folder / "out.nut"));
        if (WIFEXITED(status) && !done) {
            CHECK(WEXITSTATUS(status) == 1);
            check_line(content_of(said), {"in.mkv: stopped; nothing was written"});
            CHECK(folder.names() == std::vector<std::string>{"in.mkv"});
        }
        for (const char* name : {"out.nut", "r.json", "t.json"}) std::filesystem::remove(folder / name);
        CHECK(finish() == whole);
    }
}
