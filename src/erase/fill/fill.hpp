#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "erase/mask/mask.hpp"
#include "erase/region/letterbox.hpp"

namespace invisiblur {

/// What replaces the masked pixels of a patch.
struct Fill {
    enum class Kind { scene, smooth, solid, mosaic } kind = Kind::scene;
    std::array<std::uint8_t, 3> rgb{0, 0, 0};  ///< of solid
};

/// Reads "scene", "smooth", "solid", "solid=RRGGBB" or "mosaic".
/// Errors: std::invalid_argument.
Fill parse_fill(const std::string& text);

/// One patch to be filled.
struct FillTask {
    const MaskPatch& patch;
    const Plate& plate;  ///< of the patch's area
    bool interlaced = false;
    bool exact_plate = false;  ///< the plate's pixels as they are where it is known (rule threshold); else plate + Poisson fill
    std::uint64_t frame = 0;   ///< index of the picture: each has noise of its own
    const Letterbox* letterbox = nullptr;  ///< null for none: its bars give no border, and what must go of them becomes as they are
};

/// One colour, converted with the picture's own matrix and range.
void fill_solid(const ImageView& image, const FillTask& task, const std::array<std::uint8_t, 3>& rgb);

/// Mixes what was painted as no frame showed it with magenta, half and half.
void tint_unseen(const ImageView& image, const FillTask& task);

/// Coarse blocks of the face's own mean colours. Weak: a face can be recognised or restored from them.
void fill_mosaic(const ImageView& image, const FillTask& task);

}  // namespace invisiblur
