#include "erase/background/plate_judge.hpp"

#include "erase/background/confidence_map.hpp"
#include "erase/background/plate_disputed.hpp"

namespace invisiblur {

void judge_plate(const ImageView& picture, Plate& plate, std::span<const FaceArea> faces, std::span<const std::uint8_t> wanted, double least) {
    drop_fragments(plate, wanted, faces, least);
    try_plate(picture, plate, faces);
    if (plate.confidence->nothing()) plate = unknown_plate(picture.layout, plate.area);
    blur_disputed(picture, plate, faces);
    fill_unknown(plate, wanted);
}

}  // namespace invisiblur
