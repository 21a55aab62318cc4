#include "erase/background/temporal_fusion.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "image/robust_mean.hpp"

namespace invisiblur {
namespace {

/// Beyond so many times `near` values disagree: an edge that is laid over itself a little off still is that edge.
constexpr float kAgree = 3;

void sort_two(float& a, float& b) {
    const float low = b < a ? b : a, high = b < a ? a : b;
    a = low, b = high;
}

float median_of_five(float a, float b, float c, float d, float e) {
    sort_two(a, b), sort_two(d, e), sort_two(a, d), sort_two(b, e);
    // a is the least and e the greatest of four: the median is that of the others.
    sort_two(b, c), sort_two(c, d), sort_two(b, c);
    return c;
}

}  // namespace

TemporalFusion::TemporalFusion(const std::vector<WarpedSampler>& samplers, const std::vector<float>& lights, float near)
    : samplers_(samplers),
      lights_(lights),
      near_(near),
      still_(std::all_of(samplers.begin(), samplers.end(), [](const WarpedSampler& p) { return p.still(); })) {}

void TemporalFusion::run(int x0, int y, std::span<const std::size_t> order, std::span<const float> shown, std::span<const bool> visible,
                    std::span<float> values, std::span<bool> known, std::span<bool> disputed) {
    order_ = order;
    gather_run(x0, y, values.size());
    std::fill(disputed.begin(), disputed.end(), false);
    const bool quick = even_ && run_count_[0] == kMostValues && !still_;
    if (quick && agree_all(values.size(), shown, visible, values, known)) return;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (quick && known[i]) continue;
        const auto value = sample(x0 + static_cast<int>(i), y, i, visible[i] ? std::optional(shown[i]) : std::nullopt);
        known[i] = value.has_value();
        if (!disputed.empty()) disputed[i] = known[i] && disagree(i);
        if (value) values[i] = *value;
    }
}

/// Takes references until each sample has enough clear ones.
void TemporalFusion::gather_run(int x0, int y, std::size_t count) {
    std::fill_n(run_count_.begin(), count, std::uint8_t{0});
    std::fill_n(run_clear_count_.begin(), count, std::uint8_t{0});
    std::fill_n(wants_.begin(), count, true);
    std::fill_n(run_next_.begin(), count, order_.size());
    even_ = true;
    waiting_ = count;
    for (std::size_t next = 0; next < order_.size() && waiting_ > 0; ++next) {
        const std::size_t k = order_[next];
        const WarpedSampler::Sight sight = samplers_[k].run(x0, y, std::span(wants_).first(count), std::span(seen_).first(count), std::span(freedom_).first(count));
        if (sight == WarpedSampler::Sight::nothing) continue;
        even_ &= sight == WarpedSampler::Sight::clear;
        take(k, count, next);
    }
}

void TemporalFusion::take(std::size_t k, std::size_t count, std::size_t next) {
    for (std::size_t i = 0; i < count; ++i) {
        const bool clear = WarpedSampler::shows_scene(freedom_[i]);
        if (freedom_[i] == WarpedSampler::Freedom::core || !wants_[i]) continue;
        if (!clear && run_count_[i] - run_clear_count_[i] == kMostValues) continue;
        const std::size_t at = run_count_[i]++;
        run_values_[at][i] = seen_[i] + lights_[k];
        run_freedom_[at][i] = freedom_[i];
        if (!clear || ++run_clear_count_[i] < kMostValues) continue;
        run_next_[i] = next + 1;
        wants_[i] = false;
        --waiting_;
    }
}

/// The common case, several samples at once: five clear references each. Known become those on which all five agree.
/// Returns: whether all samples are known now.
bool TemporalFusion::agree_all(std::size_t count, std::span<const float> shown, std::span<const bool> visible, std::span<float> values,
                          std::span<bool> known) const {
    std::size_t done = 0;
    const auto& v = run_values_;
    for (std::size_t i = 0; i < count; ++i) {
        const float median = median_of_five(v[0][i], v[1][i], v[2][i], v[3][i], v[4][i]);
        float confirmed = 0, confirming = 0, sum = 0, near = 0, agreeing = 0, largest = 0;
        for (std::size_t k = 0; k < kMostValues; ++k) {
            const float value = v[k][i], off = std::abs(value - median);
            const float confirms = visible[i] && std::abs(value - shown[i]) <= near_ ? 1.0F : 0.0F, is_near = off <= near_ ? 1.0F : 0.0F;
            confirmed += confirms * value, confirming += confirms;
            sum += is_near * value, near += is_near;
            agreeing += off <= kAgree * near_ ? 1.0F : 0.0F;
            largest = off > largest ? off : largest;
        }
        const float mean = sum / near;
        const bool all = agreeing == kMostValues && largest + std::abs(mean - median) <= kAgree * near_;
        values[i] = confirming > 1 ? confirmed / confirming : mean;
        known[i] = confirming > 1 || all;
        done += known[i];
    }
    return done == count;
}

bool TemporalFusion::disagree(std::size_t i) const {
    float low = std::numeric_limits<float>::max(), high = std::numeric_limits<float>::lowest();
    for (std::size_t k = 0; k < run_count_[i]; ++k) {
        if (WarpedSampler::shows_scene(run_freedom_[k][i])) low = std::min(low, run_values_[k][i]), high = std::max(high, run_values_[k][i]);
    }
    return high - low > kAgree * near_;
}

std::optional<float> TemporalFusion::sample(int x, int y, std::size_t i, std::optional<float> shown) {
    count_ = run_count_[i], clear_count_ = run_clear_count_[i];
    for (std::size_t k = 0; k < count_; ++k) values_[k] = run_values_[k][i], freedoms_[k] = run_freedom_[k][i];
    // What others confirm is the scene, whatever passed by in the rest.
    if (const auto confirmed = shown ? confirm(*shown) : std::nullopt) return confirmed;
    std::size_t next = run_next_[i];
    auto value = agreed();
    // Where the nearest disagree a thing passed by, and farther ones tell which of them saw it.
    if (!value && next < order_.size()) {
        gather_more(x, y, next);
        value = agreed();
    }
    return value && still_ ? steadied(*value, x, y, next) : value;
}

void TemporalFusion::gather_more(int x, int y, std::size_t& next) {
    for (; next < order_.size() && clear_count_ < kMostDisputed; ++next) {
        const std::size_t k = order_[next];
        const auto seen = samplers_[k].at(x, y);
        if (!seen || (!seen->clear() && count_ - clear_count_ == kMostValues)) continue;
        values_[count_] = seen->value + lights_[k];
        freedoms_[count_] = seen->freedom;
        if (seen->clear()) ++clear_count_;
        ++count_;
    }
}

/// A halo confirms nothing: hair that is taken for scene in one frame is so in the next one too.
std::optional<float> TemporalFusion::confirm(float shown) const {
    float sum = 0, count = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        if (freedoms_[i] == WarpedSampler::Freedom::clear && std::abs(values_[i] - shown) <= near_) sum += values_[i], ++count;
    }
    return count > 1 ? std::optional(sum / count) : std::nullopt;
}

std::optional<float> TemporalFusion::behind(WarpedSampler::Freedom least) {
    std::size_t alone = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        if (freedoms_[i] >= least) found_[alone++] = values_[i];
    }
    // One reference alone may be a passer-by.
    return alone < 2 ? std::nullopt : robust_mean(std::span(found_).first(alone), near_, kAgree * near_);
}

std::optional<float> TemporalFusion::agreed() {
    // What stands in no halo is surely no hair.
    auto behind = this->behind(WarpedSampler::Freedom::clear);
    if (!behind) behind = this->behind(WarpedSampler::Freedom::scene);
    if (!behind) return std::nullopt;
    // A halo is believed where it shows what is seen outside all halos too.
    std::size_t count = 0;
    for (std::size_t i = 0; i < count_ && count < kMostValues; ++i) {
        if (std::abs(values_[i] - *behind) <= kAgree * near_) found_[count++] = values_[i];
    }
    return robust_mean(std::span(found_).first(count), near_, kAgree * near_);
}

/// The mean with farther references that agree: less noise. Only where the camera stands still, or it would cost sharpness.
float TemporalFusion::steadied(float value, int x, int y, std::size_t first_far) const {
    float sum = value * kMostValues, count = kMostValues;
    for (const std::size_t k : order_.subspan(first_far)) {
        const auto seen = samplers_[k].at(x, y);
        if (seen && seen->clear() && std::abs(seen->value + lights_[k] - value) <= near_) sum += seen->value + lights_[k], ++count;
    }
    return sum / count;
}

}  // namespace invisiblur
