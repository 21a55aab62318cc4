#include "motion/transition.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace invisiblur {
namespace {

// So many pictures apart two are compared: each span finds what takes a quarter to three quarters of it.
constexpr std::array<int, 4> kSpans{12, 24, 48, TransitionDetector::kLongest};
// On either side the mixture must stand still for this part of a span.
constexpr int kSteadyPart = 8;
constexpr float kSteady = 0.05F;
// What noise and motion take back of the share that grows.
constexpr float kUnrest = 0.05F;
// More than this part of the way in one picture is a cut.
constexpr float kLargestStep = 0.5F;
// Fewer pictures between are a cut in a picture of two fields, or one coded badly.
constexpr int kFewestMixed = 3;
// What of a picture is no mixture, as a part of how much both ends differ: in dissolves and fades up to 0.015, in pans, crowds and changing light 0.14 and more.
constexpr float kMostForeign = 0.05F;
// Two scenes are less alike than this; so far apart may exposure alone bring pictures of one.
constexpr float kOtherScene = 0.15F;
// Ends that differ by less, in 8-bit steps, are one picture.
constexpr float kLeastChange = 3;
// Fewer cells beside all faces say nothing.
constexpr std::size_t kFewestCells = 8;

/// From one picture to another one.
class Mixture {
public:
    Mixture(const PictureSketch& from, const PictureSketch& to) : from_(from), change_(from.cells.size(), 0.0F), shown_(from.cells.size(), 0) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < change_.size(); ++i) {
            if (from.cells[i] < 0 || to.cells[i] < 0) continue;
            shown_[i] = 1, ++count;
            change_[i] = to.cells[i] - from.cells[i];
            whole_ += change_[i] * change_[i];
        }
        differs_ = count >= kFewestCells && whole_ >= kLeastChange * kLeastChange * static_cast<float>(count);
    }

    bool differs() const { return differs_; }

    struct Share {
        float second = 0;   ///< how much a picture has of the second one
        float foreign = 1;  ///< what of it is neither, as a part of how much both differ
    };
    Share share_of(const PictureSketch& picture) const {
        const auto each = [&](auto function) {
            for (std::size_t i = 0; i < change_.size(); ++i)
                if (shown_[i] != 0 && picture.cells[i] >= 0) function(picture.cells[i] - from_.cells[i], change_[i]);
        };
        float along = 0, whole = 0, foreign = 0;
        each([&](float now, float change) { along += now * change, whole += change * change; });
        if (whole <= 0) return {};
        const float second = along / whole;
        each([&](float now, float change) { foreign += (now - second * change) * (now - second * change); });
        return {second, foreign / whole};
    }

private:
    const PictureSketch& from_;
    std::vector<float> change_;
    std::vector<std::uint8_t> shown_;
    float whole_ = 0;
    bool differs_ = false;
};

/// Whether shares say that one picture went over into another, at rest on either side. In: still_first, still_last, ends that show nothing need no rest.
bool goes_over(std::span<const float> shares, bool still_first, bool still_last) {
    const std::size_t rest = (shares.size() - 1) / kSteadyPart, end = shares.size() - 1;
    int mixed = 0;
    for (std::size_t i = 0; i <= end; ++i) {
        if (!still_first && i <= rest && shares[i] > kSteady) return false;
        if (!still_last && i + rest >= end && shares[i] < 1 - kSteady) return false;
        if (i > 0 && (shares[i] < shares[i - 1] - kUnrest || shares[i] > shares[i - 1] + kLargestStep)) return false;
        mixed += shares[i] > kSteady && shares[i] < 1 - kSteady;
    }
    return mixed >= kFewestMixed;
}

}  // namespace

std::optional<int> TransitionDetector::push(const PictureSketch& sketch) {
    if (!history_.empty() && !history_.back().same_size(sketch)) history_.clear();
    history_.push_back(sketch);
    if (static_cast<int>(history_.size()) > kLongest + 1) history_.pop_front();
    for (const int span : kSpans) {
        const std::optional<int> mixed = ended_in(span);
        if (!mixed) continue;
        history_.erase(history_.begin(), history_.end() - 1);
        return mixed;
    }
    return std::nullopt;
}

/// In: span, of pictures up to the newest.
std::optional<int> TransitionDetector::ended_in(int span) const {
    const int last = static_cast<int>(history_.size()) - 1, first = last - span;
    if (first < 0) return std::nullopt;
    const auto at = [&](int i) -> const PictureSketch& { return history_[static_cast<std::size_t>(i)]; };
    const bool from_flat = at(first).is_flat(), to_flat = at(last).is_flat();
    if (from_flat && to_flat) return std::nullopt;
    const Mixture mixture(at(first), at(last));
    // The middle tells most: what is no mixture shows there, and most spans end here.
    if (!mixture.differs() || mixture.share_of(at(first + span / 2)).foreign > kMostForeign) return std::nullopt;
    std::vector<float> shares;
    for (int i = first; i <= last; ++i) {
        const Mixture::Share share = mixture.share_of(at(i));
        if (share.foreign > kMostForeign) return std::nullopt;
        shares.push_back(share.second);
    }
    if (!goes_over(shares, from_flat, to_flat)) return std::nullopt;
    if (from_flat == to_flat && scene_difference(at(first), at(last), kOtherScene) <= kOtherScene) return std::nullopt;
    const auto begun = std::find_if(shares.begin(), shares.end(), [](float share) { return share > kSteady; });
    return static_cast<int>(shares.end() - 1 - begun);
}

}  // namespace invisiblur
