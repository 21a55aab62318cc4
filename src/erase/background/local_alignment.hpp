#pragma once
#include <optional>
#include <span>
#include <vector>

#include "erase/background/warped_sampler.hpp"

namespace invisiblur {

/// The target's luma around the faces, where the scene is to be seen: what other frames are laid over and judged by.
/// No pixel of a core takes part.
/// Threads: safe.
class LocalAlignment {
public:
    /// In: target, its areas set; area, the part of it a plate is wanted for.
    LocalAlignment(const PlateSample& target, const Rect& area);

    struct Fit {
        Homography from_target;  ///< moved so that the surroundings of the faces meet: what is near the faces and what the camera's
                                 ///< motion was measured on may lie at different depths
        float light = 0;         ///< how much brighter the target is
        std::vector<float> tile_errors;  ///< mean difference that is left around each tile of the area, in steps of the picture
    };

    /// The area is cut into kTiles x kTiles tiles: what fits on one side of a face need not fit on the other.
    static constexpr int kTiles = 6;

    /// None for a sample that does not fit.
    std::optional<Fit> fit(const RegisteredSample& sample) const;

private:
    struct Spot {
        int x, y;
        float value, dx, dy;  ///< luma and its slope
        bool clear;           ///< outside every halo
    };
    struct Shift {
        double x = 0, y = 0;
    };
    struct Residual {
        const Spot* spot;
        float value;
    };

    std::vector<float> tile_errors(const std::vector<Residual>& left, float light) const;
    void collect(const PlateSample& target, int step);
    Shift refine(const WarpedSampler& sampler) const;
    double mismatch(const WarpedSampler& sampler, Shift shift) const;
    void residuals(const WarpedSampler& sampler, Shift shift, std::size_t every, std::vector<Residual>& out) const;

    Rect area_;
    Rect around_;
    std::vector<Spot> spots_;
    std::size_t shift_spots_ = 1;  ///< every so manieth spot tells the shift
    std::size_t clear_count_ = 0;
    double contrast_ = 0;
    double steps_ = 1;  ///< of the picture in one step of 8 bits
};

}  // namespace invisiblur
