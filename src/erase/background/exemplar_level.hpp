#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "erase/background/exemplars.hpp"

namespace invisiblur {

/// One level of the pyramid on which find_exemplars() works.
/// Order:   start() or start_from(), then search() and vote() in turn.
class ExemplarLevel {
public:
    ExemplarLevel(PatchImage image, std::vector<Role> roles);

    /// Half as large: each pixel the mean of what is known of four. A pixel is of the hole where any of the four is.
    ExemplarLevel coarser() const;

    int width() const { return image_.width; }
    int height() const { return image_.height; }
    int depth() const;  ///< of the hole: steps from its edge to its middle
    std::size_t hole_pixels() const { return hole_pixels_; }
    std::size_t source_patches() const { return source_patches_.size(); }

    /// Sets the fourth channel of what is known to how busy its surroundings are; take_texture() to the mean of the finer level's.
    void note_texture();
    void take_texture(const ExemplarLevel& finer);

    /// Begins with the smooth membrane, and matches at random.
    void start(std::uint64_t seed);
    /// Begins with the matches of the next coarser level.
    void start_from(const ExemplarLevel& coarser, std::uint64_t seed);

    /// Returns: the sum of what the matches cost.
    double search(int iterations, int reach_px, std::uint64_t seed);
    void vote();

    /// What the patches that fit best say of the hole.
    Exemplars exemplars() const;

private:
    void find_patches();
    void add_exemplar(int pixel, Exemplars& found) const;
    void close_smoothly();
    int any_source(std::uint64_t seed, int target) const;
    int nearest_source(int x, int y, std::uint64_t seed, int target) const;
    PatchSearch search_with(int reach_px, std::uint64_t seed) const;
    template <class Function>
    void each_patch_over(int pixel, Function function) const;
    bool is_wanted(int pixel) const { return wanted_[static_cast<std::size_t>(pixel)] != 0; }

    PatchImage image_;
    std::vector<Role> roles_;
    std::vector<std::uint8_t> sources_;  ///< 1 for the centre of a patch of sources only
    std::vector<int> source_patches_;    ///< those centres
    std::vector<std::uint8_t> wanted_;   ///< 1 for what is synthesised: the hole and, where its patches reach it, what lies beside
    std::vector<int> distance_;          ///< of what is wanted from what is known, in steps
    std::size_t hole_pixels_ = 0;
    PatchField field_;
};

}  // namespace invisiblur
