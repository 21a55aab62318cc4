#pragma once
#include "image/image_view.hpp"

namespace invisiblur {

/// What must go and where to look for more of it, for one face of one frame.
/// Both lie on the chroma grid (four rows high where the picture is interlaced) and inside the picture; core is inside halo.
struct FaceArea {
    Rect core;
    Rect halo;
    float fade = 1;        ///< how far the halo has come, in (0, 1]: below 1 where a track has just begun or is about to end
    bool by_hand = false;  ///< a --region: no halo, hidden whole under every rule
    int track = 0;         ///< of the face; 0 where it is none
    bool text = false;     ///< a block of text: likewise, but a --keep-region goes before it

    /// Whether it is a head: with a halo, and a body below.
    bool is_head() const { return !by_hand && !text; }
};

}  // namespace invisiblur
