#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "erase/background/plate.hpp"
#include "erase/region/face_area.hpp"

namespace invisiblur {

/// What happens to a pixel.
enum class Cell : std::uint8_t {
    keep,       ///< stays, and may be looked at
    replace,    ///< in the halo, changed against the plate
    core,       ///< the face's own: replaced, and never looked at
    untouched,  ///< a face's own pixel that the user wants kept: stays, and is never looked at
};

inline bool is_replaced(Cell cell) {
    return cell == Cell::replace || cell == Cell::core;
}

/// The part of a picture around some faces, with the decision for each luma pixel.
/// `area` lies on the chroma grid and reaches beyond every replaced pixel unless the picture ends there.
struct MaskPatch {
    Rect area;
    std::vector<Cell> cells;            ///< area.width() * area.height(), row by row
    std::vector<std::uint8_t> anchors;  ///< 1 for a kept pixel that shows what the plate shows, and so tells the light behind the face
    std::vector<std::uint8_t> beside_bodies;  ///< 1 for a pixel that is not where somebody's body may be: of a border of which the plate says nothing, what is scene
    std::vector<float> weights;         ///< how much of a replaced pixel is, in (0, 1]; 1 in cores; empty for 1 everywhere
    std::vector<std::uint8_t> foreign;  ///< 1 for a halo's pixel that itself differs from the plate, and not only something near it; empty where none was compared
    std::vector<std::uint8_t> held;     ///< 1 for a pixel that the user wants kept; empty for none
    bool plate_fits = true;  ///< false where hardly any of the border shows the plate: the scene has changed, it must not be painted
    std::vector<std::uint8_t> people = {};  ///< 1 for a pixel that is taken for a part of a person whose body goes; empty where none does

    Cell at(int x, int y) const { return cells[static_cast<std::size_t>(y - area.y0) * area.width() + (x - area.x0)]; }
};

/// How the mask is decided.
/// Units: threshold in steps of an 8-bit picture; radius in pixels, of a window (2 * radius + 1) squared.
struct MaskRule {
    bool core = true;  ///< false: rule 3 alone decides, also inside the face's box
    int radius_px = 6;
    double threshold = 6;
};

/// Groups areas whose surroundings touch, so that each patch can be decided and filled alone.
struct PatchPlan {
    Rect area;
    std::vector<FaceArea> faces;
};
std::vector<PatchPlan> plan_patches(std::span<const FaceArea> areas, const ImageView& image, bool interlaced, int radius_px);

/// Decides each pixel of a patch: cores whole, and in the halo |B - P| > threshold, B and P being box means of the picture's and the
/// plate's luma over those pixels of the window that lie outside every core (and whose plate is known), so that no decision depends on a
/// face's pixel. Where no plate is known, what moves as the face does (Plate::hair). Where bodies go, these too (mark_bodies). In: plate of plan.area in the picture's layout; kept, rectangles that stay.
MaskPatch decide_mask(const ImageView& image, const PatchPlan& plan, std::span<const Rect> kept, const Plate& plate, const MaskRule& rule);

/// The chroma rows that a luma row of a patch shares samples with: both fields' of the four luma rows, where rows alternate.
template <class Function>
void each_chroma_row(const PixelLayout& layout, bool interlaced, int y, int luma_height, Function function) {
    const int row = y >> layout.log2_chroma_height, rows = -(-luma_height >> layout.log2_chroma_height);
    const bool fields = interlaced && layout.log2_chroma_height > 0;
    function(fields ? row & ~1 : row);
    if (fields && (row | 1) < rows) function(row | 1);
}

/// The decisions for the samples of one component: a subsampled one is replaced where any of its luma pixels is.
std::vector<Cell> component_cells(const MaskPatch& patch, const PixelLayout& layout, int c, bool interlaced);

/// A map of a patch, as its anchors, among a component's samples: kept ones with a marked pixel among their luma pixels.
std::vector<std::uint8_t> component_marks(const MaskPatch& patch, const std::vector<std::uint8_t>& marks, const std::vector<Cell>& cells, const PixelLayout& layout, int c);

}  // namespace invisiblur
