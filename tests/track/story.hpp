#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "base/geometry.hpp"
#include "track/scene.hpp"
#include "track/told_tracker.hpp"

namespace invisiblur::test {

inline constexpr int kWidth = 320, kHeight = 200;

/// A face that moves over a textured scene; where it is seen is up to `seen` (a score, or 0).
struct Story {
    int frames = 60;
    std::function<Box(int)> place;
    std::function<float(int)> seen;
    std::function<bool(int)> looked = [](int) { return true; };
    std::function<bool(int)> cut = [](int) { return false; };
    std::function<bool(int)> glanced = [](int) { return false; };
    std::function<std::uint64_t(int)> background = [](int) { return std::uint64_t{1}; };
};

inline TrackerSettings settings(int horizon = 1000) {
    TrackerSettings s;
    s.strong_score = 0.4F;
    s.weak_score = 0.15F;
    s.enough_evidence = 0.6F;
    s.horizon_frames = horizon;
    s.width = kWidth;
    s.height = kHeight;
    return s;
}

inline void tell(ToldTracker& tracker, const Story& story, int from, int to) {
    for (int n = from; n < to; ++n) {
        Observation now;
        now.pts = n * 10;
        now.cut = story.cut(n);
        now.luma = std::make_shared<const GrayImage>(scene(kWidth, kHeight, story.background(n), 0, story.place(n)));
        if (story.looked(n)) {
            now.faces.emplace();
            if (story.seen(n) > 0) now.faces->push_back({story.place(n), story.seen(n), story.glanced(n)});
        }
        tracker.push(std::move(now));
    }
}

inline ToldTracker told(const Story& story, const TrackerSettings& s = settings()) {
    ToldTracker tracker(s);
    tell(tracker, story, 0, story.frames);
    tracker.finish();
    return tracker;
}

/// The part of a box that the faces of a frame cover, at best by one of them.
inline float covered(const ToldTracker& tracker, int frame, const Box& box) {
    float best = 0;
    for (const TrackedFace& face : tracker.faces(frame)) {
        const Box shared = intersect(face.box.box, box);
        if (shared.w > 0 && shared.h > 0) best = std::max(best, area(shared) / area(box));
    }
    return best;
}

inline Box walk(int n) {
    return {40 + 2.5F * static_cast<float>(n), 60 + 0.5F * static_cast<float>(n), 36, 44};
}

}  // namespace invisiblur::test
