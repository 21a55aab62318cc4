#pragma once
#include <vector>

#include "image/image_view.hpp"

namespace invisiblur {

/// Suspects a new scene in a frame, so that no look vouches across it. Much readier than ShotDetector: a cut that is missed could show somebody, and
/// one too many only hides more. It sees short inserts, bars around the picture and cuts between like views; quick pans and flashes count, too.
/// Work: some thousand samples a frame. Threads: one thread at a time.
class SceneChange {
public:
    /// The next frame of a video: whether another scene may begin with it.
    bool push(const ImageView& picture);

private:
    std::vector<int> before_;  ///< samples of the last frame, 8 bits
};

}  // namespace invisiblur
