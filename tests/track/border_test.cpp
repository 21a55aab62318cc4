// Heads that go over the picture's border, and heads that something else hides: a detector sees only what is visible of them, at last nothing.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "base/geometry.hpp"
#include "track/scene.hpp"
#include "track/told_tracker.hpp"

using namespace invisiblur;
using test::Observation;
using test::scene;
using test::ToldTracker;

namespace {

constexpr int kWidth = 200, kHeight = 140;
constexpr Box kPicture{0, 0, kWidth, kHeight};
constexpr float kHeadW = 30, kHeadH = 36;
// The core's margin as it is by default; what is checked is a little less, since no detector's box is exact.
constexpr float kMargin = 0.2F, kChecked = 0.15F;

std::optional<Box> visible(const Box& b) {
    const Box seen = intersect(b, kPicture);
    return seen.w > 0 && seen.h > 0 ? std::optional(seen) : std::nullopt;
}

bool holds(const Box& outer, const Box& inner) {
    constexpr float kRounding = 0.01F;
    return outer.x <= inner.x + kRounding && outer.y <= inner.y + kRounding && outer.x + outer.w >= inner.x + inner.w - kRounding &&
           outer.y + outer.h >= inner.y + inner.h - kRounding;
}

/// What a network says of a head of which this much is visible: its box is what is visible and somewhat less, its score falls, and of the
/// last part it says nothing.
std::vector<Face> seen_part(const Box& head, const std::optional<Box>& part) {
    if (!part) return {};
    const float share = area(*part) / area(head);
    if (share < 0.5F) return {};
    const float less = 0.15F * (1 - share);
    const bool cut_left = part->x > head.x, cut_top = part->y > head.y;
    const Box box{part->x + (cut_left ? 0 : less * part->w), part->y + (cut_top ? 0 : less * part->h), (1 - less) * part->w, (1 - less) * part->h};
    return {{box, std::clamp(0.2F + 1.2F * (share - 0.5F), 0.2F, 0.8F)}};
}

TrackerSettings settings() {
    TrackerSettings s;
    s.strong_score = 0.4F;
    s.weak_score = 0.15F;
    s.enough_evidence = 0.6F;
    s.horizon_frames = 1000;
    s.width = kWidth;
    s.height = kHeight;
    return s;
}

/// A straight way from the picture's middle over its border, or back.
struct Walk {
    float dx, dy;    ///< pixels a frame
    int frames;      ///< until the core is outside
    bool entering;

    Walk(float to_x, float to_y, float sizes_a_frame, bool enters) : entering(enters) {
        const float length = std::hypot(to_x * kWidth / 2, to_y * kHeight / 2), speed = sizes_a_frame * kHeadW;
        dx = to_x * kWidth / 2 / length * speed;
        dy = to_y * kHeight / 2 / length * speed;
        frames = 0;
        while (intersect(grown(after(frames), kMargin), kPicture).w > 0 && intersect(grown(after(frames), kMargin), kPicture).h > 0) ++frames;
        frames += kAfter;
    }
    static constexpr int kAfter = 100;

    Box after(int n) const {
        const float t = static_cast<float>(n);
        return {kWidth / 2.0F - kHeadW / 2 + dx * t, kHeight / 2.0F - kHeadH / 2 + dy * t, kHeadW, kHeadH};
    }
    Box at(int n) const { return after(entering ? frames - 1 - n : n); }
    /// How many frames the core has been outside, or will be.
    int outside(int n) const { return (entering ? frames - 1 - n : n) - (frames - kAfter); }
};

/// A head with a pattern, or dark and plain all over, as one is from behind: there is nothing in it that flow could follow.
GrayImage picture_of(const Box& head, bool plain) {
    GrayImage image = scene(kWidth, kHeight, 1, 0, head);
    const Rect r = intersect(outer_rect(head), Rect{0, 0, kWidth, kHeight});
    for (int y = r.y0; plain && y < r.y1; ++y) {
        for (int x = r.x0; x < r.x1; ++x) image.pixels[static_cast<std::size_t>(y) * kWidth + x] = 40;
    }
    return image;
}

/// In: every, the detector looks at each so manieth frame.
ToldTracker told(const Walk& walk, int every, bool plain) {
    ToldTracker tracker(settings());
    for (int n = 0; n < walk.frames; ++n) {
        const Box head = walk.at(n);
        Observation now{n, std::make_shared<const GrayImage>(picture_of(head, plain)), std::nullopt, false};
        if (n % every == 0) now.faces = seen_part(head, visible(head));
        tracker.push(std::move(now));
    }
    tracker.finish();
    return tracker;
}

/// The frames in which a part of the core is open while the border cuts it off.
std::vector<int> open_frames(const ToldTracker& tracker, const Walk& walk) {
    std::vector<int> open;
    for (int n = 0; n < walk.frames; ++n) {
        const std::optional<Box> core = visible(grown(walk.at(n), kChecked));
        if (off_border(grown(walk.at(n), kMargin), kWidth, kHeight, 0, 0)) continue;
        const auto covers = [&](const TrackedFace& face) { return holds(grown(face.box.box, kMargin), *core); };
        const std::vector<TrackedFace> faces = tracker.faces(n);
        if (core && std::ranges::none_of(faces, covers)) open.push_back(n);
    }
    return open;
}

constexpr std::array<std::array<float, 2>, 8> kDirections{{{1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1}, {0, -1}, {1, -1}}};

void check_walks(bool entering) {
    for (const auto& [x, y] : kDirections) {
        for (const float speed : {0.02F, 0.06F, 0.2F}) {
            for (const int every : {1, 4}) {
                for (const bool plain : {false, true}) {
                    const Walk walk(x, y, speed, entering);
                    const ToldTracker tracker = told(walk, every, plain);
                    const std::vector<int> open = open_frames(tracker, walk);
                    CHECK_MESSAGE(open.empty(), "towards (" << x << ", " << y << "), " << speed << " of its size a frame, a look every " << every
                                                            << std::string(plain ? ", plain: " : ": ") << open.size() << " of " << walk.frames
                                                            << " frames open, first " << (open.empty() ? -1 : open[0]));
                    // Little longer than the core takes to go over the border, or what is usual after a last look.
                    const int longest = std::max(40, static_cast<int>(1.2F * (1 + 2 * kMargin) / speed));
                    for (int n = 0; n < walk.frames; ++n) {
                        if (walk.outside(n) > longest) CHECK_MESSAGE(tracker.faces(n).empty(), "still masked " << walk.outside(n) << " frames after it left");
                    }
                }
            }
        }
    }
}

}  // namespace

TEST_CASE("who walks out of the picture is covered until nothing of the head is in it") {
    check_walks(false);
}

TEST_CASE("a head that something hides and sets free again is covered as long as a fifth of it can be seen") {
    constexpr float kLeastSeen = 0.2F;
    const Box head{80, 50, kHeadW, kHeadH};
    for (const bool comes_from_left : {true, false}) {
        for (const float speed : {0.7F, 2.0F, 6.0F}) {
            CAPTURE(comes_from_left);
            CAPTURE(speed);
            // A pole as wide as one and a half heads that comes into the picture, passes before the head and leaves.
            const float width = 1.5F * kHeadW;
            const auto pole = [&](int n) {
                const float x = speed * static_cast<float>(n) - width;
                return Box{comes_from_left ? x : kWidth - x - width, 0, width, kHeight};
            };
            const int frames = static_cast<int>((kWidth + width) / speed);
            const auto seen = [&](int n) -> std::optional<Box> {
                const Box p = pole(n);
                const float left = std::clamp(p.x - head.x, 0.0F, kHeadW), right = std::clamp(head.x + kHeadW - p.x - p.w, 0.0F, kHeadW);
                if (left + right <= 0) return std::nullopt;
                return left >= right ? Box{head.x, head.y, left, kHeadH} : Box{head.x + kHeadW - right, head.y, right, kHeadH};
            };
            ToldTracker tracker(settings());
            for (int n = 0; n < frames; ++n) {
                GrayImage image = scene(kWidth, kHeight, 1, 0, head);
                const Rect r = intersect(outer_rect(pole(n)), Rect{0, 0, kWidth, kHeight});
                for (int y = r.y0; y < r.y1; ++y)
                    for (int x = r.x0; x < r.x1; ++x) image.pixels[static_cast<std::size_t>(y) * kWidth + x] = 200;
                tracker.push({n, std::make_shared<const GrayImage>(std::move(image)), seen_part(head, seen(n)), false});
            }
            tracker.finish();
            for (int n = 0; n < frames; ++n) {
                const std::optional<Box> part = seen(n);
                const auto covers = [&](const TrackedFace& face) { return holds(grown(face.box.box, kMargin), *part); };
                const std::vector<TrackedFace> faces = tracker.faces(n);
                if (part && part->w >= kLeastSeen * kHeadW) CHECK_MESSAGE(std::ranges::any_of(faces, covers), "frame " << n << ", " << part->w << " px to be seen");
            }
        }
    }
}

TEST_CASE("who walks into the picture is covered from the first pixel of the head on") {
    check_walks(true);
}

TEST_CASE("who walks along one border and is gone is not taken to cross the picture to the next") {
    constexpr int kGone = 20, kFrames = 120;
    constexpr int kLinger = 40;  // what is usual after a last look
    const auto head = [](int n) { return Box{60 + 1.5F * static_cast<float>(n), 8, kHeadW, kHeadH}; };
    const Box nowhere{-100, -100, kHeadW, kHeadH};
    ToldTracker tracker(settings());
    for (int n = 0; n < kFrames; ++n) {
        const bool there = n < kGone;
        tracker.push({n, std::make_shared<const GrayImage>(picture_of(there ? head(n) : nowhere, false)), there ? seen_part(head(n), head(n)) : std::vector<Face>{}, false});
    }
    tracker.finish();
    for (int n = 0; n < kGone; ++n) CHECK_MESSAGE(!tracker.faces(n).empty(), n);
    for (int n = kGone + kLinger; n < kFrames; ++n) CHECK_MESSAGE(tracker.faces(n).empty(), n);
}
