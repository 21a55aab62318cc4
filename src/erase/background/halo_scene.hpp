#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "erase/region/face_area.hpp"

namespace invisiblur {

struct PlateSample;
struct RegisteredSample;

/// Which pixels of a frame's halos show the scene, and not hair, ears or shoulders: those that move as the camera says, and not as the
/// face does. Where the camera follows somebody, this is often all that is ever seen of what stands behind.
struct HaloScene {
    /// For each face of the frame a byte for each pixel of its halo, row by row: 1 where it shows the scene; empty where nothing is known.
    std::vector<std::vector<std::uint8_t>> maps;
    /// Likewise: 1 for the hair beside and above the core, where scene is seen all around it.
    std::vector<std::vector<std::uint8_t>> hair;
    bool complete = false;  ///< each face could be compared with an earlier frame and with a later one

    /// A row of that face's map, which is not empty. In: y of the picture, inside the halo.
    const std::uint8_t* row(std::size_t face, const FaceArea& area, int y) const {
        return maps[face].data() + static_cast<std::size_t>(y - area.halo.y0) * area.halo.width();
    }

    /// Whether a pixel in the halo of that face shows the scene. In: x, y of the picture, inside the halo.
    bool shows(std::size_t face, const FaceArea& area, int x, int y) const {
        return !maps[face].empty() && row(face, area, y)[x - area.halo.x0] != 0;
    }
};

/// Compares a frame with one before it and one after it in which the face stands elsewhere before the scene. A pixel shows the scene where
/// its surroundings are found again at the scene's place and not at the face's. Where both look alike, on a flat wall or in flat hair, it
/// does so if it hangs together with such pixels. What is hidden in the one frame is seen in the other, so one of them is enough, unless
/// the other refutes it: there the scene's place shows something else.
/// No pixel of a core takes part.
/// In: earlier, later, other frames of the shot, their areas set, nearest in time first.
HaloScene find_halo_scene(const PlateSample& sample, std::span<const RegisteredSample> earlier, std::span<const RegisteredSample> later);

/// Whether a frame's pixel may be hair or the like, or is a face's: it lies in a halo that is not known to show the scene there.
bool hides_scene(const PlateSample& sample, int x, int y);

}  // namespace invisiblur
