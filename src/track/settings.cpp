#include "track/settings.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/frame_rate.hpp"

namespace invisiblur {
namespace {

// Small pictures for flow and cuts have about this longer side: a face of 16 px in a 1080p picture is still 5 px there.
constexpr int kSmallSidePx = 640;

struct Step {
    float strong_score, weak_score, enough_evidence, follow_s, linger_s, hold_s, strong_text;
};

// The trade-off between faces missed and false masks.
constexpr Step kCautious{0.4F, 0.15F, 0.6F, 2.0F, 0.5F, 0.5F, 0.6F};
constexpr Step kNormal{0.5F, 0.2F, 0.9F, 1.2F, 0.4F, 0.3F, 0.7F};
constexpr Step kStrict{0.6F, 0.3F, 1.2F, 0.6F, 0.3F, 0.2F, 0.8F};

Step step_for(const std::string& sensitivity) {
    if (sensitivity == "cautious") return kCautious;
    if (sensitivity == "normal") return kNormal;
    if (sensitivity == "strict") return kStrict;
    throw std::invalid_argument("sensitivity: '" + sensitivity + "' is none of cautious, normal, strict");
}

}  // namespace

TrackerSettings settings_for(const Options& options, const StreamShape& shape, int horizon_frames) {
    const Step step = step_for(options.sensitivity);
    TrackerSettings settings;
    settings.strong_score = step.strong_score;
    settings.weak_score = step.weak_score;
    settings.enough_evidence = step.enough_evidence;
    settings.follow_s = step.follow_s;
    settings.linger_s = step.linger_s;
    settings.hold_s = step.hold_s;
    settings.strong_text = step.strong_text;
    if (options.min_score > 0) {
        settings.strong_score = settings.strong_text = static_cast<float>(options.min_score);
        settings.weak_score = std::min(step.weak_score, settings.strong_score);
    }
    settings.horizon_frames = horizon_frames;
    settings.luma_factor = std::max(1, (std::max(shape.width, shape.height) + kSmallSidePx / 2) / kSmallSidePx);
    settings.width = shape.width;
    settings.height = shape.height;
    settings.frame_rate = frame_rate_or_usual(shape.frame_rate);
    settings.min_face_px = static_cast<float>(options.min_face_px);
    settings.core_margin = static_cast<float>(options.margin);
    return settings;
}

}  // namespace invisiblur
