#include "detect/suppression.hpp"

#include <algorithm>

#include "base/geometry.hpp"

namespace invisiblur {

std::vector<Face> suppress_overlaps(std::vector<Face> faces, float max_iou) {
    std::stable_sort(faces.begin(), faces.end(), [](const Face& a, const Face& b) { return a.score > b.score; });
    std::vector<Face> kept;
    for (const Face& face : faces) {
        const auto same = [&](const Face& other) { return iou(face.box, other.box) > max_iou; };
        if (std::none_of(kept.begin(), kept.end(), same)) kept.push_back(face);
    }
    return kept;
}

}  // namespace invisiblur
