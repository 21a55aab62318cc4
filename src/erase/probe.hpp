#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "erase/plate_estimate.hpp"
#include "track/camera.hpp"

namespace invisiblur {

/// A frame that may show what another one hides.
struct RegisteredSample {
    const PlateSample* sample = nullptr;
    Homography from_target;  ///< from the target frame's pixels to this one's
};

/// Bilinear samples of one component of a frame, at places given in another frame's pixels; none where a core takes part.
/// Threads: safe.
class Probe {
public:
    /// In: area of the target, in luma pixels, that will be asked for, and a little around it.
    Probe(const RegisteredSample& registered, int c, const Rect& area);

    struct Seen {
        float value = 0;
        bool clear = false;  ///< false where it may be hair, an ear, the other cheek of a turned head: in a halo not known to show the scene
    };

    /// Whether any of the area's pixels can be seen here.
    bool sees() const { return sees_; }
    bool still() const { return still_; }

    /// In: x, y of the target's component, whole or between samples.
    std::optional<Seen> at(double x, double y) const {
        const auto& m = map_.m;
        double px = m[0] * x + m[1] * y + m[2], py = m[3] * x + m[4] * y + m[5];
        if (!affine_) {
            const double w = m[6] * x + m[7] * y + m[8];
            px /= w, py /= w;
        }
        if (!(px >= reach_.x0 && py >= reach_.y0 && px <= reach_.x1 - 1 && py <= reach_.y1 - 1)) return std::nullopt;
        // Not negative: the reach lies in the picture.
        const int ix = static_cast<int>(px), iy = static_cast<int>(py);
        const float fx = static_cast<float>(px - ix), fy = static_cast<float>(py - iy);
        const Freedom free = still_ ? free_[index(ix, iy)] : square_free_[index(ix, iy)];
        if (free == Freedom::core) return std::nullopt;
        if (still_) return Seen{value(ix, iy), free == Freedom::clear};
        return Seen{(1 - fy) * ((1 - fx) * value(ix, iy) + fx * value(ix + 1, iy)) +
                        fy * ((1 - fx) * value(ix, iy + 1) + fx * value(ix + 1, iy + 1)),
                    free == Freedom::clear};
    }

private:
    enum class Freedom : std::uint8_t { core, halo, clear };

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
    bool sees_ = false;
    ComponentView<std::uint8_t> bytes_;
    ComponentView<std::uint16_t> words_;
    Rect reach_;
    std::vector<Freedom> free_;
    std::vector<Freedom> square_free_;  ///< of a sample and its right, lower and lower right neighbours
};

}  // namespace invisiblur
