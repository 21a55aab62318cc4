#pragma once
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "erase/region/face_area.hpp"

namespace invisiblur {

/// The black bars of a letterbox or a pillarbox: no part of the scene, and the scene ends there as it does at the picture's edge.
struct Letterbox {
    Rect picture;                 ///< what lies between the bars, on the chroma grid
    std::array<float, 4> colour;  ///< the bars', in samples of each component
};

/// Finds a letterbox: flat black up to a straight edge, along which most of the picture is lighter. Black that ends in any other shape is a dark
/// scene. No pixel of a core takes part.
/// In:      areas, the picture's faces.
/// Returns: none where there is no letterbox. Threads: safe.
std::optional<Letterbox> find_letterbox(const ImageView& image, std::span<const FaceArea> areas, bool interlaced);

/// The letterbox of a shot: what most of its frames that were looked at have. One frame may be dark along a bar, or have a dark edge that looks like one.
/// Threads: one thread at a time.
class ShotLetterbox {
public:
    /// As find_letterbox().
    void look(const ImageView& image, std::span<const FaceArea> areas, bool interlaced);

    /// Of all frames so far.
    std::shared_ptr<const Letterbox> found() const;

private:
    struct Seen {
        std::shared_ptr<const Letterbox> letterbox;
        int frames;
    };

    int frames_ = 0;
    std::vector<Seen> seen_;
};

}  // namespace invisiblur
