// The wall clock jumps by years, back and forth, whenever somebody looks at it: no job may wait for it or count with it.
#include <doctest/doctest.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

#include "cli/program.hpp"
#include "invisiblur/transcode.hpp"
#include "support/clips.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

std::atomic<bool> jumps{false};
std::atomic<int> looks{0};

/// What the kernel says, and while the clock jumps ten years more or less with every look.
timespec now(clockid_t clock) {
    timespec time{};
    syscall(SYS_clock_gettime, clock, &time);
    const bool wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    if (wall && jumps) time.tv_sec += (looks++ % 2 == 0 ? -10L : 10L) * 365 * 24 * 3600;
    return time;
}

struct Silent : Progress {
    void warn(const std::string&) override {}
};

std::string run_job(const TempDir& folder, const std::string& passes, const std::string& name) {
    TranscodeJob job{folder / "in.mkv", folder / name, {}};
    job.options.passes = passes;
    job.options.detect_size_px = 64;
    job.options.video_codec = "ffv1";
    job.options.threads = 2;
    job.options.report = folder / (name + ".json");
    Silent progress;
    transcode(job, progress);
    return content_of(folder / name);
}

}  // namespace

// A definition in the program takes the place of the C library's, also for the shared libraries.
extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
    *time = now(clock);
    return 0;
}

extern "C" time_t time(time_t* result) noexcept {
    const time_t seconds = now(CLOCK_REALTIME).tv_sec;
    if (result != nullptr) *result = seconds;
    return seconds;
}

extern "C" int gettimeofday(timeval* __restrict result, void* __restrict) noexcept {
    const timespec time = now(CLOCK_REALTIME);
    *result = {time.tv_sec, time.tv_nsec / 1000};
    return 0;
}

TEST_CASE("a clock that jumps changes no byte of the result") {
    const TempDir folder;
    make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=160x120:r=25:d=1 -f lavfi -i sine=d=1 -c:v ffv1 -c:a flac");
    for (const std::string passes : {"1", "2"}) {
        CAPTURE(passes);
        jumps = false;
        const std::string steady = run_job(folder, passes, "steady" + passes + ".nut");
        looks = 0;
        jumps = true;
        const std::string jumped = run_job(folder, passes, "jumped" + passes + ".nut");
        jumps = false;
        CHECK(looks > 0);  // the report's date, at least
        CHECK(!steady.empty());
        CHECK(steady == jumped);
    }
}
