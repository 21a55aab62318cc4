#include "erase/fill/poisson_grid.hpp"

#include <algorithm>

namespace invisiblur {
namespace {

/// Four neighbours.
constexpr float kLeastPart = 0.25F;

/// A loop over a row, made twice: with the forces of its samples and, where there are none, without.
/// In: row, the index of the row's column 0; loop(force), force(k).
template <class Loop>
void with_forces(const std::vector<float>& forces, std::size_t row, Loop loop) {
    if (forces.empty()) {
        loop([](int) { return 0.0F; });
    } else {
        loop([f = &forces[row]](int k) { return f[k]; });
    }
}

}  // namespace

PoissonGrid::PoissonGrid(int width, int height)
    : width_(width), height_(height), half_((width + 1) / 2), pitch_(half_ + 2), spans_(static_cast<std::size_t>(height)) {
    // Rows come in pairs.
    const std::size_t size = static_cast<std::size_t>(pitch_) * static_cast<std::size_t>((height + 1) / 2 * 2 + 2);
    for (Colour& colour : colours_) {
        for (std::vector<float>* samples : {&colour.values, &colour.wanted, &colour.open, &colour.part}) samples->resize(size);
    }
}

PoissonGrid::PoissonGrid(int width, int height, std::span<const float> values, std::span<const PoissonKind> kinds, float start)
    : PoissonGrid(width, height) {
    Row row(width);
    for (int y = 0; y < height; ++y) {
        const std::size_t first = static_cast<std::size_t>(y) * width;
        for (std::size_t x = 0; x < row.values.size(); ++x) {
            const PoissonKind kind = kinds[first + x];
            const float given = kind == PoissonKind::given ? 1.0F : 0.0F, wanted = kind == PoissonKind::wanted ? 1.0F : 0.0F;
            row.wanted[x] = wanted, row.open[x] = given + wanted;
            row.values[x] = kind == PoissonKind::given ? values[first + x] : wanted * start;
        }
        set_row(y, row);
    }
    count_neighbours();
}

void PoissonGrid::set_row(int y, const Row& row) {
    for (int c = 0; c < 2; ++c) {
        Colour& own = colours_[static_cast<std::size_t>(c)];
        const int at = odd(c, y), count = (width_ + 1 - at) / 2;
        const auto split = [&](const std::vector<float>& from, std::vector<float>& to) {
            const float* in = from.data() + at;
            float* out = &to[index(0, y)];
            for (int k = 0; k < count; ++k) out[k] = in[2 * k];
        };
        split(row.values, own.values), split(row.wanted, own.wanted), split(row.open, own.open);
    }
    const auto is_wanted = [](float wanted) { return wanted > 0; };
    const auto first = std::find_if(row.wanted.begin(), row.wanted.end(), is_wanted);
    const auto last = std::find_if(row.wanted.rbegin(), row.wanted.rend(), is_wanted);
    if (first == row.wanted.end()) return;
    has_wanted_ = true;
    spans_[static_cast<std::size_t>(y)] = {static_cast<int>(first - row.wanted.begin()) / 2, static_cast<int>(row.wanted.rend() - last + 1) / 2};
}

void PoissonGrid::count_neighbours() {
    for (int c = 0; c < 2; ++c) {
        Colour& own = colours_[static_cast<std::size_t>(c)];
        for (int y = 0; y < height_; ++y) {
            const Span& span = spans_[static_cast<std::size_t>(y)];
            const Around open = around(colours_[static_cast<std::size_t>(1 - c)].open, c, y);
            const float* wanted = &own.wanted[index(0, y)];
            float* part = &own.part[index(0, y)];
            for (int k = span.first; k < span.end; ++k) {
                const float neighbours = open.sum(k);
                part[k] = wanted[k] * std::min(1.0F, neighbours) / std::max(1.0F, neighbours);
            }
        }
    }
}

void PoissonGrid::relax(int sweeps, float over) {
    for (int k = 1; k <= sweeps; ++k) {
        for (int c = 0; c < 2; ++c) relax_colour(c, k < sweeps ? over : 1);
    }
}

void PoissonGrid::relax_colour(int c, float over) {
    Colour& own = colours_[static_cast<std::size_t>(c)];
    for (int y = 0; y < height_; ++y) {
        const Span& span = spans_[static_cast<std::size_t>(y)];
        const std::size_t row = index(0, y);
        const Around near = around(colours_[static_cast<std::size_t>(1 - c)].values, c, y);
        const float* part = &own.part[row];
        float* v = &own.values[row];
        with_forces(own.forces, row, [&](auto force) {
            for (int k = span.first; k < span.end; ++k) {
                const float own_part = part[k] > 0 ? over : 0.0F;
                v[k] += over * part[k] * (near.sum(k) - force(k)) - own_part * v[k];
            }
        });
    }
}

PoissonGrid PoissonGrid::coarser() const {
    PoissonGrid coarse(half_, (height_ + 1) / 2);
    Row row(half_);
    for (int y = 0; y < coarse.height_; ++y) {
        float *values = row.values.data(), *wanted = row.wanted.data(), *open = row.open.data();
        std::fill(row.values.begin(), row.values.end(), 0.0F), std::fill(row.wanted.begin(), row.wanted.end(), 0.0F);
        std::fill(row.open.begin(), row.open.end(), 0.0F);
        // At first, counts and a sum of the given ones.
        for (const Colour& fine : colours_) {
            for (const std::size_t i : {index(0, 2 * y), index(0, 2 * y + 1)}) {
                const float *v = &fine.values[i], *w = &fine.wanted[i], *o = &fine.open[i];
                for (int k = 0; k < half_; ++k) values[k] += (o[k] - w[k]) * v[k], wanted[k] += w[k], open[k] += o[k];
            }
        }
        for (int k = 0; k < half_; ++k) {
            const float given = open[k] - wanted[k];
            values[k] /= std::max(1.0F, given);
            open[k] = std::min(1.0F, open[k]);
            wanted[k] = given > 0 ? 0.0F : open[k];
        }
        coarse.set_row(y, row);
    }
    coarse.count_neighbours();
    return coarse;
}

/// Of each coarse sample of a row, the sum over its four of f minus what the sum over the neighbours is now.
std::vector<float> PoissonGrid::residual_of_pairs(int coarse_y) const {
    std::vector<float> all(static_cast<std::size_t>(half_), 0.0F);
    float* sums = all.data();
    for (int y = 2 * coarse_y; y < std::min(height_, 2 * coarse_y + 2); ++y) {
        const Span& span = spans_[static_cast<std::size_t>(y)];
        const std::size_t row = index(0, y);
        for (int c = 0; c < 2; ++c) {
            const Colour& own = colours_[static_cast<std::size_t>(c)];
            const Around near = around(colours_[static_cast<std::size_t>(1 - c)].values, c, y);
            const float *v = &own.values[row], *part = &own.part[row];
            with_forces(own.forces, row, [&](auto force) {
                for (int k = span.first; k < span.end; ++k) {
                    const float left_over = force(k) - near.sum(k) + v[k] / std::max(kLeastPart, part[k]);
                    sums[k] += part[k] > 0 ? left_over : 0.0F;
                }
            });
        }
    }
    return all;
}

void PoissonGrid::start_correction(const PoissonGrid& fine) {
    for (Colour& colour : colours_) {
        std::fill(colour.values.begin(), colour.values.end(), 0.0F);
        colour.forces.assign(colour.values.size(), 0.0F);
    }
    for (int y = 0; y < height_; ++y) {
        const std::vector<float> sums = fine.residual_of_pairs(y);
        for (int c = 0; c < 2; ++c) {
            float* f = &colours_[static_cast<std::size_t>(c)].forces[index(0, y)];
            for (int k = 0; 2 * k + odd(c, y) < width_; ++k) f[k] = sums[static_cast<std::size_t>(2 * k + odd(c, y))];
        }
    }
}

/// In: put, from a sample's value, 1 or 0 for whether it is wanted, and what the coarse grid says, to its new value.
template <class Put>
void PoissonGrid::prolong(const PoissonGrid& coarse, Put put) {
    // Coarse rows as they lie in the picture, with an outside sample on each side.
    const std::size_t pitch = static_cast<std::size_t>(coarse.width_) + 2;
    std::vector<float> values(pitch * static_cast<std::size_t>(coarse.height_)), open(values.size());
    for (int y = 0; y < coarse.height_; ++y) {
        for (int c = 0; c < 2; ++c) {
            const Colour& from = coarse.colours_[static_cast<std::size_t>(c)];
            const float *v = &from.values[coarse.index(0, y)], *o = &from.open[coarse.index(0, y)];
            const std::size_t to = static_cast<std::size_t>(y) * pitch + 1 + static_cast<std::size_t>(odd(c, y));
            const int count = (coarse.width_ + 1 - odd(c, y)) / 2;
            for (int k = 0; k < count; ++k) values[to + 2 * static_cast<std::size_t>(k)] = v[k], open[to + 2 * static_cast<std::size_t>(k)] = o[k];
        }
    }
    for (int y = 0; y < height_; ++y) {
        const Span& span = spans_[static_cast<std::size_t>(y)];
        const std::size_t near = static_cast<std::size_t>(y / 2) * pitch + 1;
        const std::size_t next = static_cast<std::size_t>(std::clamp(y / 2 + (y & 1 ? 1 : -1), 0, coarse.height_ - 1)) * pitch + 1;
        for (int c = 0; c < 2; ++c) {
            Colour& own = colours_[static_cast<std::size_t>(c)];
            const int side = odd(c, y) ? 1 : -1;
            const float *a = &values[near], *b = &values[next], *oa = &open[near], *ob = &open[next];
            const float *a2 = a + side, *b2 = b + side, *oa2 = oa + side, *ob2 = ob + side, *wanted = &own.wanted[index(0, y)];
            float* v = &own.values[index(0, y)];
            for (int k = span.first; k < span.end; ++k) {
                const float sum = 9 * a[k] + 3 * (a2[k] + b[k]) + b2[k], weight = 9 * oa[k] + 3 * (oa2[k] + ob[k]) + ob2[k];
                v[k] = put(v[k], wanted[k], sum / std::max(1.0F, weight));
            }
        }
    }
}

void PoissonGrid::take_values(const PoissonGrid& coarse) {
    prolong(coarse, [](float old, float wanted, float value) { return old + wanted * (value - old); });
}

void PoissonGrid::take_correction(const PoissonGrid& coarse) {
    prolong(coarse, [](float old, float wanted, float value) { return old + wanted * value; });
}

}  // namespace invisiblur
