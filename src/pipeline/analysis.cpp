#include <algorithm>

#include "pipeline/face_stage.hpp"

namespace invisiblur {

std::int64_t Analysis::frame_at(std::int64_t pts) const {
    return std::lower_bound(frame_pts.begin(), frame_pts.end(), pts) - frame_pts.begin();
}

bool Analysis::is_like(const ImageView& picture) const {
    const TracksSource& source = tracks.source;
    return picture.width == source.width && picture.height == source.height && (!layout || same_samples(picture.layout, *layout));
}

}  // namespace invisiblur
