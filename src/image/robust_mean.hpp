#pragma once
#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

namespace invisiblur {

/// What several samples of one pixel agree on: the mean of the values within `near` of their median; nothing unless more than half of them
/// lie within `agree` (people walk past, leaves move: a picture made of that would show neither). Reorders the values.
/// In: near and agree, in steps of the values; agree is wider, since an edge that is laid over itself a little off still is that edge.
template <class T>
std::optional<float> robust_mean(std::span<T> values, float near, float agree) {
    if (values.empty()) return std::nullopt;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    if (values.size() <= 8) {
        // A handful is sorted sooner than cut in two.
        for (std::size_t i = 1; i < values.size(); ++i) {
            const T value = values[i];
            std::size_t k = i;
            for (; k > 0 && value < values[k - 1]; --k) values[k] = values[k - 1];
            values[k] = value;
        }
    } else {
        std::nth_element(values.begin(), middle, values.end());
    }
    const float median = static_cast<float>(*middle);
    float sum = 0;
    std::size_t count = 0, agreeing = 0;
    for (const T value : values) {
        const float v = static_cast<float>(value);
        agreeing += std::abs(v - median) <= agree;
        if (std::abs(v - median) <= near) sum += v, ++count;
    }
    if (2 * agreeing <= values.size()) return std::nullopt;
    return sum / static_cast<float>(count);
}

}  // namespace invisiblur
