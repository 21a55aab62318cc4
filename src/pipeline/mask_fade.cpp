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

std::vector<float> LiveFade::next(std::span<const TrackedFace> faces, bool begins_shot, int count, const std::function<Ahead(int)>& ahead) {
    std::map<int, TrackSpan> present;
    for (const TrackedFace& face : faces) {
        const auto before = present_.find(face.track);
        TrackSpan span = before != present_.end() ? before->second : TrackSpan{frame_, frame_, begins_shot || frame_ == 0 || at_border(face, shape_), false};
        span.last = frame_;
        span.ends_unseen = true;  // until an end is seen
        present[face.track] = span;
    }
    std::vector<Ahead> frames;
    for (int k = 1; k <= std::min(count, over_at_end_) && !faces.empty(); ++k) {
        frames.push_back(ahead(k));
        if (frames.back().begins_shot) break;
    }
    std::vector<float> fades;
    for (const TrackedFace& face : faces) {
        TrackSpan span = present[face.track];
        float left = 1;
        const TrackedFace* last = &face;
        for (std::size_t k = 0; k < frames.size(); ++k) {
            if (frames[k].begins_shot) break;
            if (const TrackedFace* later = find(frames[k].faces, face.track)) {
                last = later;
                continue;
            }
            if (!at_border(*last, shape_)) left = part(static_cast<std::int64_t>(k) + 1, over_at_end_);
            break;
        }
        fades.push_back(std::min(fade_at(span, frame_, over_), left));
    }
    present_ = std::move(present);
    ++frame_;
    return fades;
}

}  // namespace invisiblur
