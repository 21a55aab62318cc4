#pragma once
#include <cstdint>

#include "image/image_view.hpp"

namespace invisiblur {

/// Where a face's chin lies in the coded picture, which a player may show turned.
enum class Chin : std::uint8_t { down, left, up, right };

/// In: degrees, by which a player turns the picture clockwise: 0, 90, 180, 270.
inline Chin chin_of(int degrees) {
    return degrees == 90 ? Chin::right : degrees == 180 ? Chin::up : degrees == 270 ? Chin::left : Chin::down;
}

/// What must go and where to look for more of it, for one face of one frame.
/// Both lie on the chroma grid (four rows high where the picture is interlaced) and inside the picture; core is inside halo. Of a head that is outside the
/// picture, and whose body may not be, they are empty.
struct FaceArea {
    Rect core;
    Rect halo;
    float fade = 1;        ///< how far the halo has come, in (0, 1]: below 1 where a track has just begun or is about to end
    bool by_hand = false;  ///< a --region: no halo, hidden whole under every rule
    int track = 0;         ///< of the face; 0 where it is none
    bool text = false;     ///< a block of text: likewise, but a --keep-region goes before it
    Chin chin = Chin::down;
    Rect body = {};  ///< where the rest of the person is looked for, which goes too, as body_reach() has it: not clipped; empty where the head alone goes

    /// Whether it is a head: with a halo, and a body below.
    bool is_head() const { return !by_hand && !text; }
    bool hides_body() const { return !body.empty(); }
    bool lies() const { return chin == Chin::left || chin == Chin::right; }
};

}  // namespace invisiblur
