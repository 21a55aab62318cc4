#include "persons/scene_change.hpp"

#include <array>
#include <cmath>
#include <cstdlib>

namespace invisiblur {
namespace {

constexpr int kAcross = 96, kDown = 54;
// Mean difference of the samples in steps of 8 bits, and share of the samples that go from one sixteenth of the range to another: all cuts in films of
// the project's clips reach one of them, and frames of a camera that is not swung reach neither.
constexpr double kMostDifference = 20, kMostMoved = 0.12;

template <class T>
std::vector<int> samples_of(const ImageView& picture) {
    const ComponentView<T> luma = component<T>(picture, 0);
    const int down = picture.layout.components[0].depth - 8, mask = (1 << picture.layout.components[0].depth) - 1;
    std::vector<int> samples;
    samples.reserve(std::size_t{kAcross} * kDown);
    for (int y = 0; y < kDown; ++y) {
        for (int x = 0; x < kAcross; ++x) {
            const int value = luma.get((2 * x + 1) * luma.width / (2 * kAcross), (2 * y + 1) * luma.height / (2 * kDown)) & mask;
            samples.push_back(down >= 0 ? value >> down : value << -down);
        }
    }
    return samples;
}

}  // namespace

bool SceneChange::push(const ImageView& picture) {
    std::vector<int> now = picture.layout.bytes_per_sample == 1 ? samples_of<std::uint8_t>(picture) : samples_of<std::uint16_t>(picture);
    now.swap(before_);
    if (now.empty()) return false;
    const std::vector<int>& last = now;
    double difference = 0, moved = 0;
    std::array<int, 16> balance{};
    for (std::size_t i = 0; i < last.size(); ++i) {
        difference += std::abs(before_[i] - last[i]);
        ++balance[static_cast<std::size_t>(before_[i] / 16)];
        --balance[static_cast<std::size_t>(last[i] / 16)];
    }
    for (const int count : balance) moved += std::abs(count) / 2.0;
    const auto all = static_cast<double>(last.size());
    return difference / all > kMostDifference || moved / all > kMostMoved;
}

}  // namespace invisiblur
