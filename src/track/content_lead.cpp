#include "track/content_lead.hpp"

#include <algorithm>
#include <cmath>

namespace invisiblur {
namespace {

// Flow of this confidence follows; below it has likely lost the content.
constexpr float kFollowed = 0.5F;
// A look as alike as this is the same thing's; found far from where it was expected, it must be more so.
constexpr float kRecognised = 0.6F;
constexpr float kRecognisedAfar = 0.7F;
// Less alike than this to every look, it is something else, whatever flow says.
constexpr float kUnlike = 0.3F;
// Flow's place is moved towards a look's where that fits better by this, by this part of the way: looks jitter more, flow drifts.
constexpr float kBetter = 0.02F;
constexpr float kTowards = 0.4F;
// How far the centre may lie from where flow put it, and from where motion puts it once flow has lost it, in sizes of the box.
constexpr float kDriftReach = 0.2F;
constexpr float kLostReach = 0.8F;
// Motion measured by flow is steady, but has lags of its own.
constexpr float kNewMotion = 0.5F;
constexpr float kSlowing = 0.9F;
// A new look is stored where flow is as sure as this and the old ones fit no better, not more often than every so many frames.
constexpr float kSureFlow = 0.75F;
constexpr float kOutdated = 0.8F;
constexpr std::int64_t kLearnEvery_frames = 6;
constexpr std::size_t kMostLooks = 8;

Box mixed(const Box& a, const Box& b, float part_b) {
    const float part_a = 1 - part_b;
    return {a.x * part_a + b.x * part_b, a.y * part_a + b.y * part_b, a.w * part_a + b.w * part_b, a.h * part_a + b.h * part_b};
}

}  // namespace

void ContentLead::marked_again(const Portrait& marked, const Box& box) {
    looks_.push_back({marked, 0, true});
    here_ = {box, 1, BoxSource::hand, 1, {}};
    unsure_ = 0;
}

CarriedBox ContentLead::found_by_looks(std::int64_t frame, const Box& near, float reach) const {
    CarriedBox best{near, 0};
    for (const Look& look : looks_) {
        const CarriedBox found = history_->find(look.portrait, frame, near, reach);
        if (found.confidence > best.confidence) best = found;
    }
    return best;
}

float ContentLead::best_alike(std::int64_t frame, const Box& box) const {
    float best = 0;
    for (const Look& look : looks_) best = std::max(best, history_->alike(look.portrait, frame, box));
    return best;
}

void ContentLead::learn(std::int64_t frame, const LumaHistory& history, float flow, float evidence) {
    if (++learned_ago_ < kLearnEvery_frames || flow < kSureFlow || evidence > kOutdated || evidence < kUnlike) return;
    learned_ago_ = 0;
    if (looks_.size() >= kMostLooks) {
        const auto oldest = std::find_if(looks_.begin(), looks_.end(), [](const Look& look) { return !look.marked; });
        looks_.erase(oldest != looks_.end() ? oldest : looks_.begin());
    }
    looks_.push_back({history.portrait(frame, here_.box), 0, false});
}

bool ContentLead::advance(std::int64_t from, std::int64_t to, const LumaHistory& history) {
    history_ = &history;
    const CarriedBox flow = history.carry(from, to, here_.box, dx_, dy_);
    const bool followed = flow.confidence >= kFollowed;
    Box box = here_.box;
    box.x += dx_, box.y += dy_;
    float evidence = 0;
    if (followed) {
        box = flow.box;
        evidence = best_alike(to, box);
        const CarriedBox found = found_by_looks(to, box, kDriftReach);
        if (found.confidence >= kRecognised && found.confidence > evidence + kBetter) {
            box = mixed(box, found.box, kTowards);
            evidence = found.confidence;
        }
    } else {
        const CarriedBox found = found_by_looks(to, box, kLostReach);
        if (found.confidence >= kRecognisedAfar) box = found.box, evidence = found.confidence;
    }
    const bool sure = evidence >= kUnlike;
    unsure_ = sure ? 0 : unsure_ + 1;
    const float mx = centre_x(box) - centre_x(here_.box), my = centre_y(box) - centre_y(here_.box);
    if (sure) {
        dx_ += kNewMotion * (mx - dx_), dy_ += kNewMotion * (my - dy_);
    } else {
        dx_ *= kSlowing, dy_ *= kSlowing;
    }
    here_ = {box, sure ? evidence : 0, sure ? BoxSource::flow : BoxSource::bridge, std::max(0.1F, sure ? evidence : 0.1F), {}};
    if (followed) learn(to, history, flow.confidence, evidence);
    return unsure_ <= hold_;
}

}  // namespace invisiblur
