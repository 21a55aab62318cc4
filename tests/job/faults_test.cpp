// Whatever fails in the middle: the source is as it was, nothing stands beside it, and one sentence says why.
#include "base/fault_point.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <string_view>

#include "base/sha256.hpp"
#include "invisiblur/transcode.hpp"
#include "support/clips.hpp"
#include "support/process.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

const char* fail_place = "";
std::int64_t fail_from = 0;
std::atomic<int> failed{0};

struct Silent : Progress {
    void warn(const std::string&) override {}
};

/// Runs a job in which one place fails from a count on; what its error said, "" where there was none.
std::string run_with_fault(const TempDir& folder, const char* place, std::int64_t from, const std::string& passes) {
    fail_place = place;
    fail_from = from;
    failed = 0;
    TranscodeJob job{folder / "in.mkv", folder / "out.mkv", {}};
    job.options.passes = passes;
    job.options.detect_size_px = 64;
    job.options.detect_every = 1;
    job.options.video_codec = "ffv1";
    job.options.report = folder / "r.json";
    Silent progress;
    std::string said;
    try {
        transcode(job, progress);
    } catch (const std::exception& error) {
        said = error.what();
    }
    fail_place = "";
    return said;
}

}  // namespace

extern "C" int invisiblur_fault(const char* place, std::int64_t count) {
    if (std::string_view(place) != fail_place || count < fail_from) return 0;
    ++failed;
    return 1;
}

TEST_CASE("a detector, an encoder or a disk that fails stops the job and leaves nothing") {
    const TempDir folder;
    make_clip(folder / "in.mkv", "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -c:v ffv1");
    const std::string before = sha256_file(folder / "in.mkv");
    const auto size = static_cast<std::int64_t>(std::filesystem::file_size(folder / "in.mkv"));
    struct Fault {
        const char* place;
        std::int64_t from;
        const char* word;
    };
    for (const Fault& fault : {Fault{"detect", 0, "the face detector failed"}, Fault{"detect", 17, "the face detector failed"},
                               Fault{"encode", 0, "cannot encode"}, Fault{"encode", 31, "cannot encode"}, Fault{"read", 0, "in.mkv"},
                               Fault{"read", size / 2, "in.mkv after 0:00:0"}, Fault{"read", size - 1000, "in.mkv"}}) {
        for (const std::string passes : {"1", "2"}) {
            CAPTURE(fault.place);
            CAPTURE(fault.from);
            CAPTURE(passes);
            const std::string said = run_with_fault(folder, fault.place, fault.from, passes);
            CHECK(failed > 0);
            CHECK_MESSAGE(said.find(fault.word) != std::string::npos, said);
            CHECK(folder.names() == std::vector<std::string>{"in.mkv"});
            CHECK(sha256_file(folder / "in.mkv") == before);
        }
    }
    CHECK(run_with_fault(folder, "", 0, "2").empty());
    CHECK(folder.names() == std::vector<std::string>{"in.mkv", "out.mkv", "r.json"});
}
