#pragma once
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "image/image_view.hpp"
#include "invisiblur/anonymizer.hpp"
#include "track/face_area.hpp"
#include "track/tracker.hpp"

namespace invisiblur {

/// Turns the boxes of a frame into cores and halos, and adds the regions set by hand.
/// Threads: safe.
class FaceAreas {
public:
    FaceAreas(const Options& options, const StreamShape& shape);

    /// The areas of one frame, clipped to it; empty ones are left out.
    /// Units: pts in the shape's time base.
    /// In: fades, one for each face, or none where all are 1; regions, in place of the options' own, null for those (Picture::regions()).
    std::vector<FaceArea> of_frame(std::span<const TrackedFace> faces, std::int64_t pts, const ImageView& image, bool interlaced,
                                   std::span<const float> fades = {}, const Regions* regions = nullptr) const;

    /// The rectangles that must not be touched at this time. In: regions, likewise.
    std::vector<Rect> kept(std::int64_t pts, const Regions* regions = nullptr) const;

private:
    bool holds(const Region& region, std::int64_t pts) const;

    double margin_;
    double halo_;
    double seconds_per_pts_;
    Chin chin_;  ///< of all faces: who is filmed stands upright when the picture is shown
    bool people_;  ///< whose bodies go with them
    Regions regions_;
};

/// All that may change because of a face: core, halo and, where it goes, the body's reach.
inline Rect whole_of(const FaceArea& face) {
    return unite(unite(face.core, face.halo), face.body);
}

/// Whether a pixel lies in the core or in the halo proper: the halo's corners are round.
bool in_halo(const FaceArea& face, int x, int y);

/// The pixels of a row that in_halo() holds for: they lie side by side. Returns: the first and the end; equal where there are none.
std::pair<int, int> halo_row(const FaceArea& face, int y);

/// Rounds outward so that no chroma sample is shared with a pixel outside, then clips to the picture.
Rect on_chroma_grid(const Rect& area, const ImageView& image, bool interlaced);

/// 1 for each pixel of `area` that lies within `reach_px` of a halo: only there a plate is painted or compared.
std::vector<std::uint8_t> near_faces(const Rect& area, std::span<const FaceArea> faces, int reach_px);

/// The same rectangle in the samples of a component; `area` must lie on the chroma grid.
Rect in_component(const Rect& area, const PixelLayout& layout, int c);

}  // namespace invisiblur
