#include "motion/shot.hpp"

#include <algorithm>

namespace invisiblur {
namespace {

// A flash or a dropped picture is over after this many frames; longer darkness ends a shot.
constexpr int kFlashFrames = 6;
// The first picture after darkness has so much contrast (8-bit steps) where a shot begins with it, and no fade.
constexpr float kShown = 16;
// 1 - correlation after the best shift: two pictures of one camera stay below, different scenes lie above 0.5 nearly always.
constexpr float kCut = 0.45F;
// A cut stands out from the video's usual change: wild motion all the time is none.
constexpr float kAgainstUsual = 2.5F;
constexpr std::size_t kUsualFrames = 12;

}  // namespace

std::optional<int> ShotDetector::abrupt_start(const PictureSketch& now) {
    if (now.is_flat()) {
        if (++flat_frames_ <= kFlashFrames || last_.cells.empty()) return std::nullopt;
        last_ = {};
        return kFlashFrames;
    }
    const bool comparable = !last_.cells.empty() && last_.same_size(now), from_dark = flat_frames_ > 0;
    flat_frames_ = 0;
    const float change = comparable ? scene_difference(last_, now, kCut / 2) : 0.0F;
    last_ = now;
    if (!comparable) {
        recent_.clear();
        return from_dark && now.contrast() >= kShown ? std::optional(0) : std::nullopt;
    }
    std::vector<float> sorted = recent_;
    std::sort(sorted.begin(), sorted.end());
    const float usual = sorted.empty() ? 0.0F : sorted[sorted.size() / 2];
    if (change > kCut && change > kAgainstUsual * usual) {
        recent_.clear();
        return 0;
    }
    recent_.push_back(change);
    if (recent_.size() > kUsualFrames) recent_.erase(recent_.begin());
    return std::nullopt;
}

std::optional<int> ShotDetector::push(const GrayImage& luma, std::span<const Rect> cores) {
    const PictureSketch now = sketch_of(luma, cores);
    const std::optional<int> abrupt = abrupt_start(now);
    if (abrupt) transitions_.begin_shot();
    const std::optional<int> mixed = transitions_.push(now);
    if (mixed) last_ = {};  // no frame before it may be compared with
    return abrupt ? abrupt : mixed;
}

}  // namespace invisiblur
