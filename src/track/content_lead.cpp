#include "track/content_lead.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace invisiblur {
namespace {

// Flow of this confidence follows; below it has likely lost the content.
constexpr float kFollowed = 0.5F;
// A look as alike as this is the same thing's; found far from where it was expected, it must be more so.
constexpr float kRecognised = 0.6F;
constexpr float kRecognisedAfar = 0.7F;
// Less alike than this to every box that was marked, it may be something else by now.
constexpr float kLikeMark = 0.6F;
// Less alike than this to every look, it is something else, whatever flow says.
constexpr float kUnlike = 0.3F;
// From one frame to the next nothing loses more of its likeness than this leaves; what does has been covered, or has gone.
constexpr float kLargestFall = 0.65F;
// Flow's place is moved towards a look's where that fits better by this, by this part of the way: looks jitter more, flow drifts.
constexpr float kBetter = 0.02F;
constexpr float kTowards = 0.4F;
// By half of that where flow is as sure as this: it hardly drifts then, and a blurred look errs more.
constexpr float kSurest = 0.9F;
// How far the centre may lie from where flow put it, and from where motion puts it once flow has lost it, in sizes of the box.
constexpr float kDriftReach = 0.2F;
constexpr float kLostReach = 0.8F;
// Motion measured by flow is steady, but has lags of its own.
constexpr float kNewMotion = 0.5F;
constexpr float kSlowing = 0.9F;
// A new look is stored where flow is as sure as this and the old ones fit no better, not more often than every so many frames.
constexpr float kSureFlow = 0.75F;
constexpr float kOutdated = 0.95F;
constexpr float kLearnable = 0.4F;
constexpr std::int64_t kLearnEvery_frames = 4;
constexpr std::size_t kMostLooks = 8;

// Flow's scale adds up errors too. At every so many steps the marked looks are held against much larger and smaller boxes.
constexpr std::int64_t kScaleEvery_frames = 3;
constexpr std::array<float, 6> kOtherScales{0.7F, 0.8F, 0.9F, 1.11F, 1.25F, 1.4F};
constexpr float kScaleMargin = 0.003F;
constexpr float kScaleReach = 0.15F;
// A marked look is worth this much more than one that was learned on the way, with whatever error there was by then.
constexpr float kMarkedBonus = 0.08F;

Box scaled(const Box& b, float by) {
    return {b.x + b.w * (1 - by) / 2, b.y + b.h * (1 - by) / 2, b.w * by, b.h * by};
}

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

CarriedBox ContentLead::found_by_looks(std::int64_t frame, const Box& near, float reach) {
    CarriedBox best{near, 0};
    like_mark_ = 0;
    for (const Look& look : looks_) {
        CarriedBox found = history_->find(look.portrait, frame, near, reach);
        if (look.marked) like_mark_ = std::max(like_mark_, found.confidence);
        if (look.marked && found.confidence > kRecognised) found.confidence += kMarkedBonus;
        if (found.confidence > best.confidence) best = found;
    }
    return best;
}

/// Another size at which a marked look fits better than at any near the box's own.
std::optional<CarriedBox> ContentLead::other_scale(std::int64_t frame, const Box& box, float evidence) const {
    std::optional<CarriedBox> best;
    for (const Look& look : looks_) {
        if (!look.marked) continue;
        for (const float scale : kOtherScales) {
            const CarriedBox found = history_->find(look.portrait, frame, scaled(box, scale), kScaleReach);
            if (found.confidence < kRecognised || found.confidence + kMarkedBonus < evidence + kBetter) continue;
            if (!best || found.confidence > best->confidence) best = found;
        }
    }
    return best;
}

float ContentLead::best_alike(std::int64_t frame, const Box& box) const {
    float best = 0;
    for (const Look& look : looks_) best = std::max(best, history_->alike(look.portrait, frame, box));
    return best;
}

void ContentLead::learn(std::int64_t frame, const LumaHistory& history, float flow, float evidence) {
    if (++learned_ago_ < kLearnEvery_frames || flow < kSureFlow || evidence > kOutdated || evidence < kLearnable) return;
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
        // A shadow that wanders over the content shrinks or stretches flow's scale; the looks must agree with it.
        const Box same = scaled(flow.box, here_.box.w / flow.box.w);
        const float as_before = best_alike(to, same);
        if (as_before + kScaleMargin > evidence) box = same, evidence = as_before;
        const CarriedBox found = found_by_looks(to, box, kDriftReach);
        if (found.confidence >= kRecognised && found.confidence > evidence + kBetter) {
            box = mixed(box, found.box, flow.confidence > kSurest ? kTowards / 2 : kTowards);
            evidence = std::min(1.0F, found.confidence);
        }
        if (++steps_ % kScaleEvery_frames == 0) {
            if (const auto other = other_scale(to, box, evidence)) box = mixed(box, other->box, kTowards);
        }
    } else {
        const CarriedBox found = found_by_looks(to, box, kLostReach);
        if (found.confidence >= kRecognisedAfar) box = found.box, evidence = found.confidence;
    }
    unlike_mark_ = like_mark_ >= kLikeMark ? 0 : unlike_mark_ + 1;
    // Once lost it must be recognised: flow carries what stands at its place now just as well.
    const bool sure = evidence >= (unsure_ > 0 ? kRecognised : std::max(kUnlike, kLargestFall * evidence_));
    if (sure) evidence_ = evidence;
    unsure_ = sure ? 0 : unsure_ + 1;
    const float mx = centre_x(box) - centre_x(here_.box), my = centre_y(box) - centre_y(here_.box);
    if (sure) {
        dx_ += kNewMotion * (mx - dx_), dy_ += kNewMotion * (my - dy_);
    } else {
        dx_ *= kSlowing, dy_ *= kSlowing;
    }
    here_ = {box, sure ? evidence : 0, sure ? BoxSource::flow : BoxSource::bridge, std::max(0.1F, sure ? evidence : 0.1F), {}};
    if (followed && sure) learn(to, history, flow.confidence, evidence);
    return unsure_ <= hold_;
}

}  // namespace invisiblur
