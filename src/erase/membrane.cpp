#include "erase/membrane.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace invisiblur {
namespace {

/// Sweeps of relaxation on each grid: with the coarse solution as start, 16 bring the residual below half a step of 8 bits.
constexpr int kSweeps = 16;
/// Grids of at most this many samples are solved to the end.
constexpr int kCoarsest = 64;
constexpr int kCoarsestSweeps = 200;
constexpr float kOverRelaxation = 1.5F;

struct Grid {
    int width = 0;
    int height = 0;
    std::vector<float> values;
    std::vector<Membrane> kinds;

    std::size_t index(int x, int y) const { return static_cast<std::size_t>(y) * width + x; }
};

/// Half the size: a sample is given where any of its four is (their mean), else wanted where any is.
Grid coarser(const Grid& fine) {
    Grid coarse{(fine.width + 1) / 2, (fine.height + 1) / 2, {}, {}};
    coarse.values.assign(static_cast<std::size_t>(coarse.width) * coarse.height, 0.0F);
    coarse.kinds.assign(coarse.values.size(), Membrane::outside);
    for (int y = 0; y < coarse.height; ++y) {
        for (int x = 0; x < coarse.width; ++x) {
            float sum = 0;
            int given = 0;
            bool wanted = false;
            for (int k = 0; k < 4; ++k) {
                const int fx = 2 * x + (k & 1), fy = 2 * y + (k >> 1);
                if (fx >= fine.width || fy >= fine.height) continue;
                const std::size_t i = fine.index(fx, fy);
                if (fine.kinds[i] == Membrane::given) sum += fine.values[i], ++given;
                wanted |= fine.kinds[i] == Membrane::wanted;
            }
            const std::size_t i = coarse.index(x, y);
            if (given > 0) {
                coarse.values[i] = sum / static_cast<float>(given);
                coarse.kinds[i] = Membrane::given;
            } else if (wanted) {
                coarse.kinds[i] = Membrane::wanted;
            }
        }
    }
    return coarse;
}

/// The neighbours of each wanted sample, gathered once for all sweeps.
class Relaxation {
public:
    explicit Relaxation(Grid& grid) : grid_(grid) {
        for (int y = 0; y < grid.height; ++y) {
            for (int x = 0; x < grid.width; ++x) {
                if (grid.kinds[grid.index(x, y)] == Membrane::wanted) add(x, y);
            }
        }
    }

    bool empty() const { return inner_.empty() && edge_.empty(); }

    void sweep(float over) {
        float* v = grid_.values.data();
        const std::ptrdiff_t w = grid_.width;
        for (const std::size_t i : inner_) v[i] += over * (0.25F * (v[i - 1] + v[i + 1] + v[i - w] + v[i + w]) - v[i]);
        for (const Edge& e : edge_) {
            float sum = 0;
            for (int k = 0; k < e.count; ++k) sum += v[e.neighbours[k]];
            v[e.index] += over * (sum / static_cast<float>(e.count) - v[e.index]);
        }
    }

private:
    struct Edge {
        std::size_t index;
        std::size_t neighbours[4];
        int count;
    };

    void add(int x, int y) {
        Edge e{grid_.index(x, y), {}, 0};
        const int dx[4] = {-1, 1, 0, 0}, dy[4] = {0, 0, -1, 1};
        for (int k = 0; k < 4; ++k) {
            const int nx = x + dx[k], ny = y + dy[k];
            if (nx < 0 || ny < 0 || nx >= grid_.width || ny >= grid_.height) continue;
            const std::size_t n = grid_.index(nx, ny);
            if (grid_.kinds[n] != Membrane::outside) e.neighbours[e.count++] = n;
        }
        if (e.count == 4) {
            inner_.push_back(e.index);
        } else if (e.count > 0) {
            edge_.push_back(e);
        }
    }

    Grid& grid_;
    std::vector<std::size_t> inner_;
    std::vector<Edge> edge_;
};

/// Starts the wanted samples from the coarse solution, bilinearly between the centres of its samples.
void start_from(const Grid& coarse, Grid& fine) {
    for (int y = 0; y < fine.height; ++y) {
        const int cy = y / 2, ny = std::clamp(cy + (y & 1 ? 1 : -1), 0, coarse.height - 1);
        for (int x = 0; x < fine.width; ++x) {
            const std::size_t i = fine.index(x, y);
            if (fine.kinds[i] != Membrane::wanted) continue;
            const int cx = x / 2, nx = std::clamp(cx + (x & 1 ? 1 : -1), 0, coarse.width - 1);
            float sum = 0, weight = 0;
            const auto add = [&](int px, int py, float w) {
                if (coarse.kinds[coarse.index(px, py)] == Membrane::outside) return;
                sum += w * coarse.values[coarse.index(px, py)];
                weight += w;
            };
            add(cx, cy, 9), add(nx, cy, 3), add(cx, ny, 3), add(nx, ny, 1);
            fine.values[i] = weight > 0 ? sum / weight : 0;
        }
    }
}

void solve(Grid& grid) {
    Relaxation relaxation(grid);
    if (relaxation.empty()) return;
    const bool coarsest = grid.values.size() <= kCoarsest;
    if (!coarsest) {
        Grid coarse = coarser(grid);
        solve(coarse);
        start_from(coarse, grid);
    }
    const int sweeps = coarsest ? kCoarsestSweeps : kSweeps;
    // The last sweep without over-relaxation smooths what the others leave from one sample to the next.
    for (int k = 0; k < sweeps; ++k) relaxation.sweep(k + 1 < sweeps ? kOverRelaxation : 1.0F);
}

}  // namespace

void solve_membrane(std::span<float> values, std::span<const Membrane> kinds, int width, int height, float fallback) {
    Grid grid{width, height, {values.begin(), values.end()}, {kinds.begin(), kinds.end()}};
    float sum = 0;
    std::size_t given = 0;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i] == Membrane::given) sum += values[i], ++given;
    }
    const float start = given > 0 ? sum / static_cast<float>(given) : fallback;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i] != Membrane::given) grid.values[i] = start;
    }
    if (given > 0) solve(grid);
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i] == Membrane::wanted) values[i] = grid.values[i];
    }
}

}  // namespace invisiblur
