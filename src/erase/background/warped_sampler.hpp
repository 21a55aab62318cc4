#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "erase/background/plate_estimate.hpp"
#include "motion/camera.hpp"

namespace invisiblur {

/// A frame that may show what another one hides.
struct RegisteredSample {
    const PlateSample* sample = nullptr;
    Homography from_target;  ///< from the target frame's pixels to this one's
};

/// A map between two frames' luma pixels, for the samples of a component.
Homography in_samples(const Homography& map, const PixelLayout& layout, int c);

/// Bilinear samples of one component of a frame, at places given in another frame's pixels; none where a core takes part.
/// Threads: safe.
class WarpedSampler {
public:
    /// In: area of the target, in luma pixels, that will be asked for, and a little around it.
    WarpedSampler(const RegisteredSample& registered, int c, const Rect& area);

    bool still() const { return still_; }

    /// How much of a run of samples is seen.
    enum class Sight : std::uint8_t { nothing, some, clear };
    /// How a sample is: in a core or beyond the picture, in a halo, in a halo that is believed to show the scene there, in none.
    enum class Freedom : std::uint8_t { core, halo, scene, clear };
    /// False where it may be hair, an ear, the other cheek of a turned head: in a halo not known to show the scene.
    static bool shows_scene(Freedom freedom) { return freedom >= Freedom::scene; }

    struct Seen {
        float value = 0;
        Freedom freedom = Freedom::core;
        bool clear() const { return shows_scene(freedom); }
    };

    /// at() of neighbouring samples of one row, quicker: places lie on a straight line between the first and the last one's, in 1/65536 of a
    /// sample, and weights are 1/256.
    /// In:  wanted, for each sample; what is not wanted may be left out; stride, from one sample to the next.
    /// Out: values, set where wanted and the freedom is not `core`; freedom, set unless nothing is seen.
    Sight run(int x0, int y, std::span<const bool> wanted, std::span<float> values, std::span<Freedom> freedom, int stride = 1) const;

    /// In: x, y of the target's component, whole or between samples.
    std::optional<Seen> at(double x, double y) const {
        const auto [px, py] = place(x, y);
        if (!(px >= reach_.x0 && py >= reach_.y0 && px <= reach_.x1 - 1 && py <= reach_.y1 - 1)) return std::nullopt;
        // Not negative: the reach lies in the picture.
        const int ix = static_cast<int>(px), iy = static_cast<int>(py);
        const float fx = static_cast<float>(px - ix), fy = static_cast<float>(py - iy);
        const Freedom free = still_ ? free_[index(ix, iy)] : square_free_[index(ix, iy)];
        if (free == Freedom::core) return std::nullopt;
        if (still_) return Seen{value(ix, iy), free};
        return Seen{(1 - fy) * ((1 - fx) * value(ix, iy) + fx * value(ix + 1, iy)) +
                        fy * ((1 - fx) * value(ix, iy + 1) + fx * value(ix + 1, iy + 1)),
                    free};
    }

private:
    struct Hidden {
        Rect core, halo;  ///< in the component's own samples
    };

    Point place(double x, double y) const {
        const auto& m = map_.m;
        const double px = m[0] * x + m[1] * y + m[2], py = m[3] * x + m[4] * y + m[5];
        if (affine_) return {px, py};
        const double w = m[6] * x + m[7] * y + m[8];
        return {px / w, py / w};
    }
    bool inside(const Point& p) const;
    Sight sight(const Point& first, const Point& last) const;
    Sight run_one_by_one(int x0, int y, int stride, std::span<float> values, std::span<Freedom> freedom) const;
    void block(const PlateSample& sample, int c, const Rect& area);
    void mark_halo(const PlateSample& sample, std::size_t face, int c);
    std::size_t index(int x, int y) const { return static_cast<std::size_t>(y - reach_.y0) * reach_.width() + (x - reach_.x0); }
    float value(int x, int y) const {
        return static_cast<float>(image_.layout.bytes_per_sample == 1 ? bytes_.get(x, y) : words_.get(x, y));
    }

    const ImageView& image_;
    Homography map_;  ///< in the component's own samples
    bool still_;      ///< the map is the identity and only whole samples are asked for
    bool affine_ = true;
    ComponentView<std::uint8_t> bytes_;
    ComponentView<std::uint16_t> words_;
    Rect reach_;
    std::vector<Hidden> hidden_;  ///< the faces within reach
    std::vector<Freedom> free_;
    std::vector<Freedom> square_free_;  ///< of a sample and its right, lower and lower right neighbours
};

}  // namespace invisiblur
