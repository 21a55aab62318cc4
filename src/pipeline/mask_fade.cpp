#include "pipeline/mask_fade.hpp"

#include <algorithm>
#include <cmath>

#include "base/frame_rate.hpp"
#include "base/geometry.hpp"

namespace invisiblur {
namespace {

constexpr double kFadeSeconds = 0.25;
constexpr int kMostFrames = 15;

const TrackedFace* find(std::span<const TrackedFace> faces, int track) {
    const auto face = std::find_if(faces.begin(), faces.end(), [&](const TrackedFace& f) { return f.track == track; });
    return face == faces.end() ? nullptr : &*face;
}

/// A face that is cut by the picture's border comes in or goes out there.
bool at_border(const TrackedFace& face, const StreamShape& shape) {
    return !off_border(face.box.box, shape.width, shape.height, 0, 0);
}

float part(std::int64_t frames, int over) {
    return std::min(1.0F, static_cast<float>(frames) / static_cast<float>(over + 1));
}

}  // namespace

int fade_frames(double frame_rate) {
    const double rate = frame_rate_or_usual(frame_rate);
    return std::clamp(static_cast<int>(std::lround(rate * kFadeSeconds)), 1, kMostFrames);
}

float fade_at(const TrackSpan& span, std::int64_t frame, int over) {
    const float begun = span.starts_unseen ? 1 : part(frame - span.first + 1, over);
    const float left = span.ends_unseen ? 1 : part(span.last - frame + 1, over);
    return std::min(begun, left);
}

void TrackSpans::add(std::span<const TrackedFace> faces) {
    for (const TrackedFace& face : faces) {
        const auto [at, is_new] = spans_.try_emplace(face.track, TrackSpan{frames_, frames_, at_border(face, shape_), false});
        at->second.last = frames_;
        at->second.ends_unseen = at_border(face, shape_);
    }
    ++frames_;
}

std::map<int, TrackSpan> TrackSpans::finish(const std::function<bool(std::int64_t)>& starts_shot) {
    for (auto& [track, span] : spans_) {
        span.starts_unseen |= span.first == 0 || starts_shot(span.first);
        span.ends_unseen |= span.last + 1 == frames_ || starts_shot(span.last + 1);
    }
    return std::move(spans_);
}

LiveFade::LiveFade(const StreamShape& shape, int reach_frames)
    : shape_(shape), over_(fade_frames(shape.frame_rate)), over_at_end_(std::min(over_, std::max(0, reach_frames))) {}

void LiveFade::next(FrameWindow& frames, std::int64_t index) {
    FrameRecord& now = frames[index];
    std::map<int, TrackSpan> present;
    now.fades.clear();
    for (const TrackedFace& face : now.faces) {
        const auto before = present_.find(face.track);
        TrackSpan span = before != present_.end() ? before->second : TrackSpan{index, index, now.cut || index == 0 || at_border(face, shape_), false};
        span.last = index;
        span.ends_unseen = true;  // until an end is seen
        present[face.track] = span;
        now.fades.push_back(std::min(fade_at(span, index, over_), left_of(face, frames, index)));
    }
    present_ = std::move(present);
}

/// How much of a halo is left before its track ends, as far as frames ahead tell.
float LiveFade::left_of(const TrackedFace& face, const FrameWindow& frames, std::int64_t index) const {
    const TrackedFace* last = &face;
    const std::int64_t end = std::min(frames.end(), index + over_at_end_ + 1);
    for (std::int64_t ahead = index + 1; ahead < end && !frames[ahead].cut; ++ahead) {
        const TrackedFace* later = find(frames[ahead].faces, face.track);
        if (!later) return at_border(*last, shape_) ? 1 : part(ahead - index, over_at_end_);
        last = later;
    }
    return 1;
}

}  // namespace invisiblur
