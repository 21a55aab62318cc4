#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

namespace invisiblur {

/// The change of light that most of a border shows against its plate: none where a good part of it looks like the plate, else the median.
/// In: changes, picture minus plate, sample by sample; near, what noise makes of it.
template <class T>
T light_of(std::vector<T> changes, T near) {
    /// Below this share the plate's likeness may be chance.
    constexpr double kGoodPart = 0.2;
    const auto alike = std::count_if(changes.begin(), changes.end(), [&](T v) { return std::abs(v) <= near; });
    if (static_cast<double>(alike) >= kGoodPart * static_cast<double>(changes.size())) return 0;
    const auto middle = changes.begin() + static_cast<std::ptrdiff_t>(changes.size() / 2);
    std::nth_element(changes.begin(), middle, changes.end());
    return *middle;
}

}  // namespace invisiblur
