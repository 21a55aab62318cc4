#include "erase/background/patch_match.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "image/side_by_side.hpp"

namespace invisiblur {
namespace {

/// Rows that one thread does at a time: enough for propagation to work, few enough for threads to share.
constexpr int kBandRows = 48;
constexpr int kRowBytes = kPatchSide * PatchImage::kChannels;

/// The squared differences of two patches; as soon as they exceed `most`, something more than that.
int difference(const PatchImage& image, int a, int b, int most) {
    const std::size_t stride = static_cast<std::size_t>(image.width) * PatchImage::kChannels;
    const auto corner = [&](int centre) {
        return &image.bytes[static_cast<std::size_t>(centre - kPatchReach * image.width - kPatchReach) * PatchImage::kChannels];
    };
    const std::uint8_t *p = corner(a), *q = corner(b);
    int sum = 0;
    for (int y = 0; y < kPatchSide; ++y, p += stride, q += stride) {
        int row = 0;
        for (int i = 0; i < kRowBytes; ++i) {
            const int d = p[i] - q[i];
            row += d * d;
        }
        sum += row;
        if (sum > most) return sum;
    }
    return sum;
}

class Searcher {
public:
    Searcher(const PatchImage& image, const PatchSearch& search) : image_(image), search_(search) {}

    int cost(int target, int source, int most) const {
        const int dx = target % image_.width - source % image_.width, dy = target / image_.width - source / image_.width;
        const int away = static_cast<int>(search_.cost_per_px * std::sqrt(static_cast<float>(dx * dx + dy * dy)));
        return away > most ? away : away + difference(image_, target, source, most - away);
    }

    /// One iteration over the targets [first, end) of a field. In: before, the field's matches before the iteration.
    void pass(PatchField& field, const std::vector<int>& before, std::size_t first, std::size_t end, int iteration) const {
        const int step = iteration % 2 == 0 ? -1 : 1;  // towards the neighbours that were done just now
        for (std::size_t n = 0; n < end - first; ++n) {
            const std::size_t k = step < 0 ? first + n : end - 1 - n;
            for (const int neighbour : {step, step * image_.width}) propagate(field, before, first, end, k, neighbour);
            look_around(field, k, iteration);
        }
    }

private:
    bool is_source(int x, int y) const {
        return x >= 0 && y >= 0 && x < image_.width && y < image_.height && search_.sources[static_cast<std::size_t>(image_.at(x, y))] != 0;
    }

    void try_source(PatchField& field, std::size_t k, int source) const {
        if (source == field.matches[k]) return;
        const int found = cost(field.targets[k], source, field.costs[k]);
        if (found >= field.costs[k]) return;
        field.costs[k] = found;
        field.matches[k] = source;
    }

    void propagate(PatchField& field, const std::vector<int>& before, std::size_t first, std::size_t end, std::size_t k, int neighbour) const {
        const int beside = field.targets[k] + neighbour;
        if (beside < 0 || beside >= static_cast<int>(field.target_of.size())) return;
        const int other = field.target_of[static_cast<std::size_t>(beside)];
        if (other < 0) return;
        const auto n = static_cast<std::size_t>(other);
        const int match = (n >= first && n < end ? field.matches[n] : before[n]) - neighbour;
        // A step sideways must not wrap around the picture's edge; sources keep away from it.
        if (match >= 0 && match < static_cast<int>(search_.sources.size()) && search_.sources[static_cast<std::size_t>(match)] != 0) try_source(field, k, match);
    }

    void look_around(PatchField& field, std::size_t k, int iteration) const {
        int draw = iteration * 64;
        for (int reach = search_.reach_px; reach >= 1; reach /= 2) {
            const std::uint64_t random = counted_random(search_.seed, static_cast<std::uint64_t>(field.targets[k]), static_cast<std::uint64_t>(draw++));
            const auto within = [&](std::uint64_t bits) { return static_cast<int>(bits % static_cast<std::uint64_t>(2 * reach + 1)) - reach; };
            const int x = field.matches[k] % image_.width + within(random >> 32), y = field.matches[k] / image_.width + within(random & 0xffffffffU);
            if (is_source(x, y)) try_source(field, k, image_.at(x, y));
        }
    }

    const PatchImage& image_;
    const PatchSearch& search_;
};

/// Targets of each band of rows, as ranges of places in `targets`.
std::vector<std::size_t> bands_of(const PatchField& field, int width) {
    std::vector<std::size_t> begins;
    int band = -1;
    for (std::size_t k = 0; k < field.targets.size(); ++k) {
        const int here = field.targets[k] / width / kBandRows;
        if (here != band) begins.push_back(k), band = here;
    }
    begins.push_back(field.targets.size());
    return begins;
}

}  // namespace

std::uint64_t counted_random(std::uint64_t seed, std::uint64_t a, std::uint64_t b) {
    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014), over a sum of odd multiples.
    std::uint64_t z = seed * 0x9e3779b97f4a7c15U + a * 0xbf58476d1ce4e5b9U + b * 0x94d049bb133111ebU;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

void improve_field(const PatchImage& image, const PatchSearch& search, int iterations, PatchField& field) {
    const Searcher searcher(image, search);
    const std::vector<std::size_t> bands = bands_of(field, image.width);
    for (int iteration = 0; iteration < iterations; ++iteration) {
        const std::vector<int> before = field.matches;
        side_by_side(bands.size() - 1, [&](std::size_t band) { searcher.pass(field, before, bands[band], bands[band + 1], iteration); });
    }
}

void count_costs(const PatchImage& image, const PatchSearch& search, PatchField& field) {
    const Searcher searcher(image, search);
    field.costs.resize(field.targets.size());
    for (std::size_t k = 0; k < field.targets.size(); ++k) field.costs[k] = searcher.cost(field.targets[k], field.matches[k], std::numeric_limits<int>::max());
}

}  // namespace invisiblur
