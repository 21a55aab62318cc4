#include "persons/look_plan.hpp"

#include <algorithm>

namespace invisiblur {
namespace {

// Of a smaller face the eyes are too near each other for a good look; one that the detector was in doubt of, as a rule neither.
constexpr float kLeastSidePx = 42, kLeastScore = 0.5F;
constexpr double kStretchSeconds = 2;
constexpr std::size_t kLeastStretches = 3, kLooksPerStretch = 2;

bool is_worth_a_look(const TrackBox& box) {
    const bool seen = box.from == BoxSource::hand || (box.from == BoxSource::detector && box.score >= kLeastScore);
    return seen && std::min(box.box.w, box.box.h) >= kLeastSidePx;
}

double worth(const TrackBox& box) {
    return static_cast<double>(std::min(box.box.w, box.box.h)) * static_cast<double>(box.score);
}

std::size_t stretches_of(const std::vector<const TrackBox*>& seen, const TracksSource& source) {
    const double unit_s = source.time_base_den > 0 ? static_cast<double>(source.time_base_num) / static_cast<double>(source.time_base_den) : 0.001;
    const double seconds = static_cast<double>(seen.back()->pts - seen.front()->pts) * unit_s;
    const auto wanted = static_cast<std::size_t>(std::max(0.0, std::min(seconds / kStretchSeconds, 1e6)));
    return std::min(std::max(wanted, kLeastStretches), seen.size());
}

}  // namespace

LookPlan::LookPlan(const Tracks& tracks) {
    for (std::size_t t = 0; t < tracks.tracks.size(); ++t) {
        std::vector<const TrackBox*> seen;
        for (const TrackBox& box : tracks.tracks[t].boxes)
            if (is_worth_a_look(box)) seen.push_back(&box);
        if (seen.empty() || !tracks.tracks[t].kind.empty()) continue;
        // A face that the detector was sure of once only is, as a rule, none: a hand, a pattern.
        if (seen.size() == 1 && seen.front()->from == BoxSource::detector) continue;
        add_stretches(t, seen, stretches_of(seen, tracks.source));
    }
}

void LookPlan::add_stretches(std::size_t track, const std::vector<const TrackBox*>& seen, std::size_t count) {
    add(track, 0, {seen.front()});
    if (seen.size() == 1) return;
    const std::vector<const TrackBox*> inner(seen.begin() + 1, seen.end() - 1);  // no face is described twice
    count = std::min(count, inner.size());
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<const TrackBox*> part(inner.begin() + static_cast<std::ptrdiff_t>(i * inner.size() / count),
                                          inner.begin() + static_cast<std::ptrdiff_t>((i + 1) * inner.size() / count));
        std::ranges::stable_sort(part, std::greater<>(), [](const TrackBox* b) { return worth(*b); });
        part.resize(std::min(part.size(), kLooksPerStretch));
        add(track, i + 1, part);
    }
    add(track, count + 1, {seen.back()});
}

void LookPlan::add(std::size_t track, std::size_t stretch, const std::vector<const TrackBox*>& boxes) {
    const std::int64_t last = (*std::ranges::max_element(boxes, {}, &TrackBox::pts))->pts;
    for (const TrackBox* box : boxes) looks_[box->pts].push_back({track, box->box, stretch, box->pts == last});
}

const std::vector<PlannedLook>& LookPlan::at(std::int64_t pts) const {
    static const std::vector<PlannedLook> none;
    const auto found = looks_.find(pts);
    return found == looks_.end() ? none : found->second;
}

}  // namespace invisiblur
