#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace invisiblur {

/// A small working picture whose patches are compared: four bytes a pixel, three of colour and one of texture.
/// Threads: safe to read.
struct PatchImage {
    static constexpr int kChannels = 4;
    int width = 0, height = 0;
    std::vector<std::uint8_t> bytes;  ///< kChannels a pixel, row by row

    PatchImage() = default;
    PatchImage(int w, int h) : width(w), height(h), bytes(count() * kChannels, 0) {}
    std::size_t count() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
    int at(int x, int y) const { return y * width + x; }
};

/// A patch is a square that reaches so many pixels to each side of its centre: 7 x 7, as in Wexler, Shechtman, Irani (2007), large enough to
/// hold a piece of structure, small enough to be found again.
inline constexpr int kPatchReach = 3;
inline constexpr int kPatchSide = 2 * kPatchReach + 1;

/// For each target patch the source patch that is most alike: the nearest-neighbour field.
/// Units: indices of pixels, the patches' centres.
struct PatchField {
    std::vector<int> targets;      ///< in growing order
    std::vector<int> target_of;    ///< for each pixel its place in `targets`, -1 for none
    std::vector<int> matches;      ///< for each target a source centre
    std::vector<int> costs;        ///< for each target: squared differences, and what its distance adds
};

/// How patches are looked for.
struct PatchSearch {
    std::span<const std::uint8_t> sources;  ///< for each pixel: 1 where the patch around it may be copied
    int reach_px = 0;                       ///< the random search begins so far around what was found
    float cost_per_px = 0;                  ///< what each pixel between a patch and its source costs: of equals the near one is taken
    std::uint64_t seed = 0;
};

/// Improves a field by propagation and random search (PatchMatch: Barnes, Shechtman, Finkelstein, Goldman 2009), over the picture once for each
/// iteration, to and fro. Deterministic: random numbers are counted, not drawn, and bands of rows see each other's state before the
/// iteration only, whatever the number of threads.
/// In: each match a source, targets and sources at least kPatchReach from the picture's edge.
void improve_field(const PatchImage& image, const PatchSearch& search, int iterations, PatchField& field);

/// The cost of every match anew, after the picture has changed.
void count_costs(const PatchImage& image, const PatchSearch& search, PatchField& field);

/// A number that depends on all of its arguments and looks random.
std::uint64_t counted_random(std::uint64_t seed, std::uint64_t a, std::uint64_t b);

}  // namespace invisiblur
