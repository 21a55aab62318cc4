#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "base/geometry.hpp"

namespace invisiblur {

/// The noise that a fill must carry to look like what is around it.
/// Units: standard deviations in steps of the samples.
struct Grain {
    float on_plate = 0;   ///< where a plate is painted: it has the scene's texture, and its own residual noise, already
    float on_smooth = 0;  ///< where the Poisson fill alone stands
    float spread = 0;     ///< how the noise runs into its neighbours: weights (spread, 1, spread) both ways; 0 is white noise
};

/// The boundary samples of a mask: those around it, of one component.
struct BoundarySamples {
    int width = 0;
    int height = 0;
    std::span<const float> picture;            ///< width * height
    std::span<const float> plate;              ///< likewise
    std::span<const std::uint8_t> kept;        ///< 1 for a sample that stays and may be looked at
    std::span<const std::uint8_t> like_plate;  ///< 1 for a kept one that shows what the plate shows
    int row_step = 1;                          ///< 2 where rows of two fields alternate
    float step = 1;                            ///< of an 8-bit picture, in steps of the samples
};

/// Measures the noise of a boundary, robustly, in second differences (after Immerkaer 1996), at two distances so that its spread shows too.
/// Where the boundary shows a plate: from picture minus plate, that is over time; else from the picture alone.
/// Depends on kept samples only. Threads: safe.
Grain measure_grain(const BoundarySamples& boundary);

/// Noise of mean 0 for the samples of `where`, of which grain.spread tells the look; its strength is that of grain's numbers times the
/// value here. A sample's noise depends on its place and the seed alone: whatever the patch, the number of threads or of passes.
std::vector<float> grain_field(const Rect& where, const Grain& grain, int row_step, std::uint64_t seed);

/// What to add to a value before it is rounded, in [-0.5, 0.5) steps, so that a slow gradient shows no bands. The same in each frame:
/// a picture that stands still stays still.
float dither_at(int x, int y);

}  // namespace invisiblur
