#pragma once
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace invisiblur {

/// The change of light that most of a border shows against its plate: none where a good part of it looks like the plate, else the median. A camera that adapts
/// to the light by no more than `most` is believed against that, where twice as much of the border lies around the median.
/// In: changes, picture minus plate, sample by sample; near, what noise makes of it.
template <class T>
T light_of(std::vector<T> changes, T near, T most) {
    /// Below this share the plate's likeness may be chance.
    constexpr double kGoodPart = 0.2;
    if (changes.empty()) return 0;
    const auto alike = [&](T light) { return std::count_if(changes.begin(), changes.end(), [&](T v) { return std::abs(v - light) <= near; }); };
    const auto middle = changes.begin() + static_cast<std::ptrdiff_t>(changes.size() / 2);
    std::nth_element(changes.begin(), middle, changes.end());
    const T median = *middle;
    const bool looks_like_plate = static_cast<double>(alike(0)) >= kGoodPart * static_cast<double>(changes.size());
    return looks_like_plate && (std::abs(median) > most || alike(median) < 2 * alike(0)) ? 0 : median;
}

/// The same of a whole patch, within a shot. In: threshold, what noise makes of it.
/// Returns: 0 where it would be more than light changes within a shot: then somebody stands all around.
inline double light_within_shot(std::vector<double> changes, double threshold) {
    constexpr double kMostLight = 4;  // thresholds
    const double light = light_of(std::move(changes), threshold, kMostLight * threshold);
    return std::abs(light) <= kMostLight * threshold ? light : 0;
}

}  // namespace invisiblur
