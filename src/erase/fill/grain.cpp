#include "erase/fill/grain.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace invisiblur {
namespace {

/// Enough second differences for a quantile within a few percent.
constexpr std::size_t kMostProbes = 4096;
constexpr std::size_t kFewestProbes = 64;
/// The quarter of the boundary that changes least is what noise alone makes of it: edges and texture lie above.
constexpr double kQuietPart = 0.25;
/// That quantile of the absolute value of a normal variable of deviation 1.
constexpr float kQuietQuantile = 0.31864F;
/// A plate brings the scene's texture. Noise of half the scene's own is enough against its standing still, and costs 1 dB at most.
constexpr float kShareOnPlate = 0.45F;
/// Nobody sees noise that stands still where it is weaker than this, in 8-bit steps; from twice as much on everybody may.
constexpr float kUnseen = 0.7F;
/// Texture that stands still, of a boundary whose noise over time is known, must not boil in the fill at its full strength.
constexpr float kShareOfStillTexture = 0.5F;
/// No camera's noise is stronger, in 8-bit steps: that is texture.
constexpr float kMostNoise = 8;
constexpr float kMostSpread = 0.4F;

/// The deviation of [1 -2 1] x [1 -2 1] (with `distance` between its taps) of white noise that was spread.
float response(float spread, int distance) {
    std::array<float, 7> taps{};
    const int middle = 3;
    for (int k = -1; k <= 1; ++k) {
        const float weight = k == 0 ? 1.0F : spread;
        taps[static_cast<std::size_t>(middle + k - distance)] += weight;
        taps[static_cast<std::size_t>(middle + k)] -= 2 * weight;
        taps[static_cast<std::size_t>(middle + k + distance)] += weight;
    }
    float energy = 0;
    for (const float t : taps) energy += t * t;
    return energy;  // the square root of its square: both directions alike
}

/// The spread whose near differences are this part of its far ones.
float spread_of(float near_to_far) {
    float spread = 0;
    while (spread < kMostSpread && response(spread, 1) / response(spread, 2) > near_to_far) spread += 0.01F;
    return spread;
}

/// Second differences both ways at every place of a boundary where all nine samples may be used.
class Differences {
public:
    Differences(const BoundarySamples& boundary, std::span<const std::uint8_t> usable, int distance)
        : x_(distance), y_(static_cast<std::ptrdiff_t>(distance) * boundary.row_step * boundary.width) {
        const int dy = distance * boundary.row_step;
        std::size_t candidates = 0;
        for (const std::uint8_t u : usable) candidates += u;
        const int stride = std::max(1, static_cast<int>(std::sqrt(static_cast<double>(candidates) / kMostProbes) + 0.5));
        for (int y = dy; y < boundary.height - dy; y += stride) {
            for (int x = distance; x < boundary.width - distance; x += stride) {
                const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(y) * boundary.width + x;
                if (all_usable(usable, i)) places_.push_back(i);
            }
        }
    }

    bool enough() const { return places_.size() >= kFewestProbes; }

    template <class Value>
    std::vector<float> of(Value value) const {
        std::vector<float> found;
        found.reserve(places_.size());
        for (const std::ptrdiff_t i : places_) {
            const auto row = [&](std::ptrdiff_t k) { return value(k - x_) - 2 * value(k) + value(k + x_); };
            found.push_back(row(i - y_) - 2 * row(i) + row(i + y_));
        }
        return found;
    }

private:
    bool all_usable(std::span<const std::uint8_t> usable, std::ptrdiff_t i) const {
        for (std::ptrdiff_t k = i - y_; k <= i + y_; k += y_) {
            const auto at = [&](std::ptrdiff_t j) { return usable[static_cast<std::size_t>(j)] != 0; };
            if (!at(k - x_) || !at(k) || !at(k + x_)) return false;
        }
        return true;
    }

    std::ptrdiff_t x_;
    std::ptrdiff_t y_;
    std::vector<std::ptrdiff_t> places_;
};

float quiet_deviation(std::vector<float> values) {
    for (float& v : values) v = std::abs(v);
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(kQuietPart * static_cast<double>(values.size()));
    std::nth_element(values.begin(), at, values.end());
    return *at / kQuietQuantile;
}

/// Strength (as second differences of distance 1) and spread of the noise in some values of a boundary.
struct Noise {
    float difference = 0;
    float spread = 0;
    bool measured = false;
};

template <class Value>
Noise noise_of(const BoundarySamples& boundary, std::span<const std::uint8_t> usable, Value value) {
    const Differences near(boundary, usable, 1), far(boundary, usable, 2);
    if (!near.enough()) return {};
    Noise noise{quiet_deviation(near.of(value)), 0, true};
    const float wide = far.enough() ? quiet_deviation(far.of(value)) : 0;
    if (wide > 0) noise.spread = spread_of(noise.difference / wide);
    return noise;
}

/// How much more the picture varies than the plate where one shows the other: the noise that a plate, a mean over time, has lost.
float lost_difference(const BoundarySamples& boundary, float difference) {
    const Differences near(boundary, boundary.like_plate, 1);
    const std::vector<float> picture = near.of([&](std::ptrdiff_t i) { return boundary.picture[static_cast<std::size_t>(i)]; });
    const std::vector<float> plate = near.of([&](std::ptrdiff_t i) { return boundary.plate[static_cast<std::size_t>(i)]; });
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < picture.size(); ++i) {
        if (std::abs(picture[i] - plate[i]) > 3 * difference) continue;  // something else stands there
        sum += (static_cast<double>(picture[i]) - plate[i]) * (static_cast<double>(picture[i]) + plate[i]);
        ++count;
    }
    if (count == 0 || sum <= 0) return 0;
    return std::min(difference, static_cast<float>(std::sqrt(sum / static_cast<double>(count))));
}

/// SplitMix64's finaliser (Steele et al. 2014).
std::uint64_t mixed(std::uint64_t v) {
    v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9ULL;
    v = (v ^ (v >> 27)) * 0x94d049bb133111ebULL;
    return v ^ (v >> 31);
}

/// Nearly normal, deviation 1: the sum of four uniform numbers of 16 bits.
float white_noise(int x, int y, std::uint64_t seed) {
    const std::uint64_t place = (static_cast<std::uint64_t>(static_cast<std::uint32_t>(y)) << 32) | static_cast<std::uint32_t>(x);
    const std::uint64_t bits = mixed(place + mixed(seed + 0x9e3779b97f4a7c15ULL));
    const std::uint64_t sum = (bits & 0xffff) + ((bits >> 16) & 0xffff) + ((bits >> 32) & 0xffff) + (bits >> 48);
    constexpr float kScale = 1.7320508F / 65536;  // a uniform number's variance is 1/12, four make 1/3
    return (static_cast<float>(sum) - 2 * 65535.0F) * kScale;
}

}  // namespace

Grain measure_grain(const BoundarySamples& boundary) {
    const auto picture = [&](std::ptrdiff_t i) { return boundary.picture[static_cast<std::size_t>(i)]; };
    const auto change = [&](std::ptrdiff_t i) { return boundary.picture[static_cast<std::size_t>(i)] - boundary.plate[static_cast<std::size_t>(i)]; };
    const Noise still = noise_of(boundary, boundary.kept, picture);
    const Noise moving = noise_of(boundary, boundary.like_plate, change);
    Grain grain;
    grain.spread = moving.measured ? moving.spread : still.spread;
    const float per_difference = 1 / response(grain.spread, 1);
    // A sample's deviation, not that of the white noise it is made from, is what is seen and limited.
    const float deviation = 1 + 2 * grain.spread * grain.spread;
    const float most = kMostNoise * boundary.step / deviation;
    grain.on_smooth = std::min(most, per_difference * still.difference);
    if (!moving.measured) return grain;
    grain.on_smooth = std::min(grain.on_smooth, std::max(per_difference * moving.difference, kShareOfStillTexture * grain.on_smooth));
    const float lost = std::min(most, per_difference * lost_difference(boundary, moving.difference));
    grain.on_plate = kShareOnPlate * lost * std::clamp(lost * deviation / (kUnseen * boundary.step) - 1, 0.0F, 1.0F);
    return grain;
}

std::vector<float> grain_field(const Rect& where, const Grain& grain, int row_step, std::uint64_t seed) {
    const int width = where.width() + 2, height = where.height() + 2 * row_step;
    std::vector<float> rows(static_cast<std::size_t>(where.width()) * height);
    std::vector<float> white(static_cast<std::size_t>(width));
    std::size_t i = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) white[static_cast<std::size_t>(x)] = white_noise(where.x0 - 1 + x, where.y0 - row_step + y, seed);
        for (std::size_t x = 1; x + 1 < white.size(); ++x) rows[i++] = white[x] + grain.spread * (white[x - 1] + white[x + 1]);
    }
    std::vector<float> field(static_cast<std::size_t>(where.width()) * where.height());
    const std::size_t step = static_cast<std::size_t>(row_step) * where.width();
    for (std::size_t k = 0; k < field.size(); ++k) field[k] = rows[k + step] + grain.spread * (rows[k] + rows[k + 2 * step]);
    return field;
}

float dither_at(int x, int y) {
    // A sequence of low discrepancy in the plane (Roberts 2018), in 32-bit fractions.
    const std::uint32_t v = static_cast<std::uint32_t>(x) * 3242174889U + static_cast<std::uint32_t>(y) * 2447445414U;
    return static_cast<float>(v >> 8) / 16777216.0F - 0.5F;
}

}  // namespace invisiblur
