#include "erase/membrane.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace invisiblur {
namespace {

/// Sweeps of relaxation after each move to a finer grid.
constexpr int kSweeps = 4;
/// Corrections by a whole V-cycle (Brandt 1977) at the end: one brings the error of a steep membrane below half a step of 8 bits.
constexpr int kCycles = 1;
/// Grids of at most this many samples are solved to the end.
constexpr int kCoarsest = 64;
constexpr int kCoarsestSweeps = 120;
constexpr float kOverRelaxation = 1.4F;

/// One grid of the pyramid: sum over the neighbours of (u_n - u_i) = f_i for each wanted sample i.
class Grid {
public:
    Grid(int width, int height) : width_(width), height_(height), values(static_cast<std::size_t>(width) * height), kinds(values.size()) {}

    int width() const { return width_; }
    int height() const { return height_; }
    std::size_t index(int x, int y) const { return static_cast<std::size_t>(y) * width_ + x; }
    bool small() const { return values.size() <= kCoarsest; }
    bool has_wanted() const { return !inner_[0].empty() || !inner_[1].empty() || !edge_.empty(); }

    /// Gathers the neighbours of each wanted sample, once for all sweeps.
    void gather() {
        for (int y = 0; y < height_; ++y) {
            for (int x = 0; x < width_; ++x) {
                if (kinds[index(x, y)] == Membrane::wanted) gather(x, y);
            }
        }
    }

    void relax(int sweeps) {
        // The last sweep without over-relaxation smooths what the others leave from one sample to the next.
        for (int k = 1; k <= sweeps; ++k) sweep(k < sweeps ? kOverRelaxation : 1.0F);
    }

    /// f minus what the sum over the neighbours is now, at each wanted sample; 0 elsewhere.
    std::vector<float> residual() const {
        std::vector<float> r(values.size(), 0.0F);
        const float* v = values.data();
        const std::ptrdiff_t w = width_;
        for (const std::vector<std::uint32_t>& colour : inner_) {
            for (const std::size_t i : colour) r[i] = force(i) - (v[i - 1] + v[i + 1] + v[i - w] + v[i + w] - 4 * v[i]);
        }
        for (const Edge& e : edge_) r[e.index] = force(e.index) - (e.sum(v) - static_cast<float>(e.count) * v[e.index]);
        return r;
    }

private:
    struct Edge {
        std::size_t index;
        std::size_t neighbours[4];
        int count;
        float sum(const float* v) const {
            float s = 0;
            for (int k = 0; k < count; ++k) s += v[neighbours[k]];
            return s;
        }
    };

    float force(std::size_t i) const { return forces.empty() ? 0.0F : forces[i]; }

    void gather(int x, int y) {
        Edge e{index(x, y), {}, 0};
        const int dx[4] = {-1, 1, 0, 0}, dy[4] = {0, 0, -1, 1};
        for (int k = 0; k < 4; ++k) {
            const int nx = x + dx[k], ny = y + dy[k];
            if (nx < 0 || ny < 0 || nx >= width_ || ny >= height_) continue;
            const std::size_t n = index(nx, ny);
            if (kinds[n] != Membrane::outside) e.neighbours[e.count++] = n;
        }
        if (e.count == 4) {
            inner_[(x + y) & 1].push_back(static_cast<std::uint32_t>(e.index));
        } else if (e.count > 0) {
            edge_.push_back(e);
        }
    }

    void sweep(float over) {
        float* v = values.data();
        const std::ptrdiff_t w = width_;
        const float* f = forces.empty() ? nullptr : forces.data();
        for (const std::vector<std::uint32_t>& colour : inner_) {
            for (const std::size_t i : colour) {
                const float around = (v[i - 1] + v[i + 1]) + (v[i - w] + v[i + w]);
                v[i] += over * (0.25F * (f ? around - f[i] : around) - v[i]);
            }
        }
        for (const Edge& e : edge_) v[e.index] += over * ((e.sum(v) - force(e.index)) / static_cast<float>(e.count) - v[e.index]);
    }

    int width_;
    int height_;
    /// Of a chess board's two colours one, then the other: no sample waits for its neighbour's new value, so a processor does several at once.
    std::array<std::vector<std::uint32_t>, 2> inner_;
    std::vector<Edge> edge_;

public:
    std::vector<float> values;
    std::vector<Membrane> kinds;
    std::vector<float> forces;  ///< f; empty for 0
};

template <class Function>
void each_of_four(const Grid& fine, int x, int y, Function function) {
    for (int k = 0; k < 4; ++k) {
        const int fx = 2 * x + (k & 1), fy = 2 * y + (k >> 1);
        if (fx < fine.width() && fy < fine.height()) function(fine.index(fx, fy));
    }
}

/// Half the size: a sample is given where any of its four is (their mean), else wanted where any is.
Grid coarser(const Grid& fine) {
    Grid coarse((fine.width() + 1) / 2, (fine.height() + 1) / 2);
    for (int y = 0; y < coarse.height(); ++y) {
        for (int x = 0; x < coarse.width(); ++x) {
            float sum = 0;
            int given = 0;
            bool wanted = false;
            each_of_four(fine, x, y, [&](std::size_t i) {
                if (fine.kinds[i] == Membrane::given) sum += fine.values[i], ++given;
                wanted |= fine.kinds[i] == Membrane::wanted;
            });
            const std::size_t i = coarse.index(x, y);
            coarse.kinds[i] = given > 0 ? Membrane::given : wanted ? Membrane::wanted : Membrane::outside;
            coarse.values[i] = given > 0 ? sum / static_cast<float>(given) : 0;
        }
    }
    return coarse;
}

/// The coarse solution at the wanted samples of the finer grid, bilinear between the centres of the coarse samples.
/// In: given_values, false counts given samples as 0 (for corrections).
template <class Function>
void prolong(const Grid& coarse, const Grid& fine, bool given_values, Function function) {
    for (int y = 0; y < fine.height(); ++y) {
        const int cy = y / 2, ny = std::clamp(cy + (y & 1 ? 1 : -1), 0, coarse.height() - 1);
        for (int x = 0; x < fine.width(); ++x) {
            const std::size_t i = fine.index(x, y);
            if (fine.kinds[i] != Membrane::wanted) continue;
            const int cx = x / 2, nx = std::clamp(cx + (x & 1 ? 1 : -1), 0, coarse.width() - 1);
            float sum = 0, weight = 0;
            const auto add = [&](int px, int py, float w) {
                const std::size_t c = coarse.index(px, py);
                if (coarse.kinds[c] == Membrane::outside) return;
                if (given_values || coarse.kinds[c] == Membrane::wanted) sum += w * coarse.values[c];
                weight += w;
            };
            add(cx, cy, 9), add(nx, cy, 3), add(cx, ny, 3), add(nx, ny, 1);
            if (weight > 0) function(i, sum / weight);
        }
    }
}

/// The grids from fine to coarse; the last one is small or has nothing left to solve.
std::vector<Grid> pyramid(Grid finest) {
    std::vector<Grid> grids;
    grids.push_back(std::move(finest));
    grids.back().gather();
    while (!grids.back().small() && grids.back().has_wanted()) {
        grids.push_back(coarser(grids.back()));
        grids.back().gather();
    }
    return grids;
}

/// Solves for the error that a grid still has, on the grids below it, and takes it away.
void correct(std::vector<Grid>& grids, std::size_t level) {
    if (level + 1 >= grids.size()) return;
    Grid& fine = grids[level];
    Grid& coarse = grids[level + 1];
    const std::vector<float> residual = fine.residual();
    std::fill(coarse.values.begin(), coarse.values.end(), 0.0F);
    coarse.forces.assign(coarse.values.size(), 0.0F);
    for (int y = 0; y < coarse.height(); ++y) {
        for (int x = 0; x < coarse.width(); ++x)
            each_of_four(fine, x, y, [&](std::size_t i) { coarse.forces[coarse.index(x, y)] += residual[i]; });
    }
    if (level + 2 == grids.size()) {
        coarse.relax(kCoarsestSweeps);
    } else {
        coarse.relax(2);
        correct(grids, level + 1);
    }
    prolong(coarse, fine, false, [&](std::size_t i, float v) { fine.values[i] += v; });
    fine.relax(4);
}

void solve(std::vector<Grid>& grids) {
    grids.back().relax(kCoarsestSweeps);
    for (std::size_t level = grids.size() - 1; level-- > 0;) {
        prolong(grids[level + 1], grids[level], true, [&](std::size_t i, float v) { grids[level].values[i] = v; });
        grids[level].relax(kSweeps);
    }
    for (int k = 0; k < kCycles; ++k) correct(grids, 0);
}

}  // namespace

void solve_membrane(std::span<float> values, std::span<const Membrane> kinds, int width, int height, float fallback) {
    Grid grid(width, height);
    float sum = 0;
    std::size_t given = 0;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i] == Membrane::given) sum += values[i], ++given;
    }
    const float start = given > 0 ? sum / static_cast<float>(given) : fallback;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        grid.kinds[i] = kinds[i];
        grid.values[i] = kinds[i] == Membrane::given ? values[i] : start;
    }
    std::vector<Grid> grids = pyramid(std::move(grid));
    if (given > 0) solve(grids);
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i] == Membrane::wanted) values[i] = grids.front().values[i];
    }
}

}  // namespace invisiblur
