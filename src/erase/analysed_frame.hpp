#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "erase/background/plate.hpp"
#include "image/picture.hpp"
#include "track/tracker.hpp"

namespace invisiblur {

/// A frame with all that the eraser must know of it.
struct AnalysedFrame {
    PicturePtr picture;
    std::int64_t index = 0;  ///< counts from 0
    std::vector<TrackedFace> faces;
    std::shared_ptr<const PlateSource> plate;  ///< what stands behind, null where nothing is masked or known
    std::vector<float> fades;  ///< for each face, how far its halo has come (FaceArea::fade)
};

}  // namespace invisiblur
