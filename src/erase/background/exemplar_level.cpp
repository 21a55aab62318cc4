#include "erase/background/exemplar_level.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "erase/fill/poisson.hpp"
#include "image/connected.hpp"
#include "image/side_by_side.hpp"
#include "image/summed_area.hpp"

namespace invisiblur {
namespace {

/// A source at the other end of the picture must fit better by so many steps (8 bits) in each sample than one beside: about a camera's noise.
constexpr float kFarSteps = 3;
/// What a patch says counts less by this for each step from what is known: what is known spreads inwards (Wexler, Shechtman, Irani 2007).
constexpr float kTrustPerStep = 1 / 1.3F;
constexpr int kMostSteps = 24;
/// The costs' percentile that is the measure of a good match (same source).
constexpr double kGoodPart = 0.75;
/// At the end only patches about as good as the best one over a pixel have a say: texture stays, and edges of copies do not show.
constexpr float kSharpness = 12;
constexpr float kLeastShare = 0.05F;
/// The texture feature's window, to each side (Newson et al. 2014 have one of about a patch on the coarse levels).
constexpr int kTextureReach = 8;

constexpr int kBandRows = 16;

/// Does something for each pixel of a picture, in bands of rows side by side.
template <class Function>
void each_row_side_by_side(int height, Function function) {
    side_by_side(static_cast<std::size_t>((height + kBandRows - 1) / kBandRows), [&](std::size_t band) {
        const int first = static_cast<int>(band) * kBandRows;
        for (int y = first; y < std::min(height, first + kBandRows); ++y) function(y);
    });
}

bool is_known(Role role) {
    return role == Role::source || role == Role::fitted;
}

}  // namespace

ExemplarLevel::ExemplarLevel(PatchImage image, std::vector<Role> roles) : image_(std::move(image)), roles_(std::move(roles)) {
    find_patches();
}

/// Sources, targets, and what must be synthesised so that targets have no gaps.
void ExemplarLevel::find_patches() {
    const int width = image_.width, height = image_.height;
    const CountTable others(width, height, [&](std::size_t i) { return roles_[i] != Role::source; });
    const CountTable holes(width, height, [&](std::size_t i) { return roles_[i] == Role::hole; });
    hole_pixels_ += std::ranges::count(roles_, Role::hole);
    const Rect bounds{0, 0, width, height};
    const auto around = [&](int x, int y, int reach) { return intersect(grow(Rect{x, y, x + 1, y + 1}, reach, reach), bounds); };
    sources_.assign(roles_.size(), 0);
    wanted_.assign(roles_.size(), 0);
    field_.target_of.assign(roles_.size(), -1);
    std::size_t i = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x, ++i) {
            wanted_[i] = !is_known(roles_[i]) && holes.sum(around(x, y, 2 * kPatchReach)) > 0;
            if (x < kPatchReach || y < kPatchReach || x + kPatchReach >= width || y + kPatchReach >= height) continue;
            const Rect patch = around(x, y, kPatchReach);
            if (others.sum(patch) == 0) {
                sources_[i] = 1;
                source_patches_.push_back(static_cast<int>(i));
            } else if (holes.sum(patch) > 0) {
                field_.target_of[i] = static_cast<int>(field_.targets.size());
                field_.targets.push_back(static_cast<int>(i));
            }
        }
    }
    distance_.assign(roles_.size(), 0);
    std::vector<int> front;
    for (int k = 0; k < static_cast<int>(roles_.size()); ++k) {
        if (is_known(roles_[static_cast<std::size_t>(k)])) front.push_back(k);
    }
    for (int step = 1; !front.empty(); ++step) {
        front = neighbours_of(front, width, height, [&](int k) {
            const auto at = static_cast<std::size_t>(k);
            return wanted_[at] != 0 && distance_[at] == 0 && (distance_[at] = step) != 0;
        });
    }
}

int ExemplarLevel::depth() const {
    int deepest = 0;
    for (std::size_t i = 0; i < roles_.size(); ++i) {
        if (roles_[i] == Role::hole) deepest = std::max(deepest, distance_[i]);
    }
    return deepest;
}

ExemplarLevel ExemplarLevel::coarser() const {
    const int width = (image_.width + 1) / 2, height = (image_.height + 1) / 2;
    PatchImage image(width, height);
    std::vector<Role> roles(image.count());
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            std::array<int, PatchImage::kChannels> sums{};
            int count = 0;
            Role role = Role::source;
            for (const auto& [dx, dy] : {std::pair{0, 0}, {1, 0}, {0, 1}, {1, 1}}) {
                if (2 * x + dx >= image_.width || 2 * y + dy >= image_.height) continue;
                const auto i = static_cast<std::size_t>(image_.at(2 * x + dx, 2 * y + dy));
                role = std::max(role, roles_[i]);
                if (!is_known(roles_[i])) continue;
                ++count;
                for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += image_.bytes[i * sums.size() + c];
            }
            const auto k = static_cast<std::size_t>(image.at(x, y));
            roles[k] = role;
            if (count == 0) continue;
            for (std::size_t c = 0; c < sums.size(); ++c) image.bytes[k * sums.size() + c] = static_cast<std::uint8_t>((sums[c] + count / 2) / count);
        }
    }
    return {std::move(image), std::move(roles)};
}

void ExemplarLevel::note_texture() {
    const int width = image_.width, height = image_.height;
    const auto row = static_cast<std::size_t>(width), last = roles_.size() - row;
    const auto luma = [&](std::size_t at) { return static_cast<int>(image_.bytes[at * PatchImage::kChannels]); };
    const auto counts = [&](std::size_t i) { return i < last && (i + 1) % row != 0 && is_known(roles_[i]) && is_known(roles_[i + 1]) && is_known(roles_[i + row]); };
    const CountedArea steps(width, height, counts, [&](std::size_t i) { return std::abs(luma(i + 1) - luma(i)) + std::abs(luma(i + row) - luma(i)); });
    std::size_t i = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x, ++i) {
            const Rect window = intersect(grow(Rect{x, y, x + 1, y + 1}, kTextureReach, kTextureReach), Rect{0, 0, width, height});
            image_.bytes[i * PatchImage::kChannels + 3] = static_cast<std::uint8_t>(std::min(255.0, steps.mean(window)));
        }
    }
}

void ExemplarLevel::take_texture(const ExemplarLevel& finer) {
    for (int y = 0; y < image_.height; ++y) {
        for (int x = 0; x < image_.width; ++x) {
            const int from = finer.image_.at(std::min(2 * x, finer.image_.width - 1), std::min(2 * y, finer.image_.height - 1));
            image_.bytes[static_cast<std::size_t>(image_.at(x, y)) * PatchImage::kChannels + 3] = finer.image_.bytes[static_cast<std::size_t>(from) * PatchImage::kChannels + 3];
        }
    }
}

/// The membrane through what is known, in all channels.
void ExemplarLevel::close_smoothly() {
    std::vector<PoissonKind> kinds(roles_.size());
    for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] = is_known(roles_[i]) ? PoissonKind::given : (wanted_[i] != 0 ? PoissonKind::wanted : PoissonKind::outside);
    std::vector<float> values(roles_.size());
    for (std::size_t c = 0; c < PatchImage::kChannels; ++c) {
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = image_.bytes[i * PatchImage::kChannels + c];
        solve_poisson(values, kinds, image_.width, image_.height, 128);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (wanted_[i] != 0) image_.bytes[i * PatchImage::kChannels + c] = static_cast<std::uint8_t>(std::clamp(values[i] + 0.5F, 0.0F, 255.0F));
        }
    }
}

int ExemplarLevel::any_source(std::uint64_t seed, int target) const {
    return source_patches_[counted_random(seed, static_cast<std::uint64_t>(target), ~std::uint64_t{0}) % source_patches_.size()];
}

/// The source at (x, y), or one beside it, or any.
int ExemplarLevel::nearest_source(int x, int y, std::uint64_t seed, int target) const {
    for (const auto& [dx, dy] : {std::pair{0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1}, {-2, 0}, {2, 0}, {0, -2}, {0, 2}}) {
        const int px = x + dx, py = y + dy;
        if (px < 0 || py < 0 || px >= image_.width || py >= image_.height) continue;
        if (sources_[static_cast<std::size_t>(image_.at(px, py))] != 0) return image_.at(px, py);
    }
    return any_source(seed, target);
}

PatchSearch ExemplarLevel::search_with(int reach_px, std::uint64_t seed) const {
    constexpr int kSamples = kPatchSide * kPatchSide * PatchImage::kChannels;
    const auto size = static_cast<float>(std::max(image_.width, image_.height));
    return {sources_, reach_px, kSamples * kFarSteps * kFarSteps / size, seed};
}

void ExemplarLevel::start(std::uint64_t seed) {
    close_smoothly();
    for (const int target : field_.targets) field_.matches.push_back(any_source(seed, target));
}

void ExemplarLevel::start_from(const ExemplarLevel& coarser, std::uint64_t seed) {
    const PatchField& from = coarser.field_;
    for (const int target : field_.targets) {
        const int x = target % image_.width, y = target / image_.width;
        // Of a finer level's targets some lie just beyond the coarser one's, at the picture's edge.
        const int cx = std::clamp(x / 2, kPatchReach, coarser.width() - 1 - kPatchReach), cy = std::clamp(y / 2, kPatchReach, coarser.height() - 1 - kPatchReach);
        const int there = from.target_of[static_cast<std::size_t>(coarser.image_.at(cx, cy))];
        if (there < 0) {
            field_.matches.push_back(any_source(seed, target));
            continue;
        }
        const int match = from.matches[static_cast<std::size_t>(there)];
        field_.matches.push_back(nearest_source(2 * (match % coarser.width()) + (x - 2 * cx), 2 * (match / coarser.width()) + (y - 2 * cy), seed, target));
    }
    field_.costs.assign(field_.targets.size(), 0);
    close_smoothly();
    vote();
}

double ExemplarLevel::search(int iterations, int reach_px, std::uint64_t seed) {
    const PatchSearch search = search_with(reach_px, seed);
    count_costs(image_, search, field_);
    improve_field(image_, search, iterations, field_);
    return std::accumulate(field_.costs.begin(), field_.costs.end(), 0.0);
}

/// Calls function(k, source) for each target patch k over a pixel, with the source of that pixel.
template <class Function>
void ExemplarLevel::each_patch_over(int pixel, Function function) const {
    const int width = image_.width, x = pixel % width, y = pixel / width;
    for (int dy = std::max(-kPatchReach, -y); dy <= std::min(kPatchReach, image_.height - 1 - y); ++dy) {
        for (int dx = std::max(-kPatchReach, -x); dx <= std::min(kPatchReach, width - 1 - x); ++dx) {
            const int k = field_.target_of[static_cast<std::size_t>(pixel + dy * width + dx)];
            if (k >= 0) function(static_cast<std::size_t>(k), field_.matches[static_cast<std::size_t>(k)] - dy * width - dx);
        }
    }
}

void ExemplarLevel::vote() {
    if (field_.costs.empty()) return;
    std::vector<int> sorted = field_.costs;
    const auto good = sorted.begin() + static_cast<std::ptrdiff_t>(kGoodPart * static_cast<double>(sorted.size() - 1));
    std::nth_element(sorted.begin(), good, sorted.end());
    const float scale = 1 / (2 * std::max(1.0F, static_cast<float>(*good)));
    std::array<float, kMostSteps + 1> trust{};
    for (std::size_t step = 0; step < trust.size(); ++step) trust[step] = std::pow(kTrustPerStep, static_cast<float>(step));
    std::vector<float> weights(field_.costs.size());
    for (std::size_t k = 0; k < weights.size(); ++k) {
        const int step = std::min(kMostSteps, distance_[static_cast<std::size_t>(field_.targets[k])]);
        weights[k] = trust[static_cast<std::size_t>(step)] * std::exp(-scale * static_cast<float>(field_.costs[k]));
    }
    each_row_side_by_side(image_.height, [&](int y) {
        for (int pixel = image_.at(0, y); pixel < image_.at(0, y) + image_.width; ++pixel) {
            if (!is_wanted(pixel)) continue;
            std::array<float, PatchImage::kChannels> sums{};
            float sum = 0;
            each_patch_over(pixel, [&](std::size_t k, int source) {
                const std::uint8_t* bytes = &image_.bytes[static_cast<std::size_t>(source) * PatchImage::kChannels];
                for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += weights[k] * static_cast<float>(bytes[c]);
                sum += weights[k];
            });
            if (sum <= 0) continue;
            for (std::size_t c = 0; c < sums.size(); ++c) image_.bytes[static_cast<std::size_t>(pixel) * PatchImage::kChannels + c] = static_cast<std::uint8_t>(sums[c] / sum + 0.5F);
        }
    });
}

void ExemplarLevel::add_exemplar(int pixel, Exemplars& found) const {
    int best = std::numeric_limits<int>::max();
    each_patch_over(pixel, [&](std::size_t k, int) { best = std::min(best, field_.costs[k]); });
    if (best == std::numeric_limits<int>::max()) return;  // a window smaller than a patch
    found.pixels.push_back(pixel);
    const std::size_t begin = found.copies.size();
    found.begins.push_back(begin);
    float sum = 0;
    each_patch_over(pixel, [&](std::size_t k, int source) {
        const float weight = std::exp(-kSharpness * static_cast<float>(field_.costs[k] - best) / static_cast<float>(best + 1));
        if (weight < kLeastShare) return;
        sum += weight;
        const auto same = std::find_if(found.copies.begin() + static_cast<std::ptrdiff_t>(begin), found.copies.end(), [&](const Exemplars::Copy& copy) { return copy.source == source; });
        if (same != found.copies.end()) {
            same->weight += weight;
        } else {
            found.copies.push_back({source, weight});
        }
    });
    for (std::size_t i = begin; i < found.copies.size(); ++i) found.copies[i].weight /= sum;
}

Exemplars ExemplarLevel::exemplars() const {
    Exemplars found, border;
    const auto is_hole = [&](std::size_t i) { return roles_[i] == Role::hole; };
    for (int pixel = 0; pixel < static_cast<int>(roles_.size()); ++pixel) {
        const auto i = static_cast<std::size_t>(pixel);
        if (is_hole(i)) {
            add_exemplar(pixel, found);
        } else if (is_known(roles_[i]) && any_neighbour(pixel % image_.width, pixel / image_.width, image_.width, image_.height, is_hole)) {
            add_exemplar(pixel, border);
        }
    }
    if (found.pixels.size() != hole_pixels_) return {};
    found.begins.push_back(found.copies.size());
    border.begins.push_back(border.copies.size());
    found.border = std::make_shared<const Exemplars>(std::move(border));
    return found;
}

}  // namespace invisiblur
