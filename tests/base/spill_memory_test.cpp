// Memory that goes to the disk: what is in it stays right, whatever the disk does, and the memory of long tracks stays flat.
#include "base/spill_memory.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "support/process.hpp"
#include "track/track_cursor.hpp"
#include "track/track_recorder.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

using Numbers = std::pmr::vector<int>;

/// A hundred vectors that grow side by side, as tracks do.
std::vector<Numbers> grow(SpillMemory& memory, int count) {
    std::vector<Numbers> all;
    for (int i = 0; i < 100; ++i) all.emplace_back(&memory);
    for (int n = 0; n < count; ++n)
        for (int i = 0; i < 100; ++i) all[static_cast<std::size_t>(i)].push_back(n * 100 + i);
    return all;
}

bool is_right(const std::vector<Numbers>& all, int count) {
    for (int i = 0; i < 100; ++i) {
        const Numbers& numbers = all[static_cast<std::size_t>(i)];
        if (numbers.size() != static_cast<std::size_t>(count)) return false;
        for (int n = 0; n < count; ++n)
            if (numbers[static_cast<std::size_t>(n)] != n * 100 + i) return false;
    }
    return true;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kCanMeasure = false;  // a sanitizer's own memory grows
#else
constexpr bool kCanMeasure = true;
#endif

/// Memory that the process holds, pages of files included.
double resident_mb() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
    }
    return 0;
}

}  // namespace

TEST_CASE("what lies on the disk is right, has no name there, and goes when it is given back") {
    const TempDir folder;
    SpillMemory memory({.ordinary_bytes = 100'000, .file_bytes = 1 << 20, .folder = folder.path()});
    {
        std::vector<Numbers> all = grow(memory, 20'000);
        CHECK(memory.file_bytes() > 8'000'000);
        CHECK(folder.names().empty());
        memory.release_pages();
        CHECK(is_right(all, 20'000));
        all.erase(all.begin(), all.begin() + 50);
        const std::size_t before = memory.file_bytes();
        const std::vector<Numbers> again = grow(memory, 5'000);  // takes the place of what went
        CHECK(memory.file_bytes() == before);
        CHECK(is_right(again, 5'000));
    }
    CHECK(memory.file_bytes() == 0);
}

TEST_CASE("little stays in ordinary memory, and so does all where no file can be made") {
    SpillMemory little;
    CHECK(is_right(grow(little, 1000), 1000));
    CHECK(little.file_bytes() == 0);
    SpillMemory nowhere({.ordinary_bytes = 0, .file_bytes = 1 << 20, .folder = "/nowhere/at/all"});
    CHECK(is_right(grow(nowhere, 20'000), 20'000));
    CHECK(nowhere.file_bytes() == 0);
    SpillMemory full({.ordinary_bytes = 0, .file_bytes = std::size_t{1} << 60, .folder = ""});  // larger than any disk
    CHECK(is_right(grow(full, 20'000), 20'000));
    CHECK(full.file_bytes() == 0);
}

TEST_CASE("a hundred faces for long: the log and the way back through it need no more memory for more frames") {
    // INVISIBLUR_LONG_FRAMES=720000 are eight hours
    const char* const wanted = std::getenv("INVISIBLUR_LONG_FRAMES");
    const int frames = wanted != nullptr ? std::atoi(wanted) : 60'000;
    constexpr int kFaces = 100, kLife_frames = 250;
    TrackRecorder log({3840, 2160, 0, 1, 25, 25});
    const auto box_at = [](int n, int i) { return Box{static_cast<float>(i * 30), static_cast<float>(n % 2000), 40, 50}; };
    double early = 0, most = 0;
    const auto watch = [&](int n, int total) {
        if (n == total / 4) early = resident_mb();
        if (n % 1000 == 0 && n > total / 4) most = std::max(most, resident_mb());
    };
    for (int n = 0; n < frames; ++n) {
        std::vector<TrackedFace> faces;
        for (int i = 0; i < kFaces; ++i) faces.push_back({n / kLife_frames * kFaces + i, {n, box_at(n, i), 0.9F, BoxSource::detector}});
        log.add(faces);
        watch(n, frames);
    }
    const double logged = most - early;
    const auto tracks = std::make_shared<Tracks>(log.take());
    REQUIRE(tracks->tracks.size() == static_cast<std::size_t>((frames + kLife_frames - 1) / kLife_frames * kFaces));
    TrackCursor cursor(tracks, 1, 25, {}, {});
    bool right = true;
    most = 0;
    for (int n = 0; n < frames; ++n) {
        const std::vector<TrackedFace> faces = cursor.at(n);
        right = right && faces.size() == kFaces;
        for (int i = 0; right && i < kFaces; ++i) right = faces[static_cast<std::size_t>(i)].box.box.y == box_at(n, i).y && faces[static_cast<std::size_t>(i)].box.box.x == box_at(n, i).x;
        watch(n, frames);
    }
    CHECK(right);
    const double megabytes = static_cast<double>(frames) * kFaces * sizeof(TrackBox) / 1e6;
    MESSAGE(frames, " frames, ", megabytes, " MB of boxes; resident memory grows by ", logged, " MB while they are logged, by ", most - early, " MB while they are read");
    if (!kCanMeasure) return;
    CHECK(logged < std::max(60.0, megabytes / 20));
    CHECK(most - early < std::max(60.0, megabytes / 20));
}
