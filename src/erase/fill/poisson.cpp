#include "erase/fill/poisson.hpp"

#include <cstddef>

#include "erase/fill/poisson_grid.hpp"

namespace invisiblur {
namespace {

/// Sweeps of relaxation after each move to a finer grid.
constexpr int kSweeps = 4;
/// Sweeps before and after each correction (a V-cycle, Brandt 1977).
constexpr int kSweepsBefore = 2;
constexpr int kSweepsAfter = 4;
/// Sweeps that close the seam of a smooth border.
constexpr int kSeamSweeps = 2;
/// Grids of at most this many samples are solved to the end.
constexpr int kCoarsest = 16;
constexpr int kCoarsestSweeps = 24;
constexpr float kOverRelaxation = 1.4F;

/// The grids from fine to coarse; the last one is small or has nothing left to solve.
std::vector<PoissonGrid> pyramid(PoissonGrid finest) {
    std::vector<PoissonGrid> grids;
    grids.push_back(std::move(finest));
    while (grids.back().width() * grids.back().height() > kCoarsest && grids.back().has_wanted()) grids.push_back(grids.back().coarser());
    return grids;
}

/// Solves for the error that a grid still has, on the grids below it, and takes it away.
void correct(std::vector<PoissonGrid>& grids, std::size_t level) {
    if (level + 1 >= grids.size()) return;
    PoissonGrid& coarse = grids[level + 1];
    coarse.start_correction(grids[level]);
    if (level + 2 == grids.size()) {
        coarse.relax(kCoarsestSweeps, kOverRelaxation);
    } else {
        coarse.relax(kSweepsBefore, kOverRelaxation);
        correct(grids, level + 1);
    }
    grids[level].take_correction(coarse);
    grids[level].relax(kSweepsAfter, kOverRelaxation);
}

void solve(std::vector<PoissonGrid>& grids, PoissonBorder border) {
    const std::size_t corrected = border == PoissonBorder::smooth && grids.size() > 1 ? 1 : 0;
    grids.back().relax(kCoarsestSweeps, kOverRelaxation);
    for (std::size_t level = grids.size() - 1; level-- > corrected;) {
        grids[level].take_values(grids[level + 1]);
        grids[level].relax(kSweeps, kOverRelaxation);
    }
    // One whole correction brings the error of a steep fill below half a step of 8 bits.
    correct(grids, corrected);
    if (corrected == 0) return;
    grids.front().take_values(grids[1]);
    grids.front().relax(kSeamSweeps, kOverRelaxation);
}

}  // namespace

void solve_poisson(std::span<float> values, std::span<const PoissonKind> kinds, int width, int height, float fallback,
                   PoissonBorder border) {
    float sum = 0, count = 0;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i] == PoissonKind::given) sum += values[i], ++count;
    }
    PoissonGrid finest(width, height, values, kinds, count > 0 ? sum / count : fallback);
    if (!finest.has_wanted()) return;
    std::vector<PoissonGrid> grids = pyramid(std::move(finest));
    if (count > 0) solve(grids, border);
    std::size_t i = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x, ++i) {
            if (kinds[i] == PoissonKind::wanted) values[i] = grids.front().at(x, y);
        }
    }
}

}  // namespace invisiblur
