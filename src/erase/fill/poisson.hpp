#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace invisiblur {

/// What a sample is to the Poisson fill.
enum class PoissonKind : std::uint8_t {
    given,    ///< a border value
    wanted,   ///< to be solved
    outside,  ///< takes no part, as what lies beyond the picture's edge
};

/// How the border's values change from one sample to the next.
enum class PoissonBorder : std::uint8_t {
    rough,   ///< anyhow
    smooth,  ///< little, as means over windows do: then the finest grid takes what the next one says, and only closes the seam
};

/// Fills the wanted samples smoothly from the given ones: the discrete Poisson equation without sources (a membrane), given samples as Dirichlet
/// border, no flow across outside samples and the rectangle's edge. Solved from coarse to fine (cascadic multigrid, Bornemann and
/// Deuflhard 1996) with successive over-relaxation on each grid. Where nothing is given all wanted samples become `fallback`.
/// Deterministic: one order of operations, whatever the machine's number of threads.
/// In:      values, width * height, read where given, written where wanted; kinds, the same size.
/// Threads: safe.
void solve_poisson(std::span<float> values, std::span<const PoissonKind> kinds, int width, int height, float fallback,
                   PoissonBorder border = PoissonBorder::rough);

}  // namespace invisiblur
