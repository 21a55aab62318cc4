// Stopped at any moment, politely or not: nothing stands under the output's name.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include "bad_input/refusal.hpp"

using namespace invisiblur::test;

namespace {

/// Starts the program, sends it the signal after a while and waits. In: command, all arguments; errors, a file for its words.
int kill_after(const std::vector<std::string>& command, int signal_number, int delay_ms, const std::string& errors) {
    std::vector<char*> raw;
    for (const std::string& word : command) raw.push_back(const_cast<char*>(word.c_str()));
    raw.push_back(nullptr);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (!freopen(errors.c_str(), "w", stderr)) _exit(126);
        execv(raw[0], raw.data());
        _exit(127);
    }
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
        for (const int delay_ms : {20, 200, 700}) {
            for (const char* passes : {"1", "2"}) {
                CAPTURE(signal_number);
                CAPTURE(delay_ms);
                CAPTURE(passes);
                const int status = kill_after(
                    {program(), "--progress", "none", "--tracks", tracks, "--passes", passes, "-c:v", "libx264", folder / "in.mkv"},
                    signal_number, delay_ms, said);
                CHECK_FALSE(std::filesystem::exists(folder / "in_invisible.mkv"));
                if (signal_number == SIGKILL) continue;  // what it cannot clean up has a hidden name of its own
                CHECK(folder.names() == std::vector<std::string>{"in.mkv"});
                if (delay_ms < 100) continue;  // before the handlers stand, the signal itself ends the program
                CHECK(WIFEXITED(status));
                CHECK(WEXITSTATUS(status) == 1);
                check_line(content_of(said), {"in.mkv: stopped; nothing was written"});
            }
        }
    }
}
