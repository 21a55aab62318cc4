#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "erase/region/face_area.hpp"

namespace invisiblur {

/// The places of a halo at which it is looked into: each pixel of a small head, every second one both ways of a large one, which needs no
/// four times as many to tell its outline as well. Fewer yet would make the outline flicker.
struct HaloLattice {
    Rect halo;
    int step;
    int width, height;  ///< places across and down

    explicit HaloLattice(const FaceArea& face)
        : halo(face.halo),
          step(std::min(face.core.width(), face.core.height()) < kLargeCorePx ? 1 : 2),
          width((halo.width() + step - 1) / step),
          height((halo.height() + step - 1) / step) {}

    std::size_t count() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
    int x_of(int column) const { return halo.x0 + column * step; }
    int y_of(int row) const { return halo.y0 + row * step; }

    /// Half the window over which places are judged, in places: it holds some texture, and little of what lies beside.
    int reach() const { return step == 1 ? 3 : 2; }

    /// A byte for each pixel of the halo from one for each place.
    std::vector<std::uint8_t> spread_out(const std::vector<std::uint8_t>& places) const {
        if (step == 1) return places;
        std::vector<std::uint8_t> pixels;
        pixels.reserve(static_cast<std::size_t>(halo.width()) * static_cast<std::size_t>(halo.height()));
        for (int y = 0; y < halo.height(); ++y) {
            const std::uint8_t* row = &places[static_cast<std::size_t>(y / step) * static_cast<std::size_t>(width)];
            for (int x = 0; x < halo.width(); ++x) pixels.push_back(row[x / step]);
        }
        return pixels;
    }

private:
    static constexpr int kLargeCorePx = 96;
};

}  // namespace invisiblur
