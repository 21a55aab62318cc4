#include "erase/background/patch_match.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "image/side_by_side.hpp"

namespace invisiblur {
namespace {

/// Rows that one thread does at a time: enough for propagation to work, few enough for threads to share.
constexpr int kBandRows = 48;
constexpr int kRowBytes = kPatchSide * PatchImage::kChannels;

/// The squared differences of one row of two patches.
int squared_differences(const std::uint8_t* p, const std::uint8_t* q) {
#ifdef __SSE2__
    // Twenty-eight bytes: two loads, of which the second begins with four that the first had.
    static_assert(kRowBytes == 28);
    const __m128i zero = _mm_setzero_si128();
    const auto load = [](const std::uint8_t* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); };
    const auto squares = [&](const __m128i& a, const __m128i& b) {
        const __m128i low = _mm_sub_epi16(_mm_unpacklo_epi8(a, zero), _mm_unpacklo_epi8(b, zero));
        const __m128i high = _mm_sub_epi16(_mm_unpackhi_epi8(a, zero), _mm_unpackhi_epi8(b, zero));
        return _mm_add_epi32(_mm_madd_epi16(low, low), _mm_madd_epi16(high, high));
    };
    __m128i sum = _mm_add_epi32(squares(load(p), load(q)), squares(_mm_srli_si128(load(p + 12), 4), _mm_srli_si128(load(q + 12), 4)));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(1, 0, 3, 2)));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(2, 3, 0, 1)));
    return _mm_cvtsi128_si32(sum);
#else
    int sum = 0;
    for (int i = 0; i < kRowBytes; ++i) sum += (p[i] - q[i]) * (p[i] - q[i]);
    return sum;
#endif
}

/// A place of the picture, its index with it: it is asked for too often to be divided out again.
struct Place {
    int at, x, y;
};

class Searcher {
public:
    Searcher(const PatchImage& image, const PatchSearch& search) : image_(image), search_(search) {}

    Place place(int at) const { return {at, at % image_.width, at / image_.width}; }

    int cost(const Place& target, const Place& source, int most) const {
        const int dx = target.x - source.x, dy = target.y - source.y;
        const int away = static_cast<int>(search_.cost_per_px * std::sqrt(static_cast<float>(dx * dx + dy * dy)));
        return away > most ? away : away + difference(target.at, source.at, most - away);
    }

    /// One iteration over the targets [first, end) of a field. In: before, the field's matches before the iteration.
    void pass(PatchField& field, const std::vector<int>& before, std::size_t first, std::size_t end, int iteration) const {
        const int step = iteration % 2 == 0 ? -1 : 1;  // towards the neighbours that were done just now
        for (std::size_t n = 0; n < end - first; ++n) {
            const std::size_t k = step < 0 ? first + n : end - 1 - n;
            const Place target = place(field.targets[k]);
            Best best{place(field.matches[k]), field.costs[k]};
            for (const int neighbour : {step, step * image_.width}) propagate(field, before, first, end, target, neighbour, best);
            look_around(target, iteration, best);
            field.matches[k] = best.source.at, field.costs[k] = best.cost;
        }
    }

private:
    struct Best {
        Place source;
        int cost;
    };

    /// The squared differences of two patches; as soon as they exceed `most`, something more than that.
    int difference(int a, int b, int most) const {
        const std::size_t stride = static_cast<std::size_t>(image_.width) * PatchImage::kChannels;
        const auto corner = [&](int centre) {
            return &image_.bytes[static_cast<std::size_t>(centre - kPatchReach * image_.width - kPatchReach) * PatchImage::kChannels];
        };
        const std::uint8_t *p = corner(a), *q = corner(b);
        int sum = 0;
        for (int y = 0; y < kPatchSide; ++y, p += stride, q += stride) {
            sum += squared_differences(p, q);
            if (sum > most) return sum;
        }
        return sum;
    }

    bool is_source(int x, int y) const {
        return x >= 0 && y >= 0 && x < image_.width && y < image_.height && search_.sources[static_cast<std::size_t>(image_.at(x, y))] != 0;
    }

    void try_source(const Place& target, const Place& source, Best& best) const {
        if (source.at == best.source.at) return;
        const int found = cost(target, source, best.cost);
        if (found < best.cost) best = {source, found};
    }

    void propagate(const PatchField& field, const std::vector<int>& before, std::size_t first, std::size_t end, const Place& target, int neighbour, Best& best) const {
        const int beside = target.at + neighbour;
        if (beside < 0 || beside >= static_cast<int>(field.target_of.size())) return;
        const int other = field.target_of[static_cast<std::size_t>(beside)];
        if (other < 0) return;
        const auto n = static_cast<std::size_t>(other);
        const int match = (n >= first && n < end ? field.matches[n] : before[n]) - neighbour;
        // A step sideways must not wrap around the picture's edge; sources keep away from it.
        if (match >= 0 && match < static_cast<int>(search_.sources.size()) && search_.sources[static_cast<std::size_t>(match)] != 0) try_source(target, place(match), best);
    }

    void look_around(const Place& target, int iteration, Best& best) const {
        int draw = iteration * 64;
        for (int reach = search_.reach_px; reach >= 1; reach /= 2) {
            const std::uint64_t random = counted_random(search_.seed, static_cast<std::uint64_t>(target.at), static_cast<std::uint64_t>(draw++));
            const auto within = [&](std::uint64_t bits) { return static_cast<int>(static_cast<std::uint32_t>(bits) % static_cast<std::uint32_t>(2 * reach + 1)) - reach; };
            const int x = best.source.x + within(random >> 32), y = best.source.y + within(random);
            if (is_source(x, y)) try_source(target, {image_.at(x, y), x, y}, best);
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
    for (std::size_t k = 0; k < field.targets.size(); ++k) field.costs[k] = searcher.cost(searcher.place(field.targets[k]), searcher.place(field.matches[k]), std::numeric_limits<int>::max());
}

}  // namespace invisiblur
