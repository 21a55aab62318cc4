#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "erase/fill/poisson.hpp"

namespace invisiblur {

/// One grid of the Poisson solver's pyramid: sum over the neighbours of (u_n - u_i) = f_i for each wanted sample i, where neighbours are those of
/// the four that are not outside.
/// The samples lie apart by the two colours of a chess board, so that none waits for a neighbour's new value and a processor does several
/// at once: of a row's samples those of one colour, k = x / 2, are neighbours in memory.
class PoissonGrid {
public:
    /// In: width * height values, read where given, and their kinds; start, for the wanted ones.
    PoissonGrid(int width, int height, std::span<const float> values, std::span<const PoissonKind> kinds, float start);

    int width() const { return width_; }
    int height() const { return height_; }
    bool has_wanted() const { return has_wanted_; }

    /// Half the size: a sample is given where any of its four is (their mean), else wanted where any is.
    PoissonGrid coarser() const;

    /// Sweeps of successive over-relaxation, red and black; the last one without `over`: it smooths what the others leave from one sample
    /// to the next.
    void relax(int sweeps, float over);

    /// Gives the wanted samples what a coarser grid says, bilinear between the centres of its samples.
    void take_values(const PoissonGrid& coarse);
    /// Adds what a coarser grid says of the error.
    void take_correction(const PoissonGrid& coarse);
    /// Makes this the equation for the error that a finer grid still has; all values become 0.
    void start_correction(const PoissonGrid& fine);

    /// The value of a sample.
    float at(int x, int y) const { return colours_[static_cast<std::size_t>((x + y) & 1)].values[index(x >> 1, y)]; }

private:
    /// Padded by a column and a row of outside samples on each side.
    struct Colour {
        std::vector<float> values;  ///< 0 where outside
        std::vector<float> wanted;  ///< 1 or 0
        std::vector<float> open;    ///< 1 where not outside
        std::vector<float> part;    ///< of a wanted sample, 1 / the number of its neighbours; 0 where there are none, and elsewhere
        std::vector<float> forces;  ///< f; empty for 0 everywhere
    };
    /// Samples of a row as they lie in the picture.
    struct Row {
        std::vector<float> values, wanted, open;
        explicit Row(int width) : values(static_cast<std::size_t>(width)), wanted(values.size()), open(values.size()) {}
    };
    /// Something of the four neighbours of a row's samples of a colour, by column k.
    struct Around {
        const float *left, *right, *up, *down;
        float sum(int k) const { return (left[k] + right[k]) + (up[k] + down[k]); }
    };
    /// Of a row, the columns k of either colour that hold all wanted ones.
    struct Span {
        int first, end;
    };

    PoissonGrid(int width, int height);
    std::size_t index(int k, int y) const { return static_cast<std::size_t>((y + 1) * pitch_ + k + 1); }
    /// Whether a row's samples of a colour lie at odd x.
    static int odd(int colour, int y) { return (y + colour) & 1; }
    /// In: what, one of the other colour's.
    Around around(const std::vector<float>& what, int colour, int y) const {
        const float *here = &what[index(0, y)], *left = here - 1 + odd(colour, y);
        return {left, left + 1, here - pitch_, here + pitch_};
    }
    void set_row(int y, const Row& row);
    void count_neighbours();
    void relax_colour(int colour, float over);
    std::vector<float> residual_of_pairs(int coarse_y) const;
    template <class Put>
    void prolong(const PoissonGrid& coarse, Put put);

    int width_;
    int height_;
    int half_;   ///< columns of a colour; the last may be outside
    int pitch_;  ///< of a padded row of a colour
    bool has_wanted_ = false;
    std::array<Colour, 2> colours_;
    std::vector<Span> spans_;
};

}  // namespace invisiblur
