#include "erase/background/exemplars.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "erase/background/exemplar_level.hpp"

namespace invisiblur {
namespace {

/// There must be a quarter as many source patches as there are pixels of the hole: with fewer, a piece is seen again and again in what is made of it. A
/// head before a screen's camera hides half of the picture, and there is a wall's worth of sources beside it.
constexpr double kSourcesPerHolePixel = 0.25;
/// On the coarsest level half of that will do: it only gives the structure.
constexpr double kSourcesOfCoarsest = 0.125;
constexpr std::size_t kLeastSources = 64;
/// A hole no deeper than a patch is bridged at once: no coarser level is needed (Newson et al. 2014).
constexpr int kBridgedDepth = kPatchSide;
/// Rounds on the coarsest level, where they cost nothing; and of each finer one fewer, down to the least.
constexpr int kMostRounds = 12, kLeastRounds = 2;
/// A round that takes less than a hundredth off what the matches cost is a level's last one.
constexpr double kSettled = 0.99;
/// On levels whose hole is larger the field is only refined beside itself: their structure was decided on coarser ones.
constexpr std::size_t kSearchedPixels = 60'000;
constexpr int kRefinedReach = 4;
constexpr int kIterations = 2, kFirstIterations = 6;

/// Levels from fine to coarse.
std::vector<ExemplarLevel> pyramid(const PatchImage& image, std::span<const Role> roles) {
    std::vector<ExemplarLevel> levels;
    levels.emplace_back(image, std::vector<Role>(roles.begin(), roles.end()));
    while (levels.back().depth() > kBridgedDepth) {
        ExemplarLevel coarser = levels.back().coarser();
        const double wanted = kSourcesOfCoarsest * static_cast<double>(coarser.hole_pixels());
        if (coarser.source_patches() < kLeastSources || static_cast<double>(coarser.source_patches()) < wanted) break;
        levels.push_back(std::move(coarser));
    }
    return levels;
}

bool is_hopeless(const ExemplarLevel& finest) {
    const double wanted = kSourcesPerHolePixel * static_cast<double>(finest.hole_pixels());
    return finest.hole_pixels() == 0 || finest.source_patches() < kLeastSources || static_cast<double>(finest.source_patches()) < wanted;
}

}  // namespace

Exemplars find_exemplars(const PatchImage& image, std::span<const Role> roles) {
    std::vector<ExemplarLevel> levels = pyramid(image, roles);
    if (is_hopeless(levels.front())) return {};
    levels.front().note_texture();
    for (std::size_t level = 1; level < levels.size(); ++level) levels[level].take_texture(levels[level - 1]);
    for (std::size_t level = levels.size(); level-- > 0;) {
        ExemplarLevel& here = levels[level];
        const std::size_t from_coarsest = levels.size() - 1 - level;
        if (from_coarsest == 0) {
            here.start(level);
        } else {
            here.start_from(levels[level + 1], level);
        }
        const bool small = here.hole_pixels() <= kSearchedPixels;
        const int rounds = small ? std::max(kLeastRounds, kMostRounds - 3 * static_cast<int>(from_coarsest)) : 1;
        const int reach = small ? std::max(here.width(), here.height()) : kRefinedReach;
        double sum_before = std::numeric_limits<double>::max();
        for (int round = 0; round < rounds; ++round) {
            const double sum = here.search(from_coarsest == 0 && round == 0 ? kFirstIterations : (small ? kIterations : 1), reach, static_cast<std::uint64_t>(level * 64) + static_cast<std::uint64_t>(round));
            here.vote();
            if (sum > kSettled * sum_before) break;
            sum_before = sum;
        }
    }
    return levels.front().exemplars();
}

}  // namespace invisiblur
