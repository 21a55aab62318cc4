// How much work tracking is, counted and not timed: its sources are compiled once more for this program, with a call at each basic block.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "track/scene.hpp"
#include "track/told_tracker.hpp"
#include "track/track_cursor.hpp"
#include "track/track_recorder.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

std::uint64_t blocks = 0;

constexpr int kWidth = 640, kHeight = 360, kFactor = 4;

/// The n-th face of a crowd on a grid: each moves a little, is not seen at times, and makes way for another one every two seconds or never.
Face face_at(int n, int frame) {
    const float x = static_cast<float>(10 + n % 16 * 154), y = static_cast<float>(10 + n / 16 * 170), phase = static_cast<float>(frame + 7 * n) / 9;
    return {{x + 10 * std::sin(phase), y + 6 * std::cos(phase), 60, 75}, (frame + n) % 5 == 0 ? 0.0F : 0.8F};
}

bool is_there(int n, int frame) {
    return n % 2 == 0 || (frame + 13 * n) % 80 < 50;
}

/// The blocks that a crowd's tracking takes, from the first observation to the last box read.
std::uint64_t work(int faces, int frames) {
    TrackerSettings settings;
    settings.width = kWidth * kFactor;
    settings.height = kHeight * kFactor;
    settings.luma_factor = kFactor;
    const auto luma = std::make_shared<const GrayImage>(scene(kWidth, kHeight, 1, 0, {}));
    blocks = 0;
    ToldTracker tracker(settings);
    TrackRecorder log({settings.width, settings.height, 0, 1, 25, 25});
    std::int64_t settled = 0;
    const auto settle = [&] {
        for (; settled < tracker.final_end(); ++settled) log.add(tracker.faces(settled));
        tracker.forget_before(std::min(settled, tracker.tracked_from()));
    };
    for (int frame = 0; frame < frames; ++frame) {
        Observation now{frame, luma, std::vector<Face>(), false};
        for (int n = 0; n < faces; ++n) {
            const Face face = face_at(n, frame);
            if (is_there(n, frame) && face.score > 0) now.faces->push_back(face);
        }
        tracker.push(std::move(now));
        settle();
    }
    tracker.finish();
    settle();
    TrackCursor cursor(std::make_shared<Tracks>(log.tracks()), 1, 25, {}, {});
    std::size_t read = 0;
    for (int frame = 0; frame < frames; ++frame) read += cursor.at(frame).size();
    CHECK(read > static_cast<std::size_t>(frames) * static_cast<std::size_t>(faces) / 3);
    return blocks;
}

}  // namespace

extern "C" __attribute__((no_sanitize_coverage)) void __sanitizer_cov_trace_pc() {
    ++blocks;
}

TEST_CASE("four times the frames are four times the work") {
    const std::uint64_t one = work(6, 200), four = work(6, 800);
    MESSAGE((one / 200), " blocks a frame of 200, ", (four / 800), " of 800");
    CHECK(one > 100'000);
    CHECK(static_cast<double>(four) < 4.4 * static_cast<double>(one));
}

TEST_CASE("twice the faces are about twice the work, up to a hundred") {
    const int frames = 120;
    std::uint64_t before = work(12, frames);
    for (const int faces : {25, 50, 100}) {
        const std::uint64_t now = work(faces, frames);
        MESSAGE(faces, " faces: ", (now / static_cast<std::uint64_t>(frames * faces)), " blocks a face and frame");
        CHECK(static_cast<double>(now) < 2.6 * static_cast<double>(before));
        before = now;
    }
}
